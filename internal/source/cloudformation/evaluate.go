package cloudformation

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// evaluate gives the value of a node. It never fails: what cannot be known is
// unresolved.
func (t *template) evaluate(n *node) value {
	if n == nil {
		return value{v: nothing{}}
	}
	at := n.pos.location(t.text.file)
	if t.steps++; t.steps > maxSteps {
		return value{t.exhausted(), at}
	}
	switch n.kind {
	case scalar:
		if n.value == nil {
			return value{nothing{}, at}
		}
		if s, ok := n.value.(string); ok {
			if len(s) > longText && t.charge(len(s)) {
				return value{t.exhausted(), at}
			}
			return value{dynamic(s), at}
		}
		return value{n.value, at}
	case list:
		return t.list(n, at)
	}
	if name, argument, ok := n.intrinsic(); ok {
		result := t.call(name, argument, n)
		if result.at != nil {
			at.Fields, at.Items = result.at.Fields, result.at.Items
		}
		return value{result.v, at}
	}
	return t.object(n, at)
}

// charge counts text that is joined, or long and used once more. It is true
// when there was too much of it.
func (t *template) charge(length int) bool {
	t.session.text += length
	return t.session.text > maxAllText
}

// exhausted stands for what is not evaluated any more.
func (t *template) exhausted() *cloud.Unresolved {
	const summary = "the template expands into more than Surety follows"
	t.fail(pos{}, summary, "What lies beyond is not judged. Maps or loops that hold one another, or very long texts and lists that are used very often, are the cause.")
	return unknown(summary)
}

func (t *template) list(n *node, at *cloud.Location) value {
	out := make([]any, 0, len(n.items))
	at.Items = make([]*cloud.Location, 0, len(n.items))
	for _, item := range n.items {
		element := t.evaluate(item)
		if _, absent := element.v.(nothing); absent {
			continue
		}
		out = append(out, element.v)
		at.Items = append(at.Items, element.at)
	}
	return value{out, at}
}

func (t *template) object(n *node, at *cloud.Location) value {
	out := make(map[string]any, len(n.entries))
	at.Fields = make(map[string]*cloud.Location, len(n.entries))
	for _, e := range n.entries {
		if strings.HasPrefix(e.key, "Fn::") {
			return value{t.stray(e), at}
		}
		v := t.field(e, at)
		if _, absent := v.(nothing); !absent {
			out[e.key] = v
		}
	}
	return value{out, at}
}

// field evaluates one entry and notes its place.
func (t *template) field(e entry, at *cloud.Location) any {
	child := t.evaluate(e.node)
	if _, absent := child.v.(nothing); absent {
		return nothing{}
	}
	// The place of a property begins at its name.
	child.at.Line, child.at.Column, child.at.EndLine = e.line, e.column, max(e.end, e.line)
	at.Fields[e.key] = child.at
	return single(child.v)
}

// stray explains a function among other keys.
func (t *template) stray(e entry) *cloud.Unresolved {
	switch {
	case e.key == "Fn::Transform":
		name := clip(e.node.textOr("Name", "of Fn::Transform"), 100)
		t.warn(e.pos, "macro "+name+" was not run", "What it adds or changes here is not known. Scan the processed template (aws cloudformation get-template --template-stage Processed) to have it judged.")
		return unknown("macro %s was not run and may change it", name)
	case strings.HasPrefix(e.key, forEachPrefix):
		return unknown("%s could not be expanded", e.key)
	}
	t.warn(e.pos, e.key+" stands beside other keys", "A function must be the only key of its object; CloudFormation refuses this template.")
	return unknown("%s stands beside other keys", e.key)
}

// dynamic makes a text that holds a dynamic reference unresolved: it is the
// reference that is known, not the value.
func dynamic(s string) any {
	if strings.Contains(s, "{{resolve:") {
		reference := s[strings.Index(s, "{{resolve:"):]
		if end := strings.Index(reference, "}}"); end >= 0 {
			end += 2
			if strings.HasPrefix(reference[end:], "}") {
				end++ // the first of three closes a symbol within
			}
			reference = reference[:end]
		}
		return &cloud.Unresolved{Reason: clip(reference, 200) + " is looked up at deployment", Partial: s}
	}
	return s
}

// call evaluates an intrinsic function.
func (t *template) call(name string, argument, whole *node) value {
	switch name {
	case "Ref":
		return t.ref(argument)
	case "Fn::GetAtt":
		return value{v: t.getAtt(argument)}
	case "Fn::Sub":
		return value{v: t.sub(argument)}
	case "Fn::Join":
		return value{v: t.join(argument)}
	case "Fn::If":
		return t.choose(argument)
	case "Fn::FindInMap":
		return t.findInMap(argument)
	case "Fn::Select":
		return t.selectItem(argument)
	case "Fn::Split":
		return value{v: t.split(argument)}
	case "Fn::Base64":
		return value{v: t.base64(argument)}
	case "Fn::Cidr":
		return value{v: t.cidr(argument)}
	case "Fn::Length":
		return value{v: t.length(argument)}
	case "Fn::ToJsonString":
		return value{v: t.toJSON(argument)}
	case "Fn::GetAZs":
		return value{v: unknown("the availability zones are known only at deployment")}
	case "Fn::ImportValue":
		return value{v: t.importValue(argument)}
	case "Fn::Transform":
		return value{v: t.stray(entry{key: name, pos: whole.pos, node: argument})}
	case "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals":
		// Allowed in Conditions only, but what it means is plain.
		v := t.condition(whole)
		if v.known {
			return value{v: v.is}
		}
		return value{v: unknown("%s", v.why)}
	}
	t.warn(whole.pos, name+" is not a function that is known", "It is taken for a value that cannot be known. Check its spelling.")
	return value{v: unknown("%s is not a function that is known", name)}
}

// arguments evaluates the list that a function takes; ok is false when it is
// no list of that many.
func arguments(n *node, least, most int) ([]*node, bool) {
	if n == nil || n.kind != list || len(n.items) < least || len(n.items) > most {
		return nil, false
	}
	return n.items, true
}

// wrong says that a function is not used as it must be.
func (t *template) wrong(n *node, usage string) *cloud.Unresolved {
	at := pos{}
	if n != nil {
		at = n.pos
	}
	t.warn(at, "this function's arguments are not understood", "It is written "+usage+".")
	return unknown("a function's arguments are not understood; it is written %s", usage)
}
