package engine

import "github.com/surety-cloud/surety/internal/rule"

// Needs is what the rules of a run read of that which a source can give, by
// type and property, so that nothing else has to be read. A rule that lacks
// something, is off or waits for its configuration cannot judge, and adds
// nothing. What is wrong with a page is told by Run.
func Needs(options Options, given map[string]map[string]bool) (rule.Reads, error) {
	needs := rule.Reads{}
	for _, id := range options.Rules {
		r, err := options.Library.Rule(id)
		if err == nil {
			err = r.Compile()
		}
		if err != nil || !options.Profile.Enabled(id) || len(options.Profile.Missing(r)) > 0 {
			continue
		}
		reads, err := r.Reads()
		if err != nil {
			return nil, err
		}
		if len(reads.Missing(given)) == 0 {
			needs.Add(reads)
		}
	}
	return needs, nil
}
