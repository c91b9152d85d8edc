package conformity

import "iter"

// RuleFacts are what a filter looks at in a rule.
type RuleFacts struct {
	ID          string
	Service     string
	Categories  []string
	Compliances []string // ids of the standards that it bears on
}

// Rules turns those fields of the filter that are the same for all checks of a
// rule (services, categories, standards) into the ids of the rules that meet
// them, in the order of the catalogue. limited is false when the filter says
// nothing of these; then every rule does, and ids is nil.
//
// Checks of rules that the catalogue does not have, as users push them, have
// services and categories of their own: match these one by one.
func (f Filter) Rules(catalogue iter.Seq[RuleFacts]) (ids []string, limited bool) {
	c := Conditions{Services: f.Services, Categories: f.Categories, Standards: f.standards()}
	if len(c.Services)+len(c.Categories)+len(c.Standards) == 0 {
		return nil, false
	}
	for r := range catalogue {
		if oneOf(c.Services, r.Service) && oneOf(c.Categories, r.Categories...) && c.matchStandards(r.Compliances) {
			ids = append(ids, r.ID)
		}
	}
	return ids, true
}
