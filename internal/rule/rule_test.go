package rule

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

// write makes a page about a bucket with the given lines of front matter
// after the required ones.
func write(lines ...string) []byte {
	head := []string{
		"---", "id: S3-999", "title: Test", "risk: low", "categories: [security]", "service: S3",
		"resource: AWS::S3::Bucket", "message: Bucket {id} is wrong",
	}
	return []byte(strings.Join(append(append(head, lines...), "---", "", "Text.", ""), "\n"))
}

func judge(t *testing.T, r *cloud.Resource, joined map[string][]Joined, lines ...string) Result {
	t.Helper()
	parsed, err := Parse("S3-999.md", write(lines...), nil)
	if err != nil {
		t.Fatal(err)
	}
	joins, err := parsed.Joins()
	if err != nil {
		t.Fatal(err)
	}
	var rows []*Rows
	for _, j := range joins {
		list := joined[j.Name]
		for i := range list {
			if list[i].Resource != nil {
				list[i] = NewJoined(list[i].Resource)
			}
		}
		rows = append(rows, NewRows(list))
	}
	result, err := parsed.Evaluate(Input{Resource: NewSubject(r), Joined: rows, Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestThreeValues(t *testing.T) {
	missing := &cloud.Unresolved{Reason: "parameter X has no default"}
	many := &cloud.Unresolved{Reason: "a list of unknown length", Many: true}
	rules := func(items ...any) map[string]any {
		return map[string]any{"LifecycleConfiguration": map[string]any{"Rules": items}}
	}
	methods := func(items ...any) map[string]any {
		return map[string]any{"CorsConfiguration": map[string]any{"CorsRules": []any{map[string]any{"AllowedMethods": items}}}}
	}
	enabled, disabled := map[string]any{"Status": "Enabled"}, map[string]any{"Status": "Disabled"}
	for _, test := range []struct {
		name       string
		properties map[string]any
		check      string
		want       Outcome
	}{
		{"absent text is empty", nil, `resource.BucketName == ""`, Conforms},
		{"absent object is empty all the way down", nil, `resource.VersioningConfiguration.Status == "Enabled"`, Violates},
		{"absent list is empty", nil, `size(resource.Tags) == 0`, Conforms},
		{"has of what is set", map[string]any{"BucketName": "a"}, `has(resource.BucketName)`, Conforms},
		{"has of what is absent", nil, `has(resource.BucketName)`, Violates},
		{"has of what is unresolved", map[string]any{"BucketName": missing}, `has(resource.BucketName)`, CannotTell},
		{"unresolved matters", map[string]any{"BucketName": missing}, `resource.BucketName == "a"`, CannotTell},
		{"unresolved does not matter", map[string]any{"BucketName": missing}, `resource.BucketName == "a" || size(resource.Tags) == 0`, Conforms},
		{"unresolved object", map[string]any{"VersioningConfiguration": missing}, `resource.VersioningConfiguration.Status == "Enabled"`, CannotTell},
		{"exists finds one beside an unresolved", rules(missing, enabled), `resource.LifecycleConfiguration.Rules.exists(r, r.Status == "Enabled")`, Conforms},
		{"exists finds none beside an unresolved", rules(missing, disabled), `resource.LifecycleConfiguration.Rules.exists(r, r.Status == "Enabled")`, CannotTell},
		{"all with one that does not", rules(missing, disabled), `resource.LifecycleConfiguration.Rules.all(r, r.Status == "Enabled")`, Violates},
		{"size of an open list", rules(enabled, many), `size(resource.LifecycleConfiguration.Rules) == 1`, CannotTell},
		{"exists in an open list", rules(enabled, many), `resource.LifecycleConfiguration.Rules.exists(r, r.Status == "Enabled")`, Conforms},
		{"none in an open list", rules(disabled, many), `resource.LifecycleConfiguration.Rules.exists(r, r.Status == "Enabled")`, CannotTell},
		{"filter of an open list", rules(enabled, many), `size(resource.LifecycleConfiguration.Rules.filter(r, r.Status == "Enabled")) == 1`, CannotTell},
		{"a function on a list whose first element is unresolved", rules(missing, enabled), `!resource.LifecycleConfiguration.Rules.reachableFromInternet("tcp", 22)`, CannotTell},
		{"in a list of literals", map[string]any{"BucketName": missing}, `resource.BucketName in ["a", "b"]`, CannotTell},
		{"lists are equal", methods("GET", "PUT"), `resource.CorsConfiguration.CorsRules[0].AllowedMethods == ["GET", "PUT"]`, Conforms},
		{"a known difference wins", methods(missing, "PUT"), `resource.CorsConfiguration.CorsRules[0].AllowedMethods == ["GET", "POST"]`, Violates},
		{"an unresolved element may be equal", methods(missing, "PUT"), `resource.CorsConfiguration.CorsRules[0].AllowedMethods == ["GET", "PUT"]`, CannotTell},
		{"in a list with an unresolved", methods(missing, "PUT"), `"GET" in resource.CorsConfiguration.CorsRules[0].AllowedMethods`, CannotTell},
		{"in a list beside an unresolved", methods(missing, "PUT"), `"PUT" in resource.CorsConfiguration.CorsRules[0].AllowedMethods`, Conforms},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Properties: test.properties}
			got := judge(t, r, nil, "check: '"+test.check+"'")
			if got.Outcome != test.want {
				t.Errorf("%s: outcome %v, want %v (missing %v)", test.check, got.Outcome, test.want, got.Missing)
			}
			if got.Outcome == CannotTell && len(got.Missing) == 0 {
				t.Error("unknown without a reason")
			}
		})
	}
}

func TestMissingNamesThePath(t *testing.T) {
	r := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Properties: map[string]any{"VersioningConfiguration": map[string]any{
		"Status": &cloud.Unresolved{Reason: "parameter Status has no default"}}}}
	got := judge(t, r, nil, `check: resource.VersioningConfiguration.Status == "Enabled"`)
	want := []string{"VersioningConfiguration.Status: parameter Status has no default"}
	if diff := cmp.Diff(want, got.Missing); diff != "" {
		t.Error(diff)
	}
}

func TestWhen(t *testing.T) {
	r := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Properties: map[string]any{"BucketName": &cloud.Unresolved{Reason: "unknown"}}}
	for _, test := range []struct {
		when, check string
		want        Outcome
	}{
		{"true", "false", Violates},
		{"false", "false", NotApplicable},
		{`resource.BucketName == "a"`, "false", CannotTell},
		{`resource.BucketName == "a"`, "true", CannotTell},
	} {
		if got := judge(t, r, nil, "when: '"+test.when+"'", "check: "+test.check); got.Outcome != test.want {
			t.Errorf("when %s, check %s: outcome %v, want %v", test.when, test.check, got.Outcome, test.want)
		}
	}
}

func TestMessageAndMeta(t *testing.T) {
	r := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Tags: map[string]string{"team": "web"}, Properties: map[string]any{"BucketName": "x"}}
	joined := map[string][]Joined{"policies": {{Resource: &cloud.Resource{Type: "AWS::S3::BucketPolicy", ID: "p", Region: "eu-west-1"}}}}
	got := judge(t, r, joined,
		"with:", "  policies: AWS::S3::BucketPolicy where Bucket = BucketName",
		`check: policies.exists(p, meta(p).region == region)`,
	)
	if got.Message != "Bucket b is wrong" {
		t.Errorf("message %q", got.Message)
	}
}

func TestTags(t *testing.T) {
	r := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Template: true, Tags: map[string]string{"Name": "web-${Env}", "tier": "web"}}
	for check, want := range map[string]Outcome{
		`tags["tier"] == "web"`:                    Conforms,
		`tags["Name"].startsWith("web")`:           CannotTell,
		`"Name" in tags`:                           Conforms,
		`"Owner" in tags`:                          Violates,
		`tags.hasTags(["Name", "tier::web"])`:      Conforms,
		`tags.hasTags(["Name::web-prod"])`:         CannotTell,
		`tags.hasTags(["tier::app", "Name::web"])`: Violates,
	} {
		if got := judge(t, r, nil, "check: '"+check+"'"); got.Outcome != want {
			t.Errorf("%s: outcome %v, want %v", check, got.Outcome, want)
		}
	}
	r.TagsUnresolved = "var.tags has no value"
	if got := judge(t, r, nil, `check: '"Owner" in tags'`); got.Outcome != CannotTell {
		t.Errorf("a tag that may be among unknown ones: outcome %v", got.Outcome)
	}
}

// TestCost has expressions that would go on for ever.
func TestCost(t *testing.T) {
	r := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Properties: map[string]any{}}
	for _, check := range []string{
		"!settings.l.exists(a, settings.l.exists(b, settings.l.exists(c, a + b + c < 0)))",
		"settings.l.map(a, settings.l.map(b, settings.l.map(c, settings.l))).size() > 0",
		"settings.l.map(a, settings.l.map(b, id + id + id + id)).size() > 0",
	} {
		p, err := Parse("S3-999.md", write("settings:", "  l:", "    type: multiple-number-values", "    label: L",
			"    default: ["+strings.TrimSuffix(strings.Repeat("1,", 2000), ",")+"]", "check: '"+check+"'"), nil)
		if err != nil {
			t.Fatal(err)
		}
		setting, _ := p.Setting("l")
		_, err = p.Evaluate(Input{Resource: NewSubject(r), Settings: NewSettings(map[string]any{"l": setting.Default})})
		if err == nil || !strings.Contains(err.Error(), "cost limit") {
			t.Errorf("%s: error %v, want that the cost limit was reached", check, err)
		}
	}
}

// TestPageTooLarge refuses what is no page at all.
func TestPageTooLarge(t *testing.T) {
	for name, file := range map[string]*fstest.MapFile{
		"large":  {Data: make([]byte, maxPage+1)},
		"device": {Mode: fs.ModeDevice},
	} {
		if _, err := NewLibrary(fstest.MapFS{"S3-999.md": file}, ""); err == nil || !strings.Contains(err.Error(), "is no page") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestPageOfWindows has a page as an editor on Windows saves it.
func TestPageOfWindows(t *testing.T) {
	page := "\xef\xbb\xbf" + strings.ReplaceAll(string(write("check: 'true'")), "\n", "\r\n")
	l, err := NewLibrary(fstest.MapFS{"S3-999.md": {Data: []byte(page)}}, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Rule("S3-999")
	if err == nil {
		err = r.Compile()
	}
	if err != nil {
		t.Error(err)
	}
	if strings.Contains(r.Text, "\r") {
		t.Errorf("the text keeps carriage returns: %q", r.Text)
	}
}

func TestPageErrors(t *testing.T) {
	for _, test := range []struct {
		name, want string
		lines      []string
	}{
		{"misspelt property", "S3-999.md:9: check: there is no property 'VersioningConfigurations'; did you mean 'VersioningConfiguration' of AWS::S3::Bucket?",
			[]string{"check: has(resource.VersioningConfigurations)"}},
		{"misspelt nested property, on its own line", "S3-999.md:11: check: there is no property 'Statuss'; did you mean 'Status' of AWS::S3::Bucket.VersioningConfiguration?",
			[]string{"check: |", "  true &&", "  resource.VersioningConfiguration.Statuss == ''"}},
		{"unknown key", "S3-999.md:10: ", []string{"check: 'true'", "chekc: 'true'"}},
		{"wrong type", "S3-999.md:9: check: found no matching overload", []string{"check: resource.BucketName > 3"}},
		{"no verdict", "S3-999.md:9: check gives string where bool is needed", []string{"check: resource.BucketName"}},
		{"unknown setting type", `S3-999.md:12: "ports" is no setting type`, []string{"check: 'true'", "settings:", "  a:", "    type: ports", "    label: A"}},
		{"bad default", `S3-999.md:14: setting "a": x is not a whole number`, []string{"check: 'true'", "settings:", "  a:", "    type: multiple-number-values", "    label: A", "    default: [x]"}},
		{"join of an unknown type", `S3-999.md:10: there is no resource type "AWS::S3::BucketPolicyy"; did you mean "AWS::S3::BucketPolicy"?`,
			[]string{"with:", "  p: AWS::S3::BucketPolicyy where Bucket = BucketName", "check: 'true'"}},
		{"join on an unknown property", `S3-999.md:10: AWS::S3::BucketPolicy has no property "Buckets"; did you mean "Bucket"?`,
			[]string{"with:", "  p: AWS::S3::BucketPolicy where Buckets = BucketName", "check: 'true'"}},
		{"at", `S3-999.md:10: AWS::S3::Bucket has no property "Nme"`, []string{"check: 'true'", "at: Nme"}},
		{"a key that is like another", `S3-999.md:10: there is no key "chekc" here; did you mean "check"?`, []string{"check: 'true'", "chekc: 'true'"}},
		{"an object for text", "S3-999.md:9: an object stands where text is expected", []string{"check: {id}"}},
		{"a key twice", `S3-999.md:10: the key "check" is written twice`, []string{"check: 'true'", "check: 'true'"}},
		{"a regular expression that is none", "S3-999.md:9: check: the text given to matches() is no regular expression", []string{"check: resource.BucketName.matches('(((')"}},
		{"an expression without end", "S3-999.md:9: check: expression recursion limit exceeded", []string{"check: " + strings.Repeat("(", 3000) + "true" + strings.Repeat(")", 3000)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := Parse("S3-999.md", write(test.lines...), nil)
			if err == nil {
				err = r.Compile()
			}
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error %v, want %s…", err, test.want)
			}
		})
	}
}

func TestCostLimit(t *testing.T) {
	items := make([]any, 3000)
	for i := range items {
		items[i] = map[string]any{"Key": "k", "Value": "v"}
	}
	r, err := Parse("S3-999.md", write(
		"check: resource.Tags.all(a, resource.Tags.all(b, resource.Tags.all(c, a.Key == b.Key && b.Key == c.Key)))"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Evaluate(Input{Resource: NewSubject(&cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Properties: map[string]any{"Tags": items}})})
	if err == nil || !strings.Contains(err.Error(), "cost") {
		t.Errorf("27 billion steps ended with %v, want the cost limit", err)
	}
}

func TestSettings(t *testing.T) {
	for _, test := range []struct {
		typ   string
		value any
		want  any
		err   string
	}{
		{"multiple-number-values", []any{1, 2}, []any{int64(1), int64(2)}, ""},
		{"multiple-number-values", 1, nil, "a list is expected, not 1"},
		{"single-number-value", 3, int64(3), ""},
		{"single-number-value", 3.5, nil, "3.5 is not a whole number"},
		{"multiple-aws-account-values", []any{"123456789012"}, []any{"123456789012"}, ""},
		{"multiple-aws-account-values", []any{"12345678901"}, nil, "12345678901 is not an AWS account id of 12 digits in quotes"},
		{"countries", []any{"de"}, nil, "de is not a country code of two capital letters (ISO 3166-1)"},
		{"regions", []any{"eu-west-1", "us-gov-west-1"}, []any{"eu-west-1", "us-gov-west-1"}, ""},
		{"ignored-regions", []any{"europe"}, nil, "europe is not a region such as eu-west-1"},
		{"multiple-ip-values", []any{"10.0.0.0/8", "::1"}, []any{"10.0.0.0/8", "::1"}, ""},
		{"multiple-ip-values", []any{"10.0.0.0/40"}, nil, "10.0.0.0/40 is neither an IP address nor a range in CIDR form"},
		{"single-value-regex", "(", nil, "\"(\" is not a regular expression: error parsing regexp: missing closing ): `(`"},
		{"choice-single-value", "b", "b", ""},
		{"choice-multiple-value", []any{"c"}, nil, "c is not one of a, b"},
		{"choice-multiple-value-with-tags", []any{map[string]any{"value": "a", "tags": []any{"x"}}}, []any{map[string]any{"value": "a", "tags": []any{"x"}}}, ""},
		{"choice-multiple-value-with-risk-level", []any{map[string]any{"value": "a", "risk": "LOW"}}, nil, `"risk" is not understood here; use value and riskLevel`},
		{"multiple-vpc-gateway-mappings", []any{map[string]any{"vpcId": "vpc-1"}}, nil, "a mapping of VPC to gateways has no list gatewayIds"},
		{"multiple-object-values", []any{"x"}, nil, "x is not an object"},
		{"single-string-value", 1, nil, "1 is not text; put it in quotes"},
		{"multiple-string-values", []any{"x"}, []any{"x"}, ""},
		{"tags", []any{"Owner"}, []any{"Owner"}, ""},
		{"ttl", 24, int64(24), ""},
	} {
		got, err := Setting{Type: test.typ, Choices: []string{"a", "b"}}.Parse(test.value)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if text != test.err || err == nil && !cmp.Equal(got, test.want) {
			t.Errorf("%s of %v: %v, error %q; want %v, error %q", test.typ, test.value, got, text, test.want, test.err)
		}
	}
	if len(SettingTypes()) != 18 {
		t.Errorf("%d setting types, want 18", len(SettingTypes()))
	}
}
