package cloudformation

import (
	"fmt"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A session is what a template shares with the stacks nested in it.
type session struct {
	readFile  func(path string) ([]byte, error)
	inventory *cloud.Inventory
	world     string
	told      map[string]bool // problems, so that none is told twice
	text      int             // bytes of text joined so far
	steps     int             // values evaluated so far
	resources int
	ignores   int               // handed to resources so far
	nested    int               // stacks read so far
	files     map[string]parsed // templates of nested stacks
}

// A template is one template file under evaluation.
type template struct {
	*session
	text   *text
	prefix string // "Stack." for a nested one
	parent *template
	// conditional is why it is not known whether the nested stack will exist.
	conditional string

	root       *node
	parameters *node
	mappings   *node
	conditions *node
	outputs    *node

	// given are the values of parameters and pseudo parameters from outside.
	given map[string]any

	declared []*declared
	byID     map[string]*declared
	// aliases are other names that Ref and GetAtt accept for a resource
	// ("Function.Version").
	aliases map[string]string
	// macro names a transform that was not run, so that what the template
	// names and does not hold may come from there.
	macro string

	values  map[string]any // of parameters, once known
	decided map[string]verdict
	open    map[any]bool // conditions and mappings under evaluation, to find cycles
	stacks  map[string]*template
	loops   map[string]string // variables of loops over lists that are not known, and why

	// current is the resource under evaluation; certain is false within a
	// branch of which it is not known whether it is taken.
	current   *declared
	uncertain int
}

// A declared resource is an entry of the Resources section, or one that the
// SAM transform makes of it.
type declared struct {
	id string
	pos
	typ        string
	node       *node // the whole object
	properties *node
	condition  string

	// repeats says that the resource stands for any number of resources of a
	// loop whose list is not known, and why.
	repeats string

	// owner is the SAM resource that this one is made of, or nil.
	owner *declared

	needs    map[string]bool // resources that it certainly refers to
	resource *cloud.Resource
}

func newTemplate(s *session, t *text, root *node) *template {
	return &template{
		session:    s,
		text:       t,
		root:       root,
		parameters: root.get("Parameters"),
		mappings:   root.get("Mappings"),
		conditions: root.get("Conditions"),
		outputs:    root.get("Outputs"),
		given:      map[string]any{},
		byID:       map[string]*declared{},
		aliases:    map[string]string{},
		values:     map[string]any{},
		decided:    map[string]verdict{},
		open:       map[any]bool{},
		stacks:     map[string]*template{},
		loops:      map[string]string{},
	}
}

// report adds a problem once.
func (t *template) report(severity cloud.Severity, at pos, summary, detail string) {
	key := fmt.Sprint(t.text.file, ":", at.line, ":", at.column, ":", summary)
	if t.told[key] || len(t.told) >= maxProblems {
		return
	}
	t.told[key] = true
	t.inventory.Problems = append(t.inventory.Problems, t.text.problem(severity, at.line, at.column, summary, detail))
}

func (t *template) fail(at pos, summary, detail string) { t.report(cloud.Error, at, summary, detail) }

func (t *template) warn(at pos, summary, detail string) { t.report(cloud.Warning, at, summary, detail) }

// section returns an object of the template's top level, nil when there is
// none or when it is something else, which is a problem.
func (t *template) section(name string) *node {
	n := t.root.get(name)
	if n.null() {
		return nil
	}
	if n.kind != object {
		t.fail(n.pos, fmt.Sprintf("%s is %s and should be an object", name, n.describe()), "Write each entry as a name, a colon and what it is.")
		return nil
	}
	return n
}

// declare reads the entries of the Resources section. A wrong one is told and
// left out.
func (t *template) declare(resources *node) {
	for _, e := range resources.entries {
		if strings.HasPrefix(e.key, forEachPrefix) {
			t.declareLoop(e)
			continue
		}
		if d := t.declaration(e); d != nil {
			t.add(d)
		}
	}
}

func (t *template) add(d *declared) {
	if t.resources++; t.resources > maxResources {
		t.fail(pos{}, fmt.Sprintf("the template declares more than %d resources", maxResources), "CloudFormation accepts 500 in a template. Those beyond are not judged.")
		return
	}
	t.declared = append(t.declared, d)
	t.byID[d.id] = d
}

func (t *template) declaration(e entry) *declared {
	if e.key == "Fn::Transform" {
		t.macro = "Fn::Transform"
		t.warn(e.pos, "the resources that Fn::Transform brings in were not read", "Surety runs no macros; scan the processed template (aws cloudformation get-template --template-stage Processed).")
		return nil
	}
	n := e.node
	if n.kind != object {
		t.fail(e.pos, fmt.Sprintf("resource %s is %s and should be an object", e.key, n.describe()), "A resource has a Type and Properties.")
		return nil
	}
	typ := n.get("Type")
	if typ.null() {
		t.fail(e.pos, fmt.Sprintf("resource %s has no Type", e.key), "Add a line such as Type: AWS::S3::Bucket; check the indentation if there is one.")
		return nil
	}
	name, ok := typ.text()
	if !ok || name == "" {
		detail := "Write the type as AWS::S3::Bucket; functions are not allowed here."
		if function, ok := typ.single(); ok && strings.Contains(function.key, "Rain::") {
			t.macro = "rain"
			detail = "It is a directive of the tool rain: run rain pkg and scan what it writes."
		}
		t.fail(typ.pos, fmt.Sprintf("the Type of resource %s is %s and should be a text", e.key, typ.describe()), detail)
		return nil
	}
	d := &declared{id: e.key, pos: e.pos, typ: name, node: n, properties: n.get("Properties")}
	if c := n.get("Condition"); !c.null() {
		if d.condition, ok = c.text(); !ok {
			t.fail(c.pos, fmt.Sprintf("the Condition of resource %s is %s and should be the name of a condition", e.key, c.describe()), "Declare the condition in the Conditions section and name it here.")
			return nil
		}
	}
	if !d.properties.null() && d.properties.kind != object {
		t.fail(d.properties.pos, fmt.Sprintf("the Properties of resource %s are %s and should be an object", e.key, d.properties.describe()), "Write each property as a name, a colon and its value.")
		return nil
	}
	return d
}
