package conformity

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func ptr[T any](v T) *T { return &v }

func TestParseFilterQuery(t *testing.T) {
	tests := map[string]struct {
		in   string
		want Filter
	}{
		"none":          {in: "accountIds=a&page[size]=10"},
		"empty":         {in: "filter[regions]=&filter[text]=%20&filter[suppressed]="},
		"lists":         {in: "filter[regions]=us-east-1,%20eu-west-1,,us-east-1&filter[services]=EC2", want: Filter{Regions: []string{"us-east-1", "eu-west-1"}, Services: []string{"EC2"}}},
		"escaped":       {in: "filter%5BruleIds%5D=EC2-001%2CS3-001", want: Filter{RuleIDs: []string{"EC2-001", "S3-001"}}},
		"again":         {in: "filter[ruleIds]=EC2-001&filter[ruleIds]=S3-001", want: Filter{RuleIDs: []string{"EC2-001", "S3-001"}}},
		"enumerations":  {in: "filter[riskLevels]=very_high,LOW&filter[statuses]=failure,UNKNOWN&filter[categories]=Security&filter[providers]=AWS", want: Filter{RiskLevels: []string{"VERY_HIGH", "LOW"}, Statuses: []string{"FAILURE", "UNKNOWN"}, Categories: []string{"security"}, Providers: []string{"aws"}}},
		"tags":          {in: "filter[tags]=Team::A&filter[filterTags]=dev", want: Filter{Tags: []string{"Team::A"}, FilterTags: []string{"dev"}}},
		"standards":     {in: "filter[compliances]=AWAF,PCI&filter[complianceStandards]=NIST5&filter[reportComplianceStandardId]=CIS-V8", want: Filter{Compliances: []string{"AWAF", "PCI"}, ComplianceStandards: []string{"NIST5"}, ReportComplianceStandardID: "CIS-V8"}},
		"texts":         {in: "filter[text]=a,b&filter[message]=two+words&filter[resource]=web-*&filter[resourceSearchMode]=TEXT&filter[resourceTypes]=s3-bucket", want: Filter{Text: "a,b", Message: "two words", Resource: "web-*", ResourceSearchMode: "text", ResourceTypes: []string{"s3-bucket"}}},
		"booleans":      {in: "filter[suppressed]=True&filter[suppressedFilterMode]=v2&filter[withChecks]=false&filter[withoutChecks]=true&filter[notes]=true", want: Filter{Suppressed: ptr(true), SuppressedFilterMode: "v2", WithChecks: ptr(false), WithoutChecks: ptr(true), Notes: ptr(true)}},
		"numbers":       {in: "filter[createdDate]=1502572157914&filter[newerThanDays]=5&filter[olderThanDays]=0&filter[notesLength]=10", want: Filter{CreatedDate: ptr(int64(1502572157914)), NewerThanDays: ptr(5), OlderThanDays: ptr(0), NotesLength: ptr(10)}},
		"old names":     {in: "filter[createdLessThanDays]=5&filter[createdMoreThanDays]=2", want: Filter{NewerThanDays: ptr(5), OlderThanDays: ptr(2)}},
		"new over old":  {in: "filter[createdLessThanDays]=5&filter[newerThanDays]=2", want: Filter{NewerThanDays: ptr(2)}},
		"unknown":       {in: "filter[colour]=red&filter=x&filter[]=y&filter[regions", want: Filter{}},
		"another case":  {in: "filter[Regions]=us-east-1"},
		"any region":    {in: "filter[regions]=eu-isoe-west-1,global", want: Filter{Regions: []string{"eu-isoe-west-1", "global"}}},
		"message as is": {in: "filter[message]=true", want: Filter{Message: "true"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			query, err := url.ParseQuery(test.in)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseFilterQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestParseFilterJSON(t *testing.T) {
	tests := map[string]struct {
		in   string
		want Filter
	}{
		"nothing":         {in: ``},
		"null":            {in: `null`},
		"empty":           {in: `{"regions":[],"riskLevels":null,"text":"","suppressedFilterMode":"","resource":null}`},
		"lists":           {in: `{"regions":["us-east-1"," eu-west-1 ",""],"tags":["a,b"],"riskLevels":["EXTREME"]}`, want: Filter{Regions: []string{"us-east-1", "eu-west-1"}, Tags: []string{"a,b"}, RiskLevels: []string{"EXTREME"}}},
		"one for a list":  {in: `{"services":"EC2"}`, want: Filter{Services: []string{"EC2"}}},
		"booleans":        {in: `{"suppressed":false,"withChecks":true,"withoutChecks":"False"}`, want: Filter{Suppressed: ptr(false), WithChecks: ptr(true), WithoutChecks: ptr(false)}},
		"message as bool": {in: `{"message":true,"text":"x"}`, want: Filter{Text: "x"}},
		"message":         {in: `{"message":"a b"}`, want: Filter{Message: "a b"}},
		"numbers":         {in: `{"newerThanDays":30,"olderThanDays":"7","createdDate":1.5e12}`, want: Filter{NewerThanDays: ptr(30), OlderThanDays: ptr(7), CreatedDate: ptr(int64(1500000000000))}},
		"unknown":         {in: `{"colour":{"a":[1]},"shapes":["x"]}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseFilterJSON([]byte(test.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestFilterIsRefused(t *testing.T) {
	tests := map[string]struct{ in, field, want string }{
		"no object":      {`[]`, "", "must be a JSON object"},
		"no text":        {"{\"text\":\"\xff\"}", "", "must be a JSON object"},
		"risk":           {`{"riskLevels":["SEVERE"]}`, "riskLevels", `"SEVERE" is not one of LOW, MEDIUM, HIGH, VERY_HIGH, EXTREME`},
		"status":         {`{"statuses":["PASS"]}`, "statuses", `"PASS" is not one of SUCCESS, FAILURE, UNKNOWN`},
		"category":       {`{"categories":["cost"]}`, "categories", `"cost" is not one of security, cost-optimisation`},
		"provider":       {`{"providers":["ibm"]}`, "providers", "aws, azure, gcp"},
		"boolean":        {`{"suppressed":"yes"}`, "suppressed", "neither true nor false"},
		"mode":           {`{"suppressedFilterMode":"v3"}`, "suppressedFilterMode", "neither v1 nor v2"},
		"search mode":    {`{"resourceSearchMode":"glob"}`, "resourceSearchMode", "neither text nor regex"},
		"days":           {`{"newerThanDays":"few"}`, "newerThanDays", `"few" is not a whole number`},
		"negative days":  {`{"olderThanDays":-1}`, "olderThanDays", "from 0 to"},
		"too many days":  {`{"olderThanDays":9000000000000000}`, "olderThanDays", "from 0 to"},
		"date":           {`{"createdDate":-5}`, "createdDate", "milliseconds"},
		"far date":       {`{"createdDate":9000000000000000000}`, "createdDate", "milliseconds"},
		"objects":        {`{"complianceStandards":[{"id":"AWAF"}]}`, "complianceStandards", "must be a text"},
		"two texts":      {`{"text":["a","b"]}`, "text", "one value is expected, not 2"},
		"no character":   {`{"text":"a\u0000b"}`, "text", "no text"},
		"long":           {`{"text":"` + strings.Repeat("x", 5000) + `"}`, "text", "5000 bytes"},
		"long in a list": {`{"regions":["` + strings.Repeat("x", 5000) + `"]}`, "regions", "5000 bytes"},
		"many":           {`{"regions":["` + strings.Repeat(`x","`, 5001) + `"]}`, "regions", "values"},
		"expression":     {`{"resourceSearchMode":"regex","resource":"a("}`, "resource", "missing closing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseFilterJSON([]byte(test.in))
			var e *FilterError
			if !errors.As(err, &e) || e.Field != test.field || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v; want one of field %q with %q", err, test.field, test.want)
			}
		})
	}
	for _, query := range []url.Values{
		{"filter[riskLevels]": {"LOW,SEVERE"}},
		{"filter[text]": {"\xff"}},
		{"filter[regions]": {strings.Repeat(",", 10_000)}},
		{"filter[text]": {"a", "b"}},
	} {
		var e *FilterError
		if f, err := ParseFilterQuery(query); !errors.As(err, &e) {
			t.Errorf("%.40v: %+v, %v", query, f, err)
		}
	}
}

func TestFilterRules(t *testing.T) {
	catalogue := slices.Values([]RuleFacts{
		{ID: "S3-001", Service: "S3", Categories: []string{"security"}, Compliances: []string{"AWAF", "PCI"}},
		{ID: "EC2-001", Service: "EC2", Categories: []string{"security", "reliability"}, Compliances: []string{"AWAF"}},
		{ID: "EC2-002", Service: "EC2", Categories: []string{"cost-optimisation"}},
	})
	tests := map[string]struct {
		filter  Filter
		want    []string
		limited bool
	}{
		"nothing of rules":  {filter: Filter{Regions: []string{"x"}, RuleIDs: []string{"EC2-001"}}},
		"service":           {Filter{Services: []string{"EC2"}}, []string{"EC2-001", "EC2-002"}, true},
		"category":          {Filter{Categories: []string{"reliability", "cost-optimisation"}}, []string{"EC2-001", "EC2-002"}, true},
		"standard":          {Filter{Compliances: []string{"AWAF"}}, []string{"S3-001", "EC2-001"}, true},
		"all must hold":     {Filter{Services: []string{"EC2"}, Compliances: []string{"AWAF"}}, []string{"EC2-001"}, true},
		"standards of each": {Filter{ComplianceStandards: []string{"AWAF", "NIST5"}, ReportComplianceStandardID: "PCI"}, []string{"S3-001"}, true},
		"none":              {Filter{Services: []string{"SQS"}}, nil, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, limited := test.filter.Rules(catalogue)
			if limited != test.limited {
				t.Errorf("limited: %v", limited)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
