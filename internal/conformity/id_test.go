package conformity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const account = "0c6f3a0e-5b1e-4b0f-9d55-0f6f6e7f1a11"

func TestCheckID(t *testing.T) {
	for _, tt := range []struct {
		text string
		want CheckID
	}{
		{"ccc:" + account + ":S3-001:S3:us-east-1:my-bucket", CheckID{account, "S3-001", "S3", "us-east-1", "my-bucket"}},
		{"ccc:" + account + ":Config-001:Config:us-west-2:", CheckID{account, "Config-001", "Config", "us-west-2", ""}},
		{"ccc:" + account + ":SNS-001:SNS:eu-west-1:arn:aws:sns:eu-west-1:123456789012:a/b",
			CheckID{account, "SNS-001", "SNS", "eu-west-1", "arn:aws:sns:eu-west-1:123456789012:a/b"}},
		{"ccc:H19NxM15-:CUSTOM-7K2QX9:EC2:global:größe", CheckID{"H19NxM15-", "CUSTOM-7K2QX9", "EC2", "global", "größe"}},
	} {
		got, err := ParseCheckID(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
		if got.String() != tt.text {
			t.Errorf("%s is written as %s", tt.text, got)
		}
	}
}

func TestCheckIDErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "has the form ccc:account",
		"ccc:a:S3-001:S3:us-east-1":       "has the form ccc:account",
		"ccrn:aws:a:S3:us-east-1:b":       "has the form ccc:account",
		"CCC:a:S3-001:S3:us-east-1:b":     "has the form ccc:account",
		"ccc::S3-001:S3:us-east-1:b":      "the account is empty",
		"ccc:a::S3:us-east-1:b":           "the rule is empty",
		"ccc:a:S3-001::us-east-1:b":       "the service is empty",
		"ccc:a:S3-001:S3::b":              "the region is empty",
		"ccc:a:S3-001:S3:us-east-1:b\x00": "no text",
		"ccc:a:S3-001:S3:us-east-1:\xff":  "no text",
		"ccc:a:S3-001:S3:us-east-1:" + strings.Repeat("b", maxID): "at most 4096",
	} {
		if _, err := ParseCheckID(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want one with %q", text, err, want)
		}
	}
}

func TestCCRN(t *testing.T) {
	for _, tt := range []struct {
		text string
		want CCRN
	}{
		{"ccrn:aws:" + account + ":VPC:ap-south-1:acl-fa816c00", CCRN{"aws", account, "VPC", "ap-south-1", "acl-fa816c00"}},
		{"ccrn:aws:a:IAM:global:arn:aws:iam::123456789012:policy/p/q", CCRN{"aws", "a", "IAM", "global", "arn:aws:iam::123456789012:policy/p/q"}},
		{"ccrn:aws:a:Account:us-east-1:", CCRN{"aws", "a", "Account", "us-east-1", ""}},
	} {
		got, err := ParseCCRN(tt.text)
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v", tt.text, got, err)
		}
		if got.String() != tt.text {
			t.Errorf("%s is written as %s", tt.text, got)
		}
		if got.Provider = ""; got.String() != tt.text {
			t.Errorf("without a provider %s is written as %s", tt.text, got)
		}
	}
	for _, text := range []string{"", "ccrn:aws:a:S3:global", "ccrn::a:S3:global:b", "ccc:a:S3-001:S3:global:b", "ccrn:aws:a::global:b"} {
		if got, err := ParseCCRN(text); err == nil {
			t.Errorf("%q: %+v without an error", text, got)
		}
	}
}

func TestSettingID(t *testing.T) {
	for _, tt := range []struct {
		text string
		want SettingID
	}{
		{account + ":communication:slack-x1y2z3a4b", SettingID{account, "slack", "x1y2z3a4b"}},
		{"communication:email-" + account, SettingID{"", "email", account}},
		{"H19NxM15-:communication:ms-teams--y2", SettingID{"H19NxM15-", "ms-teams", "-y2"}},
		{"a:communication:pager-duty-1", SettingID{"a", "pager-duty", "1"}},
		{"a:access", SettingID{Account: "a"}},
	} {
		got, err := ParseSettingID(tt.text)
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v", tt.text, got, err)
		}
		if got.String() != tt.text {
			t.Errorf("%s is written as %s", tt.text, got)
		}
	}
	for text, want := range map[string]string{
		"":                           "has the form",
		":access":                    "has the form",
		"a:b:access":                 "has the form",
		":communication:email-1":     "has the form",
		"a:b:communication:email-1":  "has the form",
		"acommunication:email-1":     "has the form",
		"a:communication:email":      "the channels are email",
		"a:communication:email-":     "the channels are email",
		"a:communication:telegram-1": "the channels are email",
	} {
		if got, err := ParseSettingID(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, error %v, want one with %q", text, got, err, want)
		}
	}
}

func TestReportConfigID(t *testing.T) {
	for _, tt := range []struct {
		text       string
		want       ReportConfigID
		predefined bool
	}{
		{account + ":report-config:r1", ReportConfigID{account, "r1"}, false},
		{account + ":CONFORMITY_BOT", ReportConfigID{account, "CONFORMITY_BOT"}, true},
		{"group:CUSTOM", ReportConfigID{"group", "CUSTOM"}, true},
	} {
		got, err := ParseReportConfigID(tt.text)
		if err != nil || got != tt.want || got.Predefined() != tt.predefined {
			t.Errorf("%s: %+v, %v", tt.text, got, err)
		}
		if got.String() != tt.text {
			t.Errorf("%s is written as %s", tt.text, got)
		}
	}
	for _, text := range []string{
		"", "a", ":CUSTOM", "a:r1", "a:report-config:", "a:report-config", "a:report-config:CUSTOM",
		"a:report-config:b:c", ":report-config:r1", "a:custom",
	} {
		if got, err := ParseReportConfigID(text); err == nil {
			t.Errorf("%q: %+v without an error", text, got)
		}
	}
}

func TestOrganisationProfileID(t *testing.T) {
	if got, ok := ParseOrganisationProfileID(OrganisationProfileID("o-1")); got != "o-1" || !ok {
		t.Errorf("o-1 comes back as %q, %v", got, ok)
	}
	for _, id := range []string{"", "organisation-", "organisation", account, "my-organisation-o1"} {
		if got, ok := ParseOrganisationProfileID(id); ok {
			t.Errorf("%q is the profile of organisation %q", id, got)
		}
	}
}

func FuzzIDs(f *testing.F) {
	for _, seed := range []string{"ccc:a:S3-001:S3:us-east-1:b/c:d", "ccrn:aws:a:S3:global:", "a:communication:ms-teams-1", "a:report-config:1", "a:access"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := ParseCheckID(s); err == nil && id.String() != s {
			t.Errorf("check %q is written as %q", s, id)
		}
		if id, err := ParseCCRN(s); err == nil && id.String() != s {
			t.Errorf("resource name %q is written as %q", s, id)
		}
		if id, err := ParseSettingID(s); err == nil && id.String() != s {
			t.Errorf("setting %q is written as %q", s, id)
		}
		if id, err := ParseReportConfigID(s); err == nil && id.String() != s {
			t.Errorf("report config %q is written as %q", s, id)
		}
	})
}
