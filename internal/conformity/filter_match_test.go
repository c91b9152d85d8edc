package conformity

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

var now = time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)

func day(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }

func TestMatch(t *testing.T) {
	check := Facts{
		RuleID: "EC2-075", RuleTitle: "Memcached is not open", Service: "EC2", Region: "eu-west-1",
		Categories: []string{"security", "reliability"}, Compliances: []string{"AWAF", "PCI"},
		RiskLevel: "HIGH", Status: "FAILURE", ResourceType: "ec2-securitygroup", Provider: "aws",
		Resource: "sg-0Abc", Message: "Security group Web lets the\nwhole internet in",
		Tags:    map[string]string{"Environment": "Dev", "Größe": "Ä", "lone": ""},
		Created: day(1), StatusChanged: day(5),
	}
	suppressed := check
	suppressed.Suppressed = true
	fresh := check
	fresh.Created, fresh.StatusChanged = day(5), time.Time{}
	tests := map[string]struct {
		filter Filter
		on     *Facts // nil: check
		no     bool   // does not match
	}{
		"nothing":                 {},
		"region":                  {filter: Filter{Regions: []string{"x", "eu-west-1"}}},
		"another region":          {filter: Filter{Regions: []string{"x"}}, no: true},
		"service":                 {filter: Filter{Services: []string{"EC2"}}},
		"another service":         {filter: Filter{Services: []string{"S3"}}, no: true},
		"rule":                    {filter: Filter{RuleIDs: []string{"EC2-075"}}},
		"another rule":            {filter: Filter{RuleIDs: []string{"EC2-07"}}, no: true},
		"category":                {filter: Filter{Categories: []string{"reliability"}}},
		"another category":        {filter: Filter{Categories: []string{"sustainability"}}, no: true},
		"risk":                    {filter: Filter{RiskLevels: []string{"LOW", "HIGH"}}},
		"another risk":            {filter: Filter{RiskLevels: []string{"VERY_HIGH"}}, no: true},
		"status":                  {filter: Filter{Statuses: []string{"FAILURE"}}},
		"another status":          {filter: Filter{Statuses: []string{"SUCCESS"}}, no: true},
		"type":                    {filter: Filter{ResourceTypes: []string{"ec2-securitygroup"}}},
		"another type":            {filter: Filter{ResourceTypes: []string{"s3-bucket"}}, no: true},
		"provider":                {filter: Filter{Providers: []string{"aws"}}},
		"another provider":        {filter: Filter{Providers: []string{"gcp"}}, no: true},
		"compliance":              {filter: Filter{Compliances: []string{"PCI", "X"}}},
		"another compliance":      {filter: Filter{Compliances: []string{"X"}}, no: true},
		"standard":                {filter: Filter{ComplianceStandards: []string{"PCI"}}},
		"another standard":        {filter: Filter{ComplianceStandards: []string{"X"}}, no: true},
		"report's standard":       {filter: Filter{ReportComplianceStandardID: "AWAF"}},
		"report's other standard": {filter: Filter{ReportComplianceStandardID: "X"}, no: true},
		"one field fails":         {filter: Filter{Services: []string{"EC2"}, Statuses: []string{"SUCCESS"}}, no: true},

		"tag: whole":             {filter: Filter{Tags: []string{"environment::DEV"}}},
		"tag: key":               {filter: Filter{Tags: []string{"ENVironment"}}},
		"tag: value":             {filter: Filter{Tags: []string{"dev"}}},
		"tag: part of a key":     {filter: Filter{Tags: []string{"environ"}}, no: true},
		"tag: longer":            {filter: Filter{Tags: []string{"devops"}}, no: true},
		"tag: of two lines":      {filter: Filter{Tags: []string{"environment\ndev"}}, no: true},
		"tag: not ASCII":         {filter: Filter{Tags: []string{"GRÖSSE", "grÖße::ä"}}},
		"tag: without value":     {filter: Filter{Tags: []string{"lone"}}},
		"tag: one of two":        {filter: Filter{Tags: []string{"x", "dev"}}},
		"filter tag: part":       {filter: Filter{FilterTags: []string{"ENVIRON"}}},
		"filter tag: across":     {filter: Filter{FilterTags: []string{"ment::d"}}},
		"filter tag: exact":      {filter: Filter{FilterTags: []string{"environment::dev"}}},
		"filter tag: another":    {filter: Filter{FilterTags: []string{"devops"}}, no: true},
		"filter tag: over lines": {filter: Filter{FilterTags: []string{"environment\ndev"}}, no: true},
		"both kinds of tags":     {filter: Filter{Tags: []string{"dev"}, FilterTags: []string{"nothing"}}, no: true},
		"tags, none there":       {filter: Filter{FilterTags: []string{"a"}}, on: &Facts{}, no: true},

		"text in id":            {filter: Filter{Text: "SG-0a"}},
		"text in title":         {filter: Filter{Text: "memcached IS"}},
		"text in message":       {filter: Filter{Text: "group web"}},
		"text over a line":      {filter: Filter{Text: "the whole"}},
		"text nowhere":          {filter: Filter{Text: "redis"}, no: true},
		"text is no wildcard":   {filter: Filter{Text: "sg%"}, no: true},
		"words":                 {filter: Filter{Message: "internet  WEB security"}},
		"a word missing":        {filter: Filter{Message: "internet redis"}, no: true},
		"words of the title":    {filter: Filter{Message: "memcached"}, no: true},
		"resource":              {filter: Filter{Resource: "sg-0Abc"}},
		"resource, other case":  {filter: Filter{Resource: "sg-0abc"}, no: true},
		"part of resource":      {filter: Filter{Resource: "sg-0"}, no: true},
		"wildcard":              {filter: Filter{Resource: "sg-*", ResourceSearchMode: "text"}},
		"one character":         {filter: Filter{Resource: "sg-0?bc"}},
		"wildcard, other case":  {filter: Filter{Resource: "SG-*"}, no: true},
		"expression":            {filter: Filter{Resource: "sg-[0-9A-Za-z]+", ResourceSearchMode: "regex"}},
		"expression for a part": {filter: Filter{Resource: "sg", ResourceSearchMode: "regex"}, no: true},

		"created then":          {filter: Filter{CreatedDate: ptr(day(1).UnixMilli())}},
		"created before":        {filter: Filter{CreatedDate: ptr(day(1).UnixMilli() + 1)}, no: true},
		"newer: changed then":   {filter: Filter{NewerThanDays: ptr(5)}},
		"newer: changed before": {filter: Filter{NewerThanDays: ptr(4)}, no: true},
		"newer: made then":      {filter: Filter{NewerThanDays: ptr(5)}, on: &fresh},
		"newer: made before":    {filter: Filter{NewerThanDays: ptr(4)}, on: &fresh, no: true},
		"older":                 {filter: Filter{OlderThanDays: ptr(4)}},
		"older: changed then":   {filter: Filter{OlderThanDays: ptr(5)}, no: true},
		"between":               {filter: Filter{NewerThanDays: ptr(6), OlderThanDays: ptr(4)}},

		"not suppressed":             {filter: Filter{}},
		"suppressed":                 {filter: Filter{}, on: &suppressed},
		"v1 true, not suppressed":    {filter: Filter{Suppressed: ptr(true)}},
		"v1 true, suppressed":        {filter: Filter{Suppressed: ptr(true)}, on: &suppressed},
		"v1 false, not suppressed":   {filter: Filter{Suppressed: ptr(false), SuppressedFilterMode: "v1"}},
		"v1 false, suppressed":       {filter: Filter{Suppressed: ptr(false)}, on: &suppressed, no: true},
		"v2, not suppressed":         {filter: Filter{SuppressedFilterMode: "v2"}},
		"v2, suppressed":             {filter: Filter{SuppressedFilterMode: "v2"}, on: &suppressed},
		"v2 true, not suppressed":    {filter: Filter{Suppressed: ptr(true), SuppressedFilterMode: "v2"}, no: true},
		"v2 true, suppressed":        {filter: Filter{Suppressed: ptr(true), SuppressedFilterMode: "v2"}, on: &suppressed},
		"v2 false, not suppressed":   {filter: Filter{Suppressed: ptr(false), SuppressedFilterMode: "v2"}},
		"v2 false, suppressed":       {filter: Filter{Suppressed: ptr(false), SuppressedFilterMode: "v2"}, on: &suppressed, no: true},
		"what a report shows":        {filter: Filter{WithChecks: ptr(false), WithoutChecks: ptr(true)}},
		"what a single check shows":  {filter: Filter{Notes: ptr(true), NotesLength: ptr(0)}},
		"nothing, of an empty check": {on: &Facts{}},
	}
	db := sqlite(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			on := &check
			if test.on != nil {
				on = test.on
			}
			got, err := test.filter.Match(*on, now)
			if err != nil {
				t.Fatal(err)
			}
			if got == test.no {
				t.Errorf("matches: %v", got)
			}
			c, err := test.filter.At(now)
			if err != nil {
				t.Fatal(err)
			}
			if inSQL := chosen(t, db, c, *on); inSQL != got {
				t.Errorf("in SQL %v, in memory %v", inSQL, got)
			}
		})
	}
}

func sqlite(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// chosen evaluates the conditions as a store does: with SQL over columns.
func chosen(t testing.TB, db *sql.DB, c *Conditions, check Facts) bool {
	t.Helper()
	var parts []string
	var args []any
	and := func(sql string, values ...any) {
		parts = append(parts, "("+sql+")")
		args = append(args, values...)
	}
	in := func(list []string, columns ...string) {
		if len(list) == 0 {
			return
		}
		var alternatives []string
		var values []any
		for _, column := range columns {
			alternatives = append(alternatives, "? IN (?"+strings.Repeat(", ?", len(list)-1)+")")
			values = append(values, column)
			for _, v := range list {
				values = append(values, v)
			}
		}
		if len(alternatives) == 0 {
			alternatives = []string{"0"}
		}
		and(strings.Join(alternatives, " OR "), values...)
	}
	has := func(list []string, text, before, after string) {
		var alternatives []string
		var values []any
		for _, v := range list {
			alternatives = append(alternatives, "instr(?, ?) > 0")
			values = append(values, text, before+v+after)
		}
		if len(list) > 0 {
			and(strings.Join(alternatives, " OR "), values...)
		}
	}
	in(c.Regions, check.Region)
	in(c.Services, check.Service)
	in(c.RuleIDs, check.RuleID)
	in(c.RiskLevels, check.RiskLevel)
	in(c.Statuses, check.Status)
	in(c.ResourceTypes, check.ResourceType)
	in(c.Providers, check.Provider)
	in(c.Categories, check.Categories...)
	for _, ids := range c.Standards {
		in(ids, check.Compliances...)
	}
	has(c.Tags, TagText(check.Tags), "\n", "\n")
	has(c.FilterTags, TagText(check.Tags), "", "")
	if c.Text != "" {
		and("instr(?, ?) > 0 OR instr(?, ?) > 0 OR instr(?, ?) > 0",
			Fold(check.Resource), c.Text, Fold(check.RuleTitle), c.Text, Fold(check.Message), c.Text)
	}
	for _, word := range c.Words {
		and("instr(?, ?) > 0", Fold(check.Message), word)
	}
	switch {
	case c.Resource == nil:
	case c.Resource.Pattern != nil: // a store registers Go's regexp, or has its own
		and("?", c.Resource.Pattern.MatchString(check.Resource))
	case c.Resource.Wild != "":
		and("? GLOB ?", check.Resource, c.Resource.Glob())
		and(`? LIKE ? ESCAPE '\'`, check.Resource, c.Resource.Like())
	default:
		and("? = ?", check.Resource, c.Resource.Exact)
	}
	last := LastChange(check.Created, check.StatusChanged)
	if !c.CreatedFrom.IsZero() {
		and("? >= ?", check.Created.UnixMilli(), c.CreatedFrom.UnixMilli())
	}
	if !c.ChangedFrom.IsZero() {
		and("? >= ?", last.UnixMilli(), c.ChangedFrom.UnixMilli())
	}
	if !c.ChangedBefore.IsZero() {
		and("? < ?", last.UnixMilli(), c.ChangedBefore.UnixMilli())
	}
	if c.Suppressed != nil {
		and("? = ?", check.Suppressed, *c.Suppressed)
	}
	if len(parts) == 0 {
		return true
	}
	var yes bool
	if err := db.QueryRow("SELECT "+strings.Join(parts, " AND "), args...).Scan(&yes); err != nil {
		t.Fatal(err)
	}
	return yes
}

func TestResourceTest(t *testing.T) {
	tests := []struct {
		mode, pattern, id string
		want              bool
	}{
		{"text", "*", "", true},
		{"text", "*", "anything", true},
		{"text", "a*b*c", "aXbYbZc", true},
		{"text", "a*b*c", "aXbYbZ", false},
		{"text", "**a**", "a", true},
		{"text", "?", "ä", true},
		{"text", "?", "", false},
		{"text", "??", "a", false},
		{"text", "a?c*", "abc", true},
		{"text", "100%*", "100% real", true},
		{"text", "100%*", "1000 real", false},
		{"text", "a_*", "ab", false},
		{"text", "[ab]*", "a", false},
		{"text", "[ab]*", "[ab]c", true},
		{"text", `a\*`, `a\b`, true},
		{"regex", "web-[0-9]{1,2}", "web-12", true},
		{"regex", "web-[0-9]{1,2}", "web-123", false},
		{"regex", "a|b", "b", true},
		{"regex", "a|bc", "ac", false},
		{"regex", "(a|b)c", "ac", true},
		{"regex", "^a$", "a", false},
		{"regex", "^a$", "^a$", true},
		{"regex", `a\.b`, "aXb", false},
		{"regex", `"a.b"+`, "a.ba.b", true},
		{"regex", "x@y", "x some y", true},
		{"regex", `x\@y`, "x@y", true},
		{"regex", `[^a]`, "b", true},
		{"regex", `[a\-z]`, "-", true},
		{"regex", `[a\-z]`, "m", false},
		{"regex", `[a\]]`, "]", true},
		{"regex", `[[:a]`, "[", true},
		{"regex", `[a^]`, "^", true},
		{"regex", `[&~]`, "~", true},
		{"regex", `\d+`, "12", true},
		{"regex", `\n`, "n", true},
		{"regex", `\~\<\#`, "~<#", true},
		{"regex", `arn:aws:s3:::.*`, "arn:aws:s3:::b", true},
		{"regex", "", "anything", true},
		{"regex", "ä.", "äö", true},
	}
	db := sqlite(t)
	for _, test := range tests {
		t.Run(test.mode+" "+test.pattern+" "+test.id, func(t *testing.T) {
			c, err := Filter{Resource: test.pattern, ResourceSearchMode: test.mode}.At(now)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Match(Facts{Resource: test.id}); got != test.want {
				t.Errorf("matches: %v", got)
			}
			if got := chosen(t, db, c, Facts{Resource: test.id}); got != test.want {
				t.Errorf("in SQL: %v", got)
			}
		})
	}
}

func TestResourceExpressionIsRefused(t *testing.T) {
	for pattern, want := range map[string]string{
		"a)|(b":                     "unexpected )",
		"(a":                        "missing closing )",
		"(?i)a":                     "(? is no group",
		"[a":                        "a [ is not closed",
		"[]a]":                      "[] holds no character",
		"[^":                        "a [ is not closed",
		`a\`:                        `it ends with \`,
		`[a\`:                       `it ends with \`,
		`"a`:                        `a " is not closed`,
		"a{":                        "a { is no repetition",
		"a{,2}":                     "a { is no repetition",
		"a{1,999}":                  "repeats more than 255 times",
		"a~b":                       `the operator ~ is not understood; write \~`,
		"<1-10>":                    `the operator < is not understood`,
		"((a{200}){200}){200}":      "invalid repeat count",
		"*a":                        "missing argument to repetition operator",
		"[z-a]":                     "invalid character class range",
		strings.Repeat("a", 1001):   "1001 characters",
		strings.Repeat("(a?)", 200): "",

		strings.Repeat("a{255}", 50): "its repetitions make it too large",
	} {
		_, err := Filter{Resource: pattern, ResourceSearchMode: "regex"}.At(now)
		if want == "" {
			if err != nil {
				t.Errorf("%.40s: %v", pattern, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v; want %q", pattern, err, want)
		}
	}
}
