package account

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

func TestAsSorted(t *testing.T) {
	got := as(production("payments", "api").with("Tier", "app"), func(key, value *string) string { return *key + "=" + *value })
	want := []string{"CostCentre=CC-1200", "Environment=production", "Name=api", "Team=payments", "Tier=app"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

// TestTeams holds that every team is booked somewhere: a slip in a name would
// tag resources with an empty cost centre.
func TestTeams(t *testing.T) {
	for _, environment := range []string{"production", "staging", "lab"} {
		for team := range costCentres {
			if owned(environment, team, "")["CostCentre"] == "" {
				t.Errorf("team %s has no cost centre", team)
			}
		}
	}
	for _, p := range people {
		if team := p.tags["Team"]; team != "" && costCentres[team] == "" {
			t.Errorf("%s is in team %q, which has no cost centre", p.name, team)
		}
	}
}

func TestWithLeavesTheOther(t *testing.T) {
	first := named("a")
	second := first.with("Tier", "web")
	if len(first) != 1 || len(second) != 2 {
		t.Errorf("got %v and %v", first, second)
	}
}

func TestDocuments(t *testing.T) {
	s := newShop(aws.Config{}, "123456789012")
	var texts []string
	for _, p := range managedPolicies {
		texts = append(texts, p.document)
	}
	for _, r := range productionRoles {
		texts = append(texts, r.trust)
		for _, document := range r.inline {
			texts = append(texts, document)
		}
	}
	for _, b := range productionBuckets {
		if b.policy != "" {
			texts = append(texts, b.policy)
		}
	}
	for _, k := range productionKeys {
		texts = append(texts, k.policy)
	}
	texts = append(texts, endpointForAccount, endpointForAnyone, endpointForPartner, queueTemplate, secretTemplate, streamTemplate)
	for _, text := range texts {
		got := *s.document(text)
		if !json.Valid([]byte(got)) {
			t.Errorf("no JSON: %s", got)
		}
		for _, left := range []string{"{account}", "{tidewater}", "{freight}"} {
			if strings.Contains(got, left) {
				t.Errorf("%s is left in %s", left, got)
			}
		}
	}
}

func TestIssue(t *testing.T) {
	until := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		weak      bool
		bits      int
		algorithm x509.SignatureAlgorithm
	}{
		{false, 2048, x509.SHA256WithRSA},
		{true, 1024, x509.SHA1WithRSA},
	} {
		made, err := issue(certificate{name: "shop.example", until: until, weak: test.weak})
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode([]byte(made.body))
		parsed, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		public, ok := parsed.PublicKey.(*rsa.PublicKey)
		if !ok || public.N.BitLen() != test.bits || parsed.SignatureAlgorithm != test.algorithm || !parsed.NotAfter.Equal(until) {
			t.Errorf("weak %v: got %v bits, %v, until %v", test.weak, public.N.BitLen(), parsed.SignatureAlgorithm, parsed.NotAfter)
		}
	}
}

func TestInOrderStops(t *testing.T) {
	failed := errors.New("no")
	made := 0
	count := func(context.Context) error { made++; return nil }
	err := inOrder(t.Context(), count, func(context.Context) error { return failed }, count)
	if !errors.Is(err, failed) || made != 1 {
		t.Errorf("got %v after %d calls", err, made)
	}
}
