package aws

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const certificateType = "AWS::CertificateManager::Certificate"

func TestCertificates(t *testing.T) {
	moto := awstest.Moto(t)
	client := acm.NewFromConfig(moto.Config("us-east-1"))
	created, err := client.RequestCertificate(t.Context(), &acm.RequestCertificateInput{
		DomainName: ptr("example.com"), SubjectAlternativeNames: []string{"www.example.com"},
		ValidationMethod: types.ValidationMethodDns,
		Options: &types.CertificateOptions{
			//lint:ignore SA1019 see acm.go
			CertificateTransparencyLoggingPreference: types.CertificateTransparencyLoggingPreferenceDisabled,
			Export:                                   types.CertificateExportDisabled,
		},
		Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := one(t, collected(t, moto, certificateType), certificateType, "example.com")
	if time.Since(got.Created) > time.Hour {
		t.Errorf("created at %v", got.Created)
	}
	// When it was made, moto's numbers, and lists that moto does not order.
	for _, name := range names("CreatedAt DomainValidationOptions IssuedAt NotAfter NotBefore Serial SignatureAlgorithm") {
		if got.Properties[name] == nil {
			t.Errorf("%s is not given", name)
		}
		delete(got.Properties, name)
	}
	got.Created = time.Time{}
	if list, ok := got.Properties["SubjectAlternativeNames"].([]any); ok {
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	}
	want := &cloud.Resource{
		Type: certificateType, ID: *created.CertificateArn, ARN: *created.CertificateArn, Name: "example.com", Region: "us-east-1",
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"Id": *created.CertificateArn, "DomainName": "example.com", "KeyAlgorithm": "RSA_2048",
			"SubjectAlternativeNames":                  []any{"example.com", "www.example.com"},
			"CertificateTransparencyLoggingPreference": "DISABLED", "ValidationMethod": "DNS",
			"Exported": false, "InUse": false, "Issuer": "Amazon", "RenewalEligibility": "INELIGIBLE",
			"Status": "PENDING_VALIDATION", "Subject": "CN=example.com", "Type": "AMAZON_ISSUED",
			"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("certificate (-want +got):\n%s", diff)
	}
}

// certificateAnswers are written after the AWS Certificate Manager API
// Reference.
func certificateAnswers(more, details string, status int) map[string]answers {
	return map[string]answers{
		"CertificateManager.ListCertificates": {{when: `"RSA_4096"`, body: `{"CertificateSummaryList":[{
			"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/1","DomainName":"example.com",
			"SubjectAlternativeNameSummaries":["example.com","*.example.com"],"HasAdditionalSubjectAlternativeNames":` + more + `,
			"Status":"ISSUED","Type":"IMPORTED","KeyAlgorithm":"RSA-4096","InUse":true,"Exported":false,"ExportOption":"DISABLED",
			"RenewalEligibility":"INELIGIBLE","NotBefore":1764547200.0,"NotAfter":1796083200.0,"ImportedAt":1764600000.0}]}`}},
		"CertificateManager.DescribeCertificate": {{status: status, body: details}},
	}
}

func TestCertificateList(t *testing.T) {
	const details = `{"Certificate":{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/1","DomainName":"example.com",
		"SubjectAlternativeNames":["example.com","*.example.com","shop.example.org"],
		"DomainValidationOptions":[{"DomainName":"example.com","ValidationDomain":"example.com","ValidationStatus":"SUCCESS","ValidationMethod":"EMAIL","ValidationEmails":["admin@example.com"]}],
		"Options":{"CertificateTransparencyLoggingPreference":"ENABLED"},"Serial":"07","Subject":"CN=example.com","Issuer":"Amazon",
		"InUseBy":["arn:aws:cloudfront::123456789012:distribution/EDFD"],
		"RenewalSummary":{"RenewalStatus":"PENDING_VALIDATION","DomainValidationOptions":[{"DomainName":"example.com","ValidationStatus":"PENDING_VALIDATION"}],"UpdatedAt":1764600000.0}}}`
	read := func(server *answeringServer, fields ...string) map[string]any {
		t.Helper()
		needs := map[string]bool{}
		for _, name := range fields {
			needs[name] = true
		}
		inv, stats := Read(t.Context(), Options{
			Accounts: []Account{{ID: "123456789012", Partition: "aws", Config: server.config()}},
			Regions:  []string{"us-east-1"}, Attempts: 1, Now: time.Now(), Lean: true, Needs: rule.Reads{certificateType: needs},
		})
		if len(stats.Failures) > 0 {
			t.Fatal(stats.Failures)
		}
		r := one(t, inv.Resources, certificateType, "example.com")
		if r.Created.Format(time.DateOnly) != "2025-12-01" {
			t.Errorf("created %v; want when it was imported", r.Created)
		}
		return r.Properties
	}
	const describe = "CertificateManager.DescribeCertificate"

	few := answering(t, certificateAnswers("false", details, 200))
	got := read(few, names("CertificateExport DomainName Exported ImportedAt InUse KeyAlgorithm NotAfter NotBefore "+
		"RenewalEligibility Status SubjectAlternativeNames Type")...)
	want := map[string]any{
		"Id": "arn:aws:acm:us-east-1:123456789012:certificate/1", "DomainName": "example.com", "KeyAlgorithm": "RSA_4096",
		"SubjectAlternativeNames": []any{"example.com", "*.example.com"}, "CertificateExport": "DISABLED",
		"Status": "ISSUED", "Type": "IMPORTED", "InUse": true, "Exported": false, "RenewalEligibility": "INELIGIBLE",
		"NotBefore": "2025-12-01T00:00:00Z", "NotAfter": "2026-12-01T00:00:00Z", "ImportedAt": "2025-12-01T14:40:00Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("from the list (-want +got):\n%s", diff)
	}
	if few.count(describe) != 0 {
		t.Error("DescribeCertificate was called for what the list tells")
	}

	many := answering(t, certificateAnswers("true", details, 200))
	want = map[string]any{
		"Id":                      "arn:aws:acm:us-east-1:123456789012:certificate/1",
		"SubjectAlternativeNames": []any{"example.com", "*.example.com", "shop.example.org"},
	}
	if diff := cmp.Diff(want, read(many, "SubjectAlternativeNames")); diff != "" {
		t.Errorf("of many names (-want +got):\n%s", diff)
	}

	all := answering(t, certificateAnswers("true", details, 200))
	got = read(all, names("SubjectAlternativeNames DomainValidationOptions CertificateTransparencyLoggingPreference "+
		"ValidationMethod InUseBy Issuer Serial Subject RenewalSummary")...)
	for name, v := range map[string]any{
		"DomainValidationOptions":                  []any{map[string]any{"DomainName": "example.com", "ValidationDomain": "example.com"}},
		"CertificateTransparencyLoggingPreference": "ENABLED",
		"ValidationMethod":                         "EMAIL",
		"InUseBy":                                  []any{"arn:aws:cloudfront::123456789012:distribution/EDFD"},
		"Issuer":                                   "Amazon", "Serial": "07", "Subject": "CN=example.com",
		"RenewalSummary": map[string]any{
			"RenewalStatus": "PENDING_VALIDATION", "UpdatedAt": "2025-12-01T14:40:00Z",
			"DomainValidationOptions": []any{map[string]any{"DomainName": "example.com", "ValidationStatus": "PENDING_VALIDATION"}},
		},
	} {
		want[name] = v
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("of all (-want +got):\n%s", diff)
	}
	if n := all.count(describe); n != 1 {
		t.Errorf("DescribeCertificate was called %d times", n)
	}
}

func TestCertificateGoneOrDenied(t *testing.T) {
	gone := answering(t, certificateAnswers("true", `{"__type":"ResourceNotFoundException","message":"gone"}`, 400))
	if inv, stats := gone.collected(t, certificateType); len(inv.Resources) != 0 || len(stats.Failures) != 0 {
		t.Errorf("a certificate that is gone: %v, %v", inv.Resources, stats.Failures)
	}
	denied := answering(t, certificateAnswers("true", `{"__type":"AccessDeniedException","message":"no"}`, 400))
	inv, _ := denied.collected(t, certificateType)
	properties := one(t, inv.Resources, certificateType, "example.com").Properties
	for _, name := range names("SubjectAlternativeNames InUseBy") {
		u, ok := properties[name].(*cloud.Unresolved)
		if !ok || !strings.Contains(u.Reason, "acm:DescribeCertificate is denied") {
			t.Errorf("%s = %v; want it denied", name, properties[name])
		}
	}
	if properties["Status"] != "ISSUED" {
		t.Errorf("Status = %v; the list told it", properties["Status"])
	}
}
