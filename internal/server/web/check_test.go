package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

// bucketSeen is a bucket with properties, which are JSON.
func bucketSeen(name, properties string, tags map[string]string) store.Seen {
	doc, err := json.Marshal(map[string]any{
		"type": "AWS::S3::Bucket", "id": name, "account": "111122223333", "region": "us-east-1", "tags": tags, "properties": json.RawMessage(properties),
	})
	if err != nil {
		panic(err)
	}
	return store.Seen{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: name, ARN: "arn:aws:s3:::" + name, Name: name, Tags: tags, Doc: doc}
}

// withBucket is a site with a bucket that fails S3-016 and passes S3-001.
func withBucket(t *testing.T) (s *site, path string) {
	t.Helper()
	s = newSite(t)
	s.merge(s.account, []store.Found{
		{Rule: "S3-016", Service: "S3", Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "orders", Status: store.Failure, Risk: 3, Message: "Bucket orders is not encrypted"},
		{Rule: "S3-001", Service: "S3", Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "orders", Status: store.Success, Risk: 4, Message: "Bucket orders is private"},
		{Rule: "S3-016", Service: "S3", Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "other", Status: store.Failure, Risk: 3, Message: "Bucket other is not encrypted"},
		{Rule: "S3-012", Service: "S3", Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "orders", Status: store.Unknown, Risk: 2, Message: "could not be told", Reason: "s3:GetBucketVersioning was denied"},
	}, bucketSeen("orders", `{"BucketName":"orders","VersioningConfiguration":{"Status":"Suspended"}}`, map[string]string{"Team": "Payments"}))
	return s, s.checkPath("S3-016", "orders")
}

func (s *site) checkPath(rule, bucket string) string {
	return "/checks/" + url.PathEscape("ccc:"+s.account.ID+":"+rule+":S3:us-east-1:"+bucket)
}

func (s *site) bucketPath(bucket string) string {
	return "/resources/" + url.PathEscape("ccrn:aws:"+s.account.ID+":S3:us-east-1:"+bucket)
}

func TestCheckPage(t *testing.T) {
	s, path := withBucket(t)
	page := s.get(admin, path).want(http.StatusOK, "Bucket orders is not encrypted", s.bucketPath("orders"), `/accounts/`+s.account.ID+`/rules/S3-016`,
		`id="fault"`, "Team::Payments", `<span class="diff-mark">&#43;</span>`, "/knowledge-base/aws/S3/", "https://", `value="suppress"`, `value="scan"`)
	page.says("Very high", "Changes something", "Only reads", "1 other check of this rule fails", "None of 2 fails", "not set")
	if !strings.Contains(page.Body, `--bucket <span class="filled">orders</span>`) {
		t.Error("the bucket is not filled in")
	}
	s.get(reader, path).want(http.StatusOK, "Bucket orders is not encrypted").lacks("<form method=\"post\"", "/accounts/"+s.account.ID+"/rules/")
	s.get(outsider, path).want(http.StatusForbidden)
	s.get(admin, s.checkPath("S3-012", "orders")).want(http.StatusOK, "It could not be told", "S3:GetBucketVersioning was denied.", "/accounts/"+s.account.ID+"/access").
		says("Look for yourself").lacks("Changes something", `value="suppress"`)
	s.get(readOnly, s.checkPath("S3-012", "orders")).want(http.StatusOK).lacks("/access")
	s.get(admin, s.checkPath("S3-001", "orders")).want(http.StatusOK).says("Pass").lacks(`id="repair"`, `value="suppress"`)
	s.get(admin, s.checkPath("S3-016", "other")).want(http.StatusOK, "Its configuration is not kept").says("the values are examples").lacks("/resources/")
	// A check that is gone says what may have become of it.
	s.get(admin, s.checkPath("S3-002", "orders")).want(http.StatusNotFound, "This check is gone", s.bucketPath("orders"))
	s.get(admin, s.checkPath("S3-002", "none")).want(http.StatusNotFound, "This check is gone").lacks("/resources/")
	s.get(admin, "/checks/nothing").want(http.StatusNotFound, "There is no check at this address")
	file := s.get(reader, path+"?download=template").want(http.StatusOK, "SSEAlgorithm: AES256")
	if got := file.Header.Get("Content-Disposition"); got != `attachment; filename="S3-016-corrected.yaml"` {
		t.Errorf("the file is %s", got)
	}
}

func TestSuppressCheck(t *testing.T) {
	s, path := withBucket(t)
	suppress := func(note, until string) url.Values {
		return url.Values{"do": {"suppress"}, "note": {note}, "until": {until}}
	}
	for name, test := range map[string]struct {
		form url.Values
		want []string
	}{
		"no reason":      {suppress(" ", "2026-12-24"), []string{`id="note-fault"`, "Say why", `value="2026-12-24"`}},
		"over":           {suppress("known", "2026-10-31"), []string{`id="until-fault"`, "This day is over", ">known</textarea>"}},
		"no date":        {suppress("known", "Christmas"), []string{`id="until-fault"`, "This is no date", `value="Christmas"`}},
		"too long":       {suppress(strings.Repeat("a", 201), ""), []string{`id="note-fault"`, "The note has 201 characters"}},
		"hostile":        {suppress(hostile, "x"), []string{"&lt;script&gt;alert(1)&lt;/script&gt;</textarea>"}},
		"nothing to do":  {url.Values{}, []string{"does not say what to do"}},
		"except nothing": {url.Values{"do": {"except"}, "except": {"tag nope"}}, []string{`id="except-fault"`}},
	} {
		t.Run(name, func(t *testing.T) {
			page := s.post(writer, path, test.form)
			if page.Status < 400 || page.Status >= 500 {
				t.Errorf("the status is %d", page.Status)
			}
			page.want(page.Status, test.want...).lacks(hostile)
		})
	}
	s.post(reader, path, suppress("known", "")).want(http.StatusForbidden)
	k := s.bucketCheck("S3-016")
	if k.Suppressed {
		t.Fatal("a refused form suppressed the check")
	}

	s.post(writer, path, suppress("known until then", "2026-11-01")).wantRedirect(path)
	k = s.bucketCheck("S3-016")
	if want := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC); !k.Suppressed || !k.SuppressedUntil.Equal(want) {
		t.Errorf("the check is %+v", k)
	}
	s.get(writer, path).want(http.StatusOK, "until 2 Nov 2026, 00:00 UTC", "known until then", "writer@example.com", `value="lift"`).lacks(`value="suppress"`)
	s.post(writer, path, url.Values{"do": {"lift"}}).wantRedirect(path)
	if k = s.bucketCheck("S3-016"); k.Suppressed {
		t.Error("the check is still suppressed")
	}
}

// bucketCheck is the check of a rule on the bucket, as it is kept.
func (s *site) bucketCheck(rule string) store.Check {
	s.t.Helper()
	k, err := s.store.Check(s.t.Context(), s.account.Num, rule, "us-east-1", "orders")
	if err != nil {
		s.t.Fatal(err)
	}
	return k
}

func TestExceptResource(t *testing.T) {
	s, path := withBucket(t)
	if _, _, err := s.store.ChangeAccountSettings(t.Context(), s.account.Num, store.RuleNote{}, func([]conformity.Setting) ([]conformity.Setting, error) {
		return []conformity.Setting{
			{ID: "S3-016", Enabled: true, RiskLevel: "LOW", Exceptions: &conformity.Exceptions{Tags: []string{"kept"}}},
			{ID: "S3-001", Enabled: false, RiskLevel: "HIGH"},
		}, nil
	}); err != nil {
		t.Fatal(err)
	}
	s.post(reader, path, url.Values{"do": {"except"}, "except": {"resource"}}).want(http.StatusForbidden)
	for _, except := range []string{"resource", "resource", "tag Team::Payments"} {
		s.post(writer, path, url.Values{"do": {"except"}, "except": {except}, "reason": {"test data"}}).wantRedirect(path)
	}
	got, err := s.store.AccountSettings(t.Context(), s.account.Num)
	if err != nil {
		t.Fatal(err)
	}
	want := []conformity.Setting{
		{ID: "S3-016", Enabled: true, RiskLevel: "LOW", Exceptions: &conformity.Exceptions{Resources: []string{"arn:aws:s3:::orders"}, Tags: []string{"kept", "Team::Payments"}}},
		{ID: "S3-001", Enabled: false, RiskLevel: "HIGH"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the settings are not as they should be:\n%s", diff)
	}
	notes, err := s.store.SettingNotes(t.Context(), s.account.Num, "S3-016", 10)
	if err != nil || len(notes) == 0 || notes[0].Note != "test data" {
		t.Errorf("the notes are %v, %v", notes, err)
	}
	if len(s.scanned) != 2 {
		t.Errorf("%d scans were asked for", len(s.scanned))
	}
	s.post(writer, path, url.Values{"do": {"scan"}}).wantRedirect(path)
	if len(s.scanned) != 3 || s.scanned[2] != s.account.Num {
		t.Errorf("the scans asked for are %v", s.scanned)
	}
}

// TestExceptUnconfigured keeps to what the rule's page says where nothing is
// configured.
func TestExceptUnconfigured(t *testing.T) {
	s, path := withBucket(t)
	s.post(writer, path, url.Values{"do": {"except"}, "except": {"resource"}}).wantRedirect(path)
	got, err := s.store.AccountSettings(t.Context(), s.account.Num)
	if err != nil || len(got) != 1 || !got[0].Enabled || got[0].RiskLevel != "HIGH" {
		t.Errorf("the settings are %+v, %v", got, err)
	}
}

func TestPushedCheck(t *testing.T) {
	s := newSite(t)
	s.post(writer, "/checks/"+url.PathEscape("ccc:"+s.account.ID+":CUSTOM-ABC:S3:us-east-1:x"), url.Values{"do": {"delete"}}).want(http.StatusNotFound)
	if _, err := s.store.PushChecks(t.Context(), s.account.Num, []store.Pushed{{
		Found: store.Found{Rule: "CUSTOM-ABC", Service: "S3", Region: "us-east-1", Resource: "x" + hostile, Status: store.Failure, Risk: 3, Message: "Told by a script " + hostile, Extra: `{"extradata":[{"label":"Owner","name":"owner","value":"` + "<b>" + `"}]}`},
		Title: "Own rule", Categories: []string{"security"},
	}}, "writer@example.com"); err != nil {
		t.Fatal(err)
	}
	path := "/checks/" + url.PathEscape("ccc:"+s.account.ID+":CUSTOM-ABC:S3:us-east-1:x"+hostile)
	s.get(admin, path).want(http.StatusOK, "Told by a script", "was pushed through the API", "Owner", "&lt;b&gt;", `value="delete"`).lacks(hostile, "/resources/", "Configure CUSTOM")
	s.post(writer, path, url.Values{"do": {"delete"}}).wantRedirect("/checks")
	s.get(admin, path).want(http.StatusNotFound, "This check is gone").lacks(hostile)
}

func TestResourcePage(t *testing.T) {
	s, _ := withBucket(t)
	path := s.bucketPath("orders")
	s.get(reader, path).want(http.StatusOK, "arn:aws:s3:::orders", "Team::Payments", "&#34;Suspended&#34;", s.checkPath("S3-016", "orders")).
		says("1 failing", "1 passing", "1 unknown")
	page := s.get(reader, path).Body
	failing, passing := strings.Index(page, s.checkPath("S3-016", "orders")), strings.Index(page, s.checkPath("S3-001", "orders"))
	if failing > passing {
		t.Error("what fails does not come first")
	}
	s.get(outsider, path).want(http.StatusForbidden)
	s.get(admin, s.bucketPath("none")).want(http.StatusNotFound, "There is no such resource")
	s.get(admin, "/resources/nothing").want(http.StatusNotFound)
	file := s.get(reader, path+"?download=document").want(http.StatusOK, `"Status": "Suspended"`)
	if got := file.Header.Get("Content-Disposition"); !strings.Contains(got, "attachment") {
		t.Errorf("the document is shown, not downloaded: %s", got)
	}
}

func TestResourcesOfOneName(t *testing.T) {
	s := newSite(t)
	seen := func(typ string) store.Seen {
		return store.Seen{Type: typ, Region: "global", Resource: "deploy", Doc: []byte(`{"type":"` + typ + `","id":"deploy"}`)}
	}
	s.merge(s.account, nil, seen("AWS::IAM::User"), seen("AWS::IAM::Role"))
	path := "/resources/" + url.PathEscape("ccrn:aws:"+s.account.ID+":IAM:global:deploy")
	s.get(admin, path).want(http.StatusOK, path+"?type=AWS%3A%3AIAM%3A%3AUser", path+"?type=AWS%3A%3AIAM%3A%3ARole")
	s.get(admin, path+"?type=AWS::IAM::Role").want(http.StatusOK, "<code>AWS::IAM::Role</code>")
}

// TestLargeResource keeps the pages of a large resource, full of quotes, below
// their bound.
func TestLargeResource(t *testing.T) {
	s := newSite(t)
	var rules []string
	for i := range 4000 {
		rules = append(rules, fmt.Sprintf(`{"Id":"rule-\"%d\"","Status":"Enabled","Prefix":"<a href='%s'>","ExpirationInDays":%d}`, i, strings.Repeat("&", 60), i))
	}
	properties := `{"BucketName":"orders","LifecycleConfiguration":{"Rules":[` + strings.Join(rules, ",") + `]}}`
	if len(properties) < 500<<10 {
		t.Fatalf("the document has %d bytes only", len(properties))
	}
	s.merge(s.account, []store.Found{{
		Rule: "S3-016", Service: "S3", Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "orders", Status: store.Failure, Risk: 3, Message: strings.Repeat("long", 200),
	}}, bucketSeen("orders", properties, nil))
	for _, path := range []string{s.checkPath("S3-016", "orders"), s.bucketPath("orders")} {
		page := s.get(admin, path).want(http.StatusOK, "This value is longer than what is shown", "LifecycleConfiguration", "download=document")
		if most := 300 << 10; len(page.Body) > most {
			t.Errorf("%s has %d bytes, more than %d", path, len(page.Body), most)
		}
	}
}
