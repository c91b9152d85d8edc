package fix

import (
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/tf"
)

// planTerraform plans the edits of a Terraform configuration.
func (w *workshop) planTerraform(p *plan, change *delta.Change) ([]choice, error) {
	result, err := tf.Rewrite(tf.Request{
		Resource: p.resource,
		Change:   change,
		World:    w.now.worlds[p.resource.World].byID,
		Files:    w.now.worlds[p.resource.World].files,
		Texts:    w.texts,
	})
	if err != nil {
		return nil, err
	}
	var chosen []choice
	for _, ch := range result.Chosen {
		chosen = append(chosen, choice{ch.Path, ch.By})
	}
	p.edits, p.gone = result.Edits, result.Gone
	return chosen, nil
}
