package kb

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/rule"
)

func TestPage(t *testing.T) {
	p := mustPage(t, embeddedBook(t), "ec2-075")
	want := Page{
		Entry: Entry{
			ID: "EC2-075", Title: "Memcached is not open to the internet", Slug: "memcached-is-not-open-to-the-internet",
			Path: "/knowledge-base/aws/EC2/memcached-is-not-open-to-the-internet.html", Service: "EC2", Risk: rule.VeryHigh, RiskName: "Very High",
			Resource: "AWS::EC2::SecurityGroup", Categories: []Category{{"security", "Security"}},
		},
		ServicePath: "/knowledge-base/aws/EC2/", Act: "act today",
		Types:    []Type{{"AWS::EC2::SecurityGroup", "EC2 Security Group"}},
		Judges:   Judges{Live: true, CloudFormation: true, Terraform: true},
		HasFix:   true,
		Events:   []string{"ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules", "ec2:RevokeSecurityGroupIngress"},
		Settings: []Setting{{Name: "ports", Label: "Memcached ports", Type: "multiple-number-values", TypeName: "numbers", Default: []string{"11211"}}},
	}
	got := *p
	if len(got.Related) != maxRelated || len(got.References) != 2 || len(got.Standards) == 0 {
		t.Errorf("%d related, %d references, %d standards", len(got.Related), len(got.References), len(got.Standards))
	}
	got.Description, got.Summary, got.Notes, got.Sections, got.References, got.Standards, got.Related = "", "", "", nil, nil, nil, nil
	want.WellArchitected = got.WellArchitected
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if mustPage(t, embeddedBook(t), "S3-001").Judges.Live {
		t.Error("what Options.Live says is not heeded")
	}
}

// Beside what a rule judges, a page names what the rule looks at.
func TestTypes(t *testing.T) {
	p := mustPage(t, embeddedBook(t), "CWL-011")
	if p.Types[0].Name != "AWS::Account::Account" || !slices.Contains(p.Types, Type{"AWS::SNS::Topic", "SNS Topic"}) {
		t.Errorf("%+v", p.Types)
	}
}

func TestRelated(t *testing.T) {
	book := embeddedBook(t)
	for _, e := range book.Entries() {
		related := book.related(e)
		for i, other := range related {
			if other.ID == e.ID || other.Resource != e.Resource || other.Deprecated || slices.ContainsFunc(related[:i], func(e Entry) bool { return e.ID == other.ID }) {
				t.Errorf("%s is related to %s", e.ID, other.ID)
			}
		}
		if len(related) > maxRelated {
			t.Errorf("%s has %d related rules", e.ID, len(related))
		}
	}
}

func TestSettings(t *testing.T) {
	front := `settings:
  pattern: {type: single-value-regex, label: A pattern, example: ^a$}
  none: {type: tags, label: Tags, default: []}
  kind: {type: choice-single-value, label: A kind, choices: [a, b], default: a}
  risks: {type: choice-multiple-value-with-risk-level, label: Risks, choices: [a, b], default: [{value: a, riskLevel: high}]}
  days: {type: single-number-value, label: Days, default: 30}
`
	got := mustPage(t, bookOf(t, Options{}, testPage{id: "S3-901", title: "First", front: front}), "S3-901").Settings
	want := []Setting{
		{Name: "days", Label: "Days", Type: "single-number-value", TypeName: "number", Default: []string{"30"}},
		{Name: "kind", Label: "A kind", Type: "choice-single-value", TypeName: "one of the choices", Default: []string{"a"}, Choices: []string{"a", "b"}},
		{Name: "none", Label: "Tags", Type: "tags", TypeName: "tags"},
		{Name: "pattern", Label: "A pattern", Type: "single-value-regex", TypeName: "regular expression", Required: true, Example: []string{"^a$"}},
		{Name: "risks", Label: "Risks", Type: "choice-multiple-value-with-risk-level", TypeName: "any of the choices, each with a risk", Default: []string{`{"riskLevel":"high","value":"a"}`}, Choices: []string{"a", "b"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Every type of setting has a name for readers.
func TestSettingTypes(t *testing.T) {
	for _, typ := range rule.SettingTypes() {
		if typeNames[typ] == "" {
			t.Errorf("%s has no name", typ)
		}
	}
}

func TestActOnEveryRisk(t *testing.T) {
	seen := map[string]bool{"": true}
	for _, r := range rule.Risks {
		if seen[Act(r)] {
			t.Errorf("%s: %q", r, Act(r))
		}
		seen[Act(r)] = true
	}
}

func TestServices(t *testing.T) {
	book := embeddedBook(t)
	rules := 0
	for _, s := range book.Services() {
		rules += len(s.Rules)
		for _, e := range s.Rules {
			if e.Service != s.Key {
				t.Errorf("%s is below %s", e.ID, s.Key)
			}
		}
	}
	if rules != len(book.Entries()) {
		t.Errorf("%d rules below services, of %d", rules, len(book.Entries()))
	}
	for _, key := range []string{"CloudTrail", "cloudtrail", "CT"} {
		if s, ok := book.Service(key); !ok || s.Path != "/knowledge-base/aws/CloudTrail/" {
			t.Errorf("%s: %+v", key, s)
		}
	}
	if _, ok := book.Service("Nothing"); ok {
		t.Error("there is a service Nothing")
	}
}
