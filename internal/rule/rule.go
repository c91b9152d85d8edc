// Package rule turns a page of the knowledge base into a rule: its front
// matter into a compiled check, its text into what explains it.
package rule

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
