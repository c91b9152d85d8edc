package web_test

import (
	"fmt"
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

// found is a check of a bucket.
func found(rule, resource string, status store.Status, risk int) store.Found {
	return store.Found{
		Rule: rule, Service: "S3", Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: resource, Status: status, Risk: risk,
		Message: "Bucket " + resource + " is told",
	}
}

// words is a page as text: what stands between its tags, a space between words.
func (p *shown) words() string {
	var b strings.Builder
	for _, part := range strings.Split(p.Body, "<") {
		_, text, _ := strings.Cut(part, ">")
		b.WriteString(text + " ")
	}
	return strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
}

// says fails the test when the page does not say a text.
func (p *shown) says(texts ...string) *shown {
	p.t.Helper()
	words := p.words()
	for _, text := range texts {
		if !strings.Contains(words, text) {
			p.t.Errorf("%s: the page does not say %q: %s", p.call, text, words)
		}
	}
	return p
}

func TestDashboard(t *testing.T) {
	s := newSite(t)
	s.merge(s.account, []store.Found{
		found("S3-001", "a", store.Success, 4), found("S3-001", "b", store.Success, 4), found("S3-001", "c", store.Success, 4),
		found("S3-016", "a", store.Failure, 3), found("S3-016", "b", store.Unknown, 3),
	})
	s.merge(s.other, []store.Found{found("S3-001", "d", store.Failure, 4)})

	// Three of five are passes: what could not be told is neither.
	page := s.get(admin, "/").want(http.StatusOK,
		`href="/checks?filter%5BriskLevels%5D=VERY_HIGH&amp;filter%5Bstatuses%5D=FAILURE"`,
		`href="/checks?filter%5BriskLevels%5D=VERY_HIGH&amp;filter%5BruleIds%5D=S3-001&amp;filter%5Bstatuses%5D=FAILURE"`,
		`href="/checks?filter%5Bservices%5D=S3&amp;filter%5Bstatuses%5D=FAILURE"`,
		`href="/checks?filter%5Bregions%5D=us-east-1&amp;filter%5Bstatuses%5D=FAILURE"`,
		`href="/checks?filter%5Bstatuses%5D=UNKNOWN"`,
		`href="/checks/ccc:`+s.account.ID+`:S3-016:S3:us-east-1:a"`,
		`href="/?account=`+s.other.ID+`"`,
	)
	page.says("All accounts: 2 accounts, last scan just now", "3 of 5 checks pass", "Risk-weighted 66.6%", "Unknown 1",
		"Very high 1 High 1 Medium 0 Low 0", "2 new failures 1 very high, 1 high", "0 resolved", "Bucket d is told")
	if web, payments := strings.Index(page.Body, `href="/?account=`+s.other.ID), strings.Index(page.Body, `href="/?account=`+s.account.ID); web > payments {
		t.Errorf("the account with the lower score does not come first: %d, %d", web, payments)
	}

	// One account: links keep it, and there is no ranking.
	page = s.get(admin, "/?account="+s.account.ID).want(http.StatusOK,
		`href="/checks?account=`+s.account.ID+`&amp;filter%5BriskLevels%5D=HIGH&amp;filter%5Bstatuses%5D=FAILURE"`)
	page.says("payments (Production), AWS account 111122223333", "3 of 4 checks pass").lacks("the lowest score first", "Bucket d is told")

	// A reader sees the own account only, and nothing of the other.
	s.get(reader, "/").want(http.StatusOK).says("3 of 4 checks pass").lacks("Bucket d is told", s.other.ID)
	s.get(reader, "/?account="+s.other.ID).want(http.StatusForbidden)
	s.get(admin, "/?group=none").want(http.StatusUnprocessableEntity, "Group ID entered is invalid")
}

func TestDashboardOverDays(t *testing.T) {
	s := newSite(t)
	for _, day := range []struct {
		before int
		status [2]store.Status
	}{
		{20, [2]store.Status{store.Failure, store.Failure}},
		{1, [2]store.Status{store.Success, store.Success}},
		{0, [2]store.Status{store.Success, store.Failure}},
	} {
		s.now = time.Date(2026, 11, 1-day.before, 12, 0, 0, 0, time.UTC)
		s.merge(s.account, []store.Found{found("S3-001", "a", day.status[0], 4), found("S3-001", "b", day.status[1], 4)})
	}
	s.get(admin, "/").want(http.StatusOK).says("Since yesterday −50.0 points", "Since 12 October +50.0 points", "1 new failure", "last scan just now")
	s.now = s.now.Add(30 * time.Hour)
	s.merge(s.account, []store.Found{found("S3-001", "a", store.Success, 4), found("S3-001", "b", store.Success, 4)})
	s.get(admin, "/").want(http.StatusOK).says("1 resolved 1 very high", "0 new failures", "Nothing has begun to fail.", "Nothing fails", "Every check that counts passes.").
		lacks(">Improve<")
}

func TestDashboardWithoutChecks(t *testing.T) {
	s := newSite(t)
	s.get(admin, "/").want(http.StatusOK).says("Waiting for the first scan", "payments (Production)", "web (Production)").lacks("Compliance score")
	s.get(outsider, "/").want(http.StatusOK, "No account is open to you yet").lacks(s.account.ID, "/accounts/new")

	// Accounts that cannot be read say so, before their first checks and after.
	fail := func(a store.Account) {
		t.Helper()
		id, err := s.store.BeginScan(t.Context(), a.Num, "test", "manual", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		s.get(admin, "/?account="+a.ID).want(http.StatusOK)
		if err := s.store.FailScan(t.Context(), a.Num, id, "the role may not be assumed "+hostile); err != nil {
			t.Fatal(err)
		}
	}
	fail(s.account)
	s.get(admin, "/?account="+s.account.ID).want(http.StatusOK, "The role may not be assumed").lacks(hostile)
	s.merge(s.other, []store.Found{found("S3-001", "d", store.Success, 4)})
	s.get(admin, "/").want(http.StatusOK, "Nothing is known of it.", "/accounts/"+s.account.ID+"/access").lacks(hostile)
	s.get(readOnly, "/").want(http.StatusOK, "Nothing is known of it.").lacks("/access")
	fail(s.other)
	s.get(admin, "/").want(http.StatusOK, "What is shown of it is from 1 Nov 2026, 12:00 UTC.")

	group := store.Group{Name: "Nothing", Tags: []string{"no-such-tag"}}
	if err := s.store.PutGroup(t.Context(), &group); err != nil {
		t.Fatal(err)
	}
	s.get(admin, "/?group="+group.ID).want(http.StatusOK, "No account is in this group")

	for _, a := range []store.Account{s.account, s.other} {
		if err := s.store.DeleteAccount(t.Context(), a.Num); err != nil {
			t.Fatal(err)
		}
	}
	s.get(admin, "/").want(http.StatusOK, "No accounts yet", `href="/accounts/new"`)
	s.get(readOnly, "/").want(http.StatusOK, "No accounts yet").lacks(`href="/accounts/new"`)
}

// TestDashboardOfMany holds the page against its bound, and long lists against
// theirs.
func TestDashboardOfMany(t *testing.T) {
	s := newSite(t)
	long := strings.Repeat("a-long-name-", 20)
	for i := range 12 {
		a := s.addAccount(fmt.Sprintf("%s%d", long[:80], i), fmt.Sprintf("%012d", i))
		var checks []store.Found
		for region := range i + 1 {
			c := found(fmt.Sprintf("S3-%03d", region+1), long, store.Failure, 1+region%5)
			c.Region, c.Service, c.Message = fmt.Sprintf("xx-east-%d", region), fmt.Sprintf("Service%d", region), long
			checks = append(checks, c)
		}
		s.merge(a, checks)
	}
	page := s.get(admin, "/").want(http.StatusOK)
	page.says("2 more regions", "2 more services", "4 more accounts have a higher score", "2 accounts wait for the first scan", "and 73 more")
	if most := 300 << 10; len(page.Body) > most {
		t.Errorf("the page has %d bytes, more than %d", len(page.Body), most)
	}
}
