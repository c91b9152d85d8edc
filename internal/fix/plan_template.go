package fix

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/fix/cfn"
	"github.com/surety-cloud/surety/internal/fix/delta"
)

// planTemplate plans the edits of a CloudFormation template.
func (w *workshop) planTemplate(p *plan, change *delta.Change) ([]choice, error) {
	file := p.resource.Source.File
	d, err := w.document(file)
	if err != nil {
		return nil, err
	}
	prefix, id := "", p.resource.ID
	if cut := strings.LastIndexByte(id, '.'); cut >= 0 {
		prefix, id = id[:cut+1], id[cut+1:]
	}
	result, err := d.Rewrite(cfn.Request{
		LogicalID: id,
		Type:      p.resource.Type,
		Source:    p.resource.Source,
		Change:    change,
		Name:      w.now.names(p.resource.World, prefix),
	})
	if err != nil {
		return nil, err
	}
	var chosen []choice
	for _, ch := range result.Chosen {
		chosen = append(chosen, choice{ch.Path, ch.By})
	}
	p.edits[file], p.gone = result.Edits, result.Gone
	return chosen, nil
}

// document parses a template once for all that is planned on one text.
func (w *workshop) document(name string) (*cfn.Document, error) {
	if d := w.documents[name]; d != nil {
		return d, nil
	}
	text, err := w.content(name)
	if err != nil {
		return nil, err
	}
	d, err := cfn.Parse(text)
	if err != nil {
		return nil, err
	}
	w.documents[name] = d
	return d, nil
}

// names reads symbols as the template of a world reads them whose logical ids
// have a prefix there: that of a nested stack, or none.
func (s *scan) names(world, prefix string) cfn.Namer {
	return func(symbol string) (id, attribute string, ok bool) {
		inner := symbol[2 : len(symbol)-1]
		if strings.HasPrefix(inner, "AWS::") {
			return inner, "", true
		}
		inner, mine := strings.CutPrefix(inner, prefix)
		if !mine {
			return "", "", false
		}
		id, attribute, _ = strings.Cut(inner, ".")
		r := s.worlds[world].byID[prefix+id]
		if r == nil {
			return "", "", false
		}
		if typ, known := schema.Lookup(r.Type); known && len(typ.PrimaryIdentifier) == 1 && typ.PrimaryIdentifier[0] == attribute && !typ.ReadOnly(attribute) {
			attribute = "" // what Ref gives, and GetAtt may not
		}
		return id, attribute, true
	}
}
