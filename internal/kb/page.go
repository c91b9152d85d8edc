package kb

import (
	"fmt"
	"html/template"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
)

// A Page is what there is to know of a rule.
type Page struct {
	Entry

	ServicePath string // of the list of the service's rules
	Act         string // what its risk asks for: "act today"
	Description string // the summary as plain text, cut for a page's meta description
	Types       []Type // the type judged, then those that the rule looks at beside
	Judges      Judges
	HasFix      bool     // surety can repair what fails
	Events      []string // of CloudTrail, after which the rule's checks may change

	Summary         template.HTML // the first paragraph: what is checked and why
	Notes           template.HTML // what else stands above the first section; may be empty
	Sections        []Section     // Audit, Remediation
	Replacement     template.HTML // of a deprecated rule why, and the rule that took its place
	References      []Reference
	Settings        []Setting
	Standards       []Bearing // in the order of their titles
	Related         []Entry
	WellArchitected bool // a standard of the page is the AWS Well-Architected Framework
}

// A Section is what stands below a heading. The headings of an h2 hold those of
// an h3; a template writes these with their ids. Deeper ones are in HTML.
type Section struct {
	ID       string // "audit", "audit-console"
	Title    string // "Console"
	HTML     template.HTML
	Sections []Section
}

// A Type is a resource type.
type Type struct {
	Name  string // "AWS::EC2::SecurityGroup"
	Title string // "EC2 Security Group"
}

// Judges says what a rule can judge. CloudFormation and Terraform are proven by
// the page's own examples.
type Judges struct{ Live, CloudFormation, Terraform bool }

// A Reference is something to read.
type Reference struct {
	Title  string
	URL    string // begins with https:// or http://
	Source string // "Amazon VPC User Guide"; may be empty
}

// Page reads and renders the page of a rule, whatever the case of its id. The
// error for an id that no page has wraps rule.ErrNoRule.
func (b *Book) Page(id string) (*Page, error) {
	if e, ok := b.Entry(id); ok {
		id = e.ID
	}
	r, err := b.library.Rule(id)
	if err != nil {
		return nil, err
	}
	e, _ := b.Entry(id)
	p := &Page{
		Entry: e, ServicePath: b.options.Base + servicePath(e.Service), Act: Act(r.Risk), HasFix: r.HasFix, Events: r.Events,
		Settings: settingsOf(r), Standards: b.standardsOf(r), Related: b.related(e),
	}
	if p.Judges, err = b.judges(r); err != nil {
		return nil, fmt.Errorf("%s: %w", r.File, err)
	}
	if p.Types, err = typesOf(r); err != nil {
		return nil, fmt.Errorf("%s: %w", r.File, err)
	}
	for _, s := range p.Standards {
		p.WellArchitected = p.WellArchitected || s.ID == wellArchitected
	}
	if err := b.render(p, r); err != nil {
		return nil, fmt.Errorf("%s: %w", r.File, err)
	}
	return p, nil
}

// wellArchitected is the id of the AWS Well-Architected Framework.
const wellArchitected = "AWAF"

// Act is what to do about a rule of that risk that fails.
func Act(r rule.Risk) string {
	switch r {
	case rule.Extreme:
		return "act at once"
	case rule.VeryHigh:
		return "act today"
	case rule.High:
		return "act this week"
	case rule.Medium:
		return "plan it soon"
	case rule.Low:
		return "improve when you can"
	}
	return ""
}

func (b *Book) judges(r *rule.Rule) (j Judges, err error) {
	template, err := r.Template()
	if err != nil {
		return j, err
	}
	for _, example := range r.Examples() {
		j.CloudFormation = j.CloudFormation || template && example.Language == "yaml"
		j.Terraform = j.Terraform || template && example.Language == "hcl"
	}
	if b.options.Live != nil {
		j.Live, err = b.options.Live(r)
	}
	return j, err
}

// typesOf lists what a rule looks at: what it judges, then what it joins.
func typesOf(r *rule.Rule) ([]Type, error) {
	joins, err := r.Joins()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var types []Type
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			types = append(types, Type{Name: name, Title: conformity.Descriptor(name).Name})
		}
	}
	add(r.Resource)
	for _, join := range joins {
		add(join.Type)
	}
	return types, nil
}
