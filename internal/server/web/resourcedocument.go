package web

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/server/look"
)

// A resourceDocument is the configuration of a resource as the API has it.
type resourceDocument struct {
	Data   map[string]json.RawMessage
	Errors []struct {
		Attribute, Message string // "data.KmsKeyId", and why it is not known
	}
}

// A document is the configuration of a resource, ready to be shown: its
// properties by name.
type document struct {
	Properties []docProperty
	// Fault is the property at fault, with the names above it; empty without.
	Fault string
	Cut   int    // how many properties are left out, for the page would be too heavy
	API   string // where all of it is
	Path  string // of the resource's page, which lets one download it
}

// A docProperty is a property of a resource.
type docProperty struct {
	Name string
	// Parts are the value as JSON, cut where what is at fault begins and ends.
	Parts []docPart
	// Size says how much there is in a value that takes several lines: "3
	// items"; empty for one of a line.
	Size   string
	Fault  bool   // it is at fault, or a part of it is
	Unset  bool   // nothing stands there
	Reason string // why it is not known
	Cut    bool   // it is longer than what is shown
}

type docPart struct {
	Text string
	Mark bool
}

// What a document and one of its properties may weigh, in bytes of HTML.
const (
	maxDocument = 90 << 10
	maxProperty = 24 << 10
)

// newDocument makes a document of what the API says. fault is the path of the
// property that a rule finds fault with; empty for none.
func newDocument(r *resourceFacts, fault string) *document {
	d := &document{Fault: fault, API: r.API(), Path: r.Path()}
	top, _, _ := strings.Cut(fault, ".")
	reasons := map[string]string{}
	for _, e := range r.Document.Errors {
		reasons[strings.TrimPrefix(e.Attribute, "data.")] = e.Message
	}
	names := slices.Sorted(maps.Keys(r.Document.Data))
	if typ, ok := schema.Lookup(r.Type); ok {
		// Beside each property the document has what AWS's API calls it.
		names = slices.DeleteFunc(names, func(name string) bool { return typ.Root.Fields[name] == nil && name != "Tags" })
	}
	if top != "" && !slices.Contains(names, top) {
		names = append(names, top)
		slices.Sort(names)
	}
	if i := slices.Index(names, top); i > 0 { // what is at fault is never cut
		names = slices.Concat(names[i:i+1], names[:i], names[i+1:])
	}
	left := maxDocument
	for _, name := range names {
		raw, there := r.Document.Data[name]
		if !there {
			d.Properties = append(d.Properties, docProperty{Name: name, Fault: true, Unset: true})
			continue
		}
		p := newProperty(name, raw, fault, reasons)
		if left -= p.weight(); left < 0 {
			d.Cut++
			continue
		}
		d.Properties = append(d.Properties, p)
	}
	slices.SortStableFunc(d.Properties, func(a, b docProperty) int { return strings.Compare(a.Name, b.Name) })
	return d
}

// weight is about how many bytes a property has on the page.
func (p *docProperty) weight() int {
	n := 200 + weight(p.Name)
	for _, part := range p.Parts {
		n += weight(part.Text) + 20
	}
	return n
}

// newProperty makes a property of its JSON.
func newProperty(name string, raw json.RawMessage, fault string, reasons map[string]string) docProperty {
	p := docProperty{Name: name, Reason: reasons[name]}
	var value any
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil || value == nil && p.Reason != "" {
		p.Fault = name == fault
		return p
	}
	w := &docWriter{path: strings.Split(fault, "."), left: maxProperty}
	w.value(value, []string{name}, "")
	p.Parts, p.Cut = w.parts, w.left < 0
	p.Fault = slices.ContainsFunc(w.parts, func(part docPart) bool { return part.Mark })
	if !p.Fault && w.path[0] == name { // a part of it that is not there
		p.Fault = true
	}
	switch value := value.(type) {
	case []any:
		p.Size = countOf(len(value), "item")
	case map[string]any:
		p.Size = countOf(len(value), "field")
	}
	return p
}

func countOf(n int, what string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 " + what
	}
	return look.Number(n) + " " + what + "s"
}

// A docWriter writes JSON, and marks what stands at a path. The elements of a
// list have the path of the list.
type docWriter struct {
	path  []string
	parts []docPart
	left  int
}

func (w *docWriter) write(text string, mark bool) {
	if w.left < 0 {
		return
	}
	if w.left -= weight(text); w.left < 0 {
		return
	}
	if last := len(w.parts) - 1; last >= 0 && w.parts[last].Mark == mark {
		w.parts[last].Text += text
		return
	}
	w.parts = append(w.parts, docPart{text, mark})
}

func (w *docWriter) value(v any, at []string, indent string) {
	mark := len(at) >= len(w.path) && slices.Equal(at[:len(w.path)], w.path)
	inner := indent + "  "
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			w.write("{}", mark)
			return
		}
		w.write("{\n", mark)
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if w.left < 0 {
				return
			}
			below := append(slices.Clip(at), name)
			own := mark || slices.Equal(below, w.path)
			w.write(inner, mark)
			w.write(jsonText(name)+": ", own)
			w.value(v[name], below, inner)
			if i < len(v)-1 {
				w.write(",", mark)
			}
			w.write("\n", mark)
		}
		w.write(indent+"}", mark)
	case []any:
		if len(v) == 0 {
			w.write("[]", mark)
			return
		}
		w.write("[\n", mark)
		for i, e := range v {
			if w.left < 0 {
				return
			}
			w.write(inner, mark)
			w.value(e, at, inner)
			if i < len(v)-1 {
				w.write(",", mark)
			}
			w.write("\n", mark)
		}
		w.write(indent+"]", mark)
	default:
		w.write(jsonText(v), mark)
	}
}

// jsonText is a value of one line as JSON.
func jsonText(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "null"
	}
	return strings.TrimSuffix(b.String(), "\n")
}
