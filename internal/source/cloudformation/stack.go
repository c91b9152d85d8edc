package cloudformation

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

const stackType = "AWS::CloudFormation::Stack"

// stack reads the template of a nested stack, once; it is nil when that
// cannot be read.
func (t *template) stack(d *declared) *template {
	if child, ok := t.stacks[d.id]; ok {
		return child
	}
	if t.open[d] {
		t.fail(d.pos, fmt.Sprintf("nested stack %s needs an output of a stack that needs one of its own", d.id), "CloudFormation refuses such a circle; move what both need into one of them or a third.")
		return nil
	}
	t.open[d] = true
	// What the parameters refer to is needed by this stack, whoever asked.
	current, uncertain := t.current, t.uncertain
	t.current, t.uncertain = d, 0
	child := t.readStack(d)
	t.current, t.uncertain = current, uncertain
	delete(t.open, d)
	t.stacks[d.id] = child
	return child
}

func (t *template) readStack(d *declared) *template {
	path := t.stackPath(d)
	if path == "" || t.readFile == nil {
		return nil
	}
	at := d.pos
	if n := d.properties.get("TemplateURL"); n != nil {
		at = n.pos
	}
	level := 1
	for up := t; up != nil; up = up.parent {
		if filepath.Clean(up.text.file) == path {
			t.fail(at, fmt.Sprintf("nested stack %s holds itself", d.id), fmt.Sprintf("%s leads back to %s.", t.text.file, path))
			return nil
		}
		level++
	}
	if level > maxStacks+1 {
		t.fail(at, fmt.Sprintf("nested stack %s lies more than %d levels deep", d.id, maxStacks), "Scan its template by itself.")
		return nil
	}
	if t.nested++; t.nested > maxNested {
		t.fail(at, fmt.Sprintf("the template holds more than %d nested stacks", maxNested), "Scan the templates of the others by themselves.")
		return nil
	}
	src, root := t.load(path, d, at)
	if root == nil {
		return nil
	}
	child := newTemplate(t.session, src, root)
	child.parent, child.prefix = t, t.prefix+d.id+"."
	t.pass(d, child)
	if !child.read() {
		return nil
	}
	return child
}

// stackPath is the file that holds the template of a nested stack, or ""
// when it is not a local one: TemplateURL names a path before the template is
// packaged, and CDK notes the path of the asset that it makes of it.
func (t *template) stackPath(d *declared) string {
	metadata := d.node.get("Metadata")
	path, ok := metadata.get("aws:asset:path").text()
	if property, set := metadata.get("aws:asset:property").text(); !ok || set && property != "TemplateURL" {
		path, _ = known(t.evaluate(d.properties.get("TemplateURL")).v)
	}
	if path == "" || strings.Contains(path, "://") {
		return ""
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(t.text.file), path)
	}
	return filepath.Clean(path)
}

// load reads and parses a nested template; one that serves several stacks is
// read once.
func (t *template) load(path string, d *declared, at pos) (*text, *node) {
	if f, ok := t.files[path]; ok {
		return f.text, f.root
	}
	data, err := t.readFile(path)
	if err != nil {
		t.warn(at, fmt.Sprintf("the template of nested stack %s was not read: %v", d.id, err), "What it declares is not judged.")
		t.files[path] = parsed{}
		return nil, nil
	}
	src := &text{file: path, data: data}
	root, problem := src.parse()
	t.inventory.Problems = append(t.inventory.Problems, src.problems...)
	if problem != nil {
		t.inventory.Problems = append(t.inventory.Problems, *problem)
	}
	t.files[path] = parsed{src, root}
	return src, root
}

// A parsed file serves every stack that names it.
type parsed struct {
	text *text
	root *node
}

// pass hands the stack's parameters to its template.
func (t *template) pass(d *declared, child *template) {
	for name, v := range t.given {
		if strings.HasPrefix(name, "AWS::") {
			child.given[name] = v
		}
	}
	switch v := t.evaluate(d.properties.get("Parameters")).v.(type) {
	case map[string]any:
		for name, argument := range v {
			if !strings.HasPrefix(name, "AWS::") {
				child.given[name] = argument
			}
		}
	case *cloud.Unresolved:
		if child.parameters != nil {
			for _, e := range child.parameters.entries {
				child.given[e.key] = v
			}
		}
	}
}

// output gives an output of a nested stack.
func (t *template) output(d *declared, name string) any {
	child := t.stack(d)
	if child == nil {
		return unknown("output %s of nested stack %s is not known", clip(name, 80), d.id)
	}
	declaration := child.outputs.get(name)
	if declaration == nil {
		return unknown("nested stack %s has no output %s", d.id, clip(name, 80))
	}
	key := "output " + name
	if child.open[key] {
		child.fail(declaration.pos, fmt.Sprintf("output %s depends on itself", clip(name, 80)), "Remove the reference that leads back here.")
		return unknown("it depends on itself")
	}
	child.open[key] = true
	defer delete(child.open, key)
	return single(child.evaluate(declaration.get("Value")).v)
}

// addFile notes a template that was understood.
func (s *session) addFile(file string) {
	if !slices.Contains(s.inventory.Files, file) {
		s.inventory.Files = append(s.inventory.Files, file)
	}
}
