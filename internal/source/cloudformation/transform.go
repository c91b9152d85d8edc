package cloudformation

import "fmt"

const (
	samTransform      = "AWS::Serverless-2016-10-31"
	languageTransform = "AWS::LanguageExtensions"
	forEachPrefix     = "Fn::ForEach::"
)

// transforms looks at the macros that the template names and warns of those
// that are not run.
func (t *template) transforms() {
	for _, section := range []string{"Parameters", "Mappings", "Conditions"} {
		if included := t.root.get(section).field("Fn::Transform"); included.node != nil {
			t.macro = "Fn::Transform"
			t.warn(included.pos, "what Fn::Transform brings into "+section+" was not read", "Surety runs no macros; what depends on it is not known.")
		}
	}
	n := t.root.get("Transform")
	if n.null() {
		return
	}
	items := []*node{n}
	if n.kind == list {
		items = n.items
	}
	for _, item := range items {
		name, ok := item.text()
		if !ok {
			name, ok = item.get("Name").text()
		}
		if !ok {
			name = "a macro"
		}
		switch name {
		case samTransform, languageTransform:
			continue
		}
		t.macro = name
		t.warn(item.pos, fmt.Sprintf("macro %s was not run", clip(name, 100)),
			"The template is judged as it is written. Scan the processed template (aws cloudformation get-template --template-stage Processed) to have what the macro makes of it judged.")
	}
}
