package conformity

import (
	"slices"
	"strings"
	"time"
)

// Facts are what a filter looks at in a check.
type Facts struct {
	RuleID        string
	RuleTitle     string
	Service       string
	Region        string
	Categories    []string
	Compliances   []string // ids of the standards that the rule bears on
	RiskLevel     string   // "VERY_HIGH"
	Status        string   // "FAILURE"
	ResourceType  string   // "s3-bucket"
	Provider      string
	Resource      string // id
	Message       string
	Tags          map[string]string
	Created       time.Time
	StatusChanged time.Time // zero when it never did
	Suppressed    bool
}

// Conditions are a filter made ready: what Match tests, in parts that a store
// can write as SQL. A field that is empty, nil or the zero time sets no
// condition; all that are set must hold. The texts are folded with Fold, and
// are to be held against folded texts.
type Conditions struct {
	// One of the values must be the check's.
	Regions       []string
	Services      []string
	RuleIDs       []string
	RiskLevels    []string
	Statuses      []string
	ResourceTypes []string
	Providers     []string
	Categories    []string // one of the check's

	// Standards: of each list one must be among the check's compliances.
	Standards [][]string

	// Of Tags one must be a line of TagText, or one of FilterTags a part of
	// a line of it; both when both are set.
	Tags       []string
	FilterTags []string

	Text  string   // part of the resource's id, the rule's title or the message
	Words []string // all of them parts of the message

	Resource *ResourceTest // holds for the resource's id

	CreatedFrom   time.Time // created then or later
	ChangedFrom   time.Time // LastChange is then or later
	ChangedBefore time.Time // LastChange is before

	Suppressed *bool
}

// Fold is how texts are compared without regard to case: in lower case, with
// line breaks and other control characters as spaces.
func Fold(s string) string {
	s = strings.ToLower(s)
	if !strings.ContainsFunc(s, isControl) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r
	}, s)
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// TagText is the text in which tags are looked up: for each tag three folded
// lines, the key, the value and key::value. It begins and ends with a line
// break when there are tags, so that a whole line is found as "\n" + tag + "\n"
// and a part of one as it is. A store keeps it beside a check.
func TagText(tags map[string]string) string {
	if len(tags) == 0 {
		return ""
	}
	lines := make([]string, 0, len(tags))
	for k, v := range tags {
		k, v = Fold(k), Fold(v)
		lines = append(lines, k+"\n"+v+"\n"+k+"::"+v+"\n")
	}
	slices.Sort(lines)
	return "\n" + strings.Join(lines, "")
}

// LastChange is when the status of a check was last another, or when the check
// was made.
func LastChange(created, statusChanged time.Time) time.Time {
	if statusChanged.After(created) {
		return statusChanged
	}
	return created
}

// At makes the filter ready, with days counted back from now. The error, a
// *FilterError, is that of a regular expression; a filter that was parsed has
// none.
func (f Filter) At(now time.Time) (*Conditions, error) {
	c := &Conditions{
		Regions: f.Regions, Services: f.Services, RuleIDs: f.RuleIDs, RiskLevels: f.RiskLevels,
		Statuses: f.Statuses, ResourceTypes: f.ResourceTypes, Providers: f.Providers, Categories: f.Categories,
		Tags: folded(f.Tags), FilterTags: folded(f.FilterTags),
		Text: Fold(f.Text), Words: strings.Fields(Fold(f.Message)),
		Standards: f.standards(),
	}
	var err error
	if c.Resource, err = f.resourceTest(); err != nil {
		return nil, err
	}
	if f.CreatedDate != nil {
		c.CreatedFrom = time.UnixMilli(*f.CreatedDate).UTC()
	}
	if f.NewerThanDays != nil {
		c.ChangedFrom = daysBack(now, *f.NewerThanDays)
	}
	if f.OlderThanDays != nil {
		c.ChangedBefore = daysBack(now, *f.OlderThanDays)
	}
	if f.Suppressed != nil && (f.SuppressedFilterMode == "v2" || !*f.Suppressed) {
		c.Suppressed = f.Suppressed
	}
	return c, nil
}

func (f Filter) standards() [][]string {
	var out [][]string
	for _, ids := range [][]string{f.Compliances, f.ComplianceStandards} {
		if len(ids) > 0 {
			out = append(out, ids)
		}
	}
	if f.ReportComplianceStandardID != "" {
		out = append(out, []string{f.ReportComplianceStandardID})
	}
	return out
}

func folded(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, Fold(s))
	}
	return out
}

func daysBack(now time.Time, days int) time.Time {
	return now.Add(-time.Duration(min(days, maxFilterDays)) * 24 * time.Hour)
}

// Match is At and then Match of what it gives; for many checks call At once.
func (f Filter) Match(check Facts, now time.Time) (bool, error) {
	c, err := f.At(now)
	if err != nil {
		return false, err
	}
	return c.Match(check), nil
}

// Match tells whether a check meets the conditions.
func (c *Conditions) Match(check Facts) bool {
	return oneOf(c.Regions, check.Region) && oneOf(c.Services, check.Service) && oneOf(c.RuleIDs, check.RuleID) &&
		oneOf(c.RiskLevels, check.RiskLevel) && oneOf(c.Statuses, check.Status) &&
		oneOf(c.ResourceTypes, check.ResourceType) && oneOf(c.Providers, check.Provider) &&
		oneOf(c.Categories, check.Categories...) && c.matchStandards(check.Compliances) &&
		(c.Suppressed == nil || *c.Suppressed == check.Suppressed) &&
		c.matchTimes(check) && c.matchTags(check.Tags) && c.matchTexts(check)
}

// oneOf tells whether a list of alternatives has one of the values, or is
// empty.
func oneOf(list []string, values ...string) bool {
	return len(list) == 0 || slices.ContainsFunc(values, func(v string) bool { return slices.Contains(list, v) })
}

func (c *Conditions) matchStandards(compliances []string) bool {
	for _, ids := range c.Standards {
		if !oneOf(ids, compliances...) {
			return false
		}
	}
	return true
}

func (c *Conditions) matchTimes(check Facts) bool {
	last := LastChange(check.Created, check.StatusChanged)
	return (c.CreatedFrom.IsZero() || !check.Created.Before(c.CreatedFrom)) &&
		(c.ChangedFrom.IsZero() || !last.Before(c.ChangedFrom)) &&
		(c.ChangedBefore.IsZero() || last.Before(c.ChangedBefore))
}

func (c *Conditions) matchTags(tags map[string]string) bool {
	if len(c.Tags) == 0 && len(c.FilterTags) == 0 {
		return true
	}
	text := TagText(tags)
	whole := func(tag string) bool { return strings.Contains(text, "\n"+tag+"\n") }
	part := func(tag string) bool { return strings.Contains(text, tag) }
	return (len(c.Tags) == 0 || slices.ContainsFunc(c.Tags, whole)) &&
		(len(c.FilterTags) == 0 || slices.ContainsFunc(c.FilterTags, part))
}

func (c *Conditions) matchTexts(check Facts) bool {
	if c.Resource != nil && !c.Resource.Match(check.Resource) {
		return false
	}
	if c.Text == "" && len(c.Words) == 0 {
		return true
	}
	message := Fold(check.Message)
	for _, word := range c.Words {
		if !strings.Contains(message, word) {
			return false
		}
	}
	return strings.Contains(message, c.Text) || strings.Contains(Fold(check.Resource), c.Text) ||
		strings.Contains(Fold(check.RuleTitle), c.Text)
}
