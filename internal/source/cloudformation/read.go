package cloudformation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Options say what a template's reader knows beside the template.
type Options struct {
	// Parameters are values of parameters and pseudo parameters by name
	// ("Env", "AWS::Region"); lists are written with commas.
	Parameters map[string]string

	// ReadFile reads the template of a nested stack that stands in a file.
	// It alone decides what may be read. Without it no stack is followed.
	ReadFile func(path string) ([]byte, error)
}

// Read evaluates one template. file names it in locations and problems, as
// the user did.
func Read(file string, data []byte, options Options) *cloud.Inventory {
	inventory := &cloud.Inventory{}
	s := &session{readFile: options.ReadFile, inventory: inventory, world: file, told: map[string]bool{}, files: map[string]parsed{}}
	src := &text{file: file, data: data}
	root, problem := src.parse()
	inventory.Problems = append(inventory.Problems, src.problems...)
	if problem != nil {
		inventory.Problems = append(inventory.Problems, *problem)
		return inventory
	}
	t := newTemplate(s, src, root)
	for name, value := range options.Parameters {
		t.given[name] = value
	}
	if t.read() {
		t.emit()
	}
	inventory.Resources = fold(inventory.Resources)
	sortProblems(inventory.Problems, file)
	return inventory
}

// read prepares the template for evaluation; it is false when the text is not
// a template at all.
func (t *template) read() bool {
	if t.root.kind != object {
		t.fail(t.root.pos, fmt.Sprintf("the file holds %s and should hold an object", t.root.describe()), "A template is an object with a Resources section.")
		return false
	}
	if t.root.size > maxNodes {
		t.fail(t.root.pos, tooLarge, tooLargeDetail)
		return false
	}
	for _, name := range []string{"Parameters", "Mappings", "Conditions", "Outputs"} {
		if t.section(name) == nil && !t.root.get(name).null() {
			return false
		}
	}
	t.transforms()
	t.expandLoops()
	resources := t.root.get("Resources")
	if resources.null() {
		t.fail(pos{}, "the template has no Resources", "A template declares at least one resource in its Resources section.")
		return false
	}
	if resources.kind != object {
		t.fail(resources.pos, fmt.Sprintf("Resources is %s and should be an object", resources.describe()), "Write each resource under its logical id: a name, a colon and, indented, its Type and Properties.")
		return false
	}
	t.addFile(t.text.file)
	t.declare(resources)
	t.expandSAM()
	return true
}

// emit evaluates the resources and adds them to the inventory, those of a
// nested stack behind it.
func (t *template) emit() {
	var made []*declared
	for _, d := range t.declared {
		if t.resource(d) {
			made = append(made, d)
		}
	}
	t.cycles(made)
	t.commentIgnores(made)
	for _, d := range made {
		t.inventory.Resources = append(t.inventory.Resources, d.resource)
		if d.typ == stackType {
			if child := t.stack(d); child != nil {
				child.conditional = d.resource.Conditional
				child.emit()
			}
		}
	}
}

// sortProblems puts problems in the order of the lines, those of the file
// itself before those of nested stacks.
func sortProblems(problems []cloud.Problem, file string) {
	slices.SortStableFunc(problems, func(a, b cloud.Problem) int {
		if a.File != b.File {
			switch file {
			case a.File:
				return -1
			case b.File:
				return 1
			}
			return strings.Compare(a.File, b.File)
		}
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
}
