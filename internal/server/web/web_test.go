package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// bucket is a failing check of an account's bucket, with hostile names.
const hostile = `<script>alert(1)</script>`

func (s *site) seed() {
	s.merge(s.account, []store.Found{
		{Rule: "S3-016", Service: "S3", Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "orders" + hostile, Status: store.Failure, Risk: 3, Message: "Bucket orders is not encrypted " + hostile},
		{Rule: "S3-001", Service: "S3", Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "orders" + hostile, Status: store.Success, Risk: 4, Message: "Bucket orders is private"},
	})
}

func TestNobodyIsSentToSignIn(t *testing.T) {
	s := newSite(t)
	s.get(nobody, "/checks?by=rule").wantRedirect("/sign-in?return=%2Fchecks%3Fby%3Drule")
	s.get(nobody, "/there-is-none").want(http.StatusNotFound, "There is no page at this address.")
}

func TestNothingIsHTML(t *testing.T) {
	s := newSite(t)
	s.seed()
	for _, path := range []string{"/", "/checks", "/checks?by=rule", "/checks?by=resource"} {
		s.get(admin, path).want(http.StatusOK).lacks(hostile)
	}
}

func TestAssets(t *testing.T) {
	s := newSite(t)
	page := s.get(admin, "/").want(http.StatusOK)
	_, rest, _ := strings.Cut(page.Body, `<link rel="stylesheet" href="`)
	path, _, _ := strings.Cut(rest, `"`)
	sheet := s.get(nobody, path).want(http.StatusOK, "--risk-extreme")
	if got := sheet.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("the style sheet is not kept: %q", got)
	}
	s.get(nobody, "/assets/old/surety.js").want(http.StatusOK)
	s.get(nobody, "/assets/old/none.js").want(http.StatusNotFound)
}
