// Package rule turns a page of the knowledge base into a rule: its front
// matter into a compiled check, its text into what explains it.
package rule

import (
	"slices"
	"sync"
)

// Risk is how bad it is when a rule fails.
type Risk string

// The risks, from least to greatest.
const (
	Low      Risk = "low"
	Medium   Risk = "medium"
	High     Risk = "high"
	VeryHigh Risk = "very-high"
	Extreme  Risk = "extreme"
)

// Risks lists every risk from least to greatest.
var Risks = []Risk{Low, Medium, High, VeryHigh, Extreme}

// Level is 1 for low and 5 for extreme; 0 for what is no risk.
func (r Risk) Level() int {
	for i, risk := range Risks {
		if r == risk {
			return i + 1
		}
	}
	return 0
}

// Categories lists the categories in the order in which they are shown.
var Categories = []string{
	"security", "cost-optimisation", "reliability", "performance-efficiency",
	"operational-excellence", "sustainability",
}

// A Rule is one page.
type Rule struct {
	ID         string
	Title      string // the good condition: "Memcached is not open to the internet"
	Risk       Risk
	Categories []string
	Service    string   // as the rule ids' users know it: "EC2", "S3"
	Resource   string   // the type judged: "AWS::EC2::SecurityGroup"
	Standards  []string // controls that the page itself names: "CIS-V8:4.4"; see Controls
	Settings   []Setting
	HasFix     bool     // can repair what fails
	At         string   // the property that a template's reader is shown
	Events     []string // CloudTrail events after which a check may have changed
	Deprecated string   // empty, or why and the id that took its place
	File       string   // the page, as an error names it: "rules/ec2/EC2-075.md"

	// Text is the page's Markdown below the front matter; Summary its first
	// paragraph.
	Text    string
	Summary string

	page     *page
	template bool // what the page says; see Template
	bears    func(id string) []string
	once     sync.Once
	compiled *compiled
	err      error
}

// Controls lists the controls that the rule bears on, as "CIS-V8:4.4": those
// of the library's standards, then what the page itself names.
func (r *Rule) Controls() []string {
	var controls []string
	if r.bears != nil {
		controls = slices.Clone(r.bears(r.ID))
	}
	for _, own := range r.Standards {
		if !slices.Contains(controls, own) {
			controls = append(controls, own)
		}
	}
	return controls
}

// compile makes the rule ready to evaluate, once.
func (r *Rule) compile() (*compiled, error) {
	r.once.Do(func() { r.compiled, r.err = compile(r.page, r.Settings) })
	return r.compiled, r.err
}

// Compile reports what is wrong with the rule's expressions, nil if nothing.
func (r *Rule) Compile() error {
	_, err := r.compile()
	return err
}

// Joins lists the other resources that the rule needs.
func (r *Rule) Joins() ([]Join, error) {
	c, err := r.compile()
	if err != nil {
		return nil, err
	}
	return c.joins, nil
}

// Template tells whether the rule can judge a template: it reads no property
// that only a running account has, joins nothing over the whole account, and
// its page does not say otherwise.
func (r *Rule) Template() (bool, error) {
	c, err := r.compile()
	if err != nil || c.live || !r.template {
		return false, err
	}
	for _, j := range c.joins {
		if len(j.Keys) == 0 {
			return false, nil
		}
	}
	return true, nil
}

// Setting returns the setting of a name.
func (r *Rule) Setting(name string) (Setting, bool) {
	for _, s := range r.Settings {
		if s.Name == name {
			return s, true
		}
	}
	return Setting{}, false
}

// A Setting is a value of a rule that a user may change.
type Setting struct {
	Name    string
	Type    string // one of the 18 setting types: "multiple-number-values"
	Label   string
	Default any      // nil: the rule must be configured before it makes checks
	Example any      // a value for the page's own examples where there is no default
	Choices []string // what the choice types choose from
}
