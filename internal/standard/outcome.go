package standard

// A Status is what a scan says of a control, or of a rule within it.
type Status string

// What a control can be. A failing check decides, whatever else is not known;
// without one, anything that could not be told makes the control unknown.
const (
	Fail       Status = "fail"
	Unknown    Status = "unknown"    // a rule could not tell, or was not held against what was scanned
	Pass       Status = "pass"       // every rule that found something to judge passed
	Suppressed Status = "suppressed" // all that fails, or could not be told, has been accepted
	Nothing    Status = "nothing"    // no rule found anything to judge
	NoRules    Status = "no-rules"   // no rule bears on the control: people have to look
)

// Statuses lists them in the order in which they are shown.
var Statuses = []Status{Fail, Unknown, Suppressed, Pass, Nothing, NoRules}

// A Tally counts the checks of one rule.
type Tally struct {
	Fail, Unknown, Pass int
	Suppressed          int // failing or unknown checks that users accepted; in no other count
	// Left says why the rule was not held against what was scanned; empty when
	// it was.
	Left string
}

// Status is what the checks of one rule come to.
func (t Tally) Status() Status {
	switch {
	case t.Fail > 0:
		return Fail
	case t.Unknown > 0 || t.Left != "":
		return Unknown
	case t.Pass > 0:
		return Pass
	case t.Suppressed > 0:
		return Suppressed
	}
	return Nothing
}

// An Outcome is a scan, by control.
type Outcome struct {
	Standard *Standard
	Controls []ControlOutcome // every control of the standard, in its order
}

// A ControlOutcome is what a scan says of one control.
type ControlOutcome struct {
	Entry
	Status Status
	Rules  []RuleOutcome // in the order of the standard
}

// A RuleOutcome is what a scan says of one rule that bears on a control.
type RuleOutcome struct {
	ID    string
	Title string
	Tally
}

// Judge puts the checks of a scan in the order of a standard. tally gives the
// counts, and the title, of each rule that it names.
func Judge(s *Standard, tally func(rule string) (title string, counts Tally)) *Outcome {
	o := &Outcome{Standard: s}
	for _, e := range s.Entries() {
		c := ControlOutcome{Entry: e}
		for _, id := range e.Control.Rules {
			title, counts := tally(id)
			c.Rules = append(c.Rules, RuleOutcome{ID: id, Title: title, Tally: counts})
		}
		c.Status = status(c.Rules)
		o.Controls = append(o.Controls, c)
	}
	return o
}

// status is that of a control: of its rules' the first in this order.
func status(rules []RuleOutcome) Status {
	if len(rules) == 0 {
		return NoRules
	}
	has := map[Status]bool{}
	for _, r := range rules {
		has[r.Status()] = true
	}
	for _, s := range []Status{Fail, Unknown, Pass, Suppressed} {
		if has[s] {
			return s
		}
	}
	return Nothing
}

// Count is the number of controls of each status.
func (o *Outcome) Count() map[Status]int {
	count := map[Status]int{}
	for _, c := range o.Controls {
		count[c.Status]++
	}
	return count
}
