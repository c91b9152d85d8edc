package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// rows is how many checks the page lists.
func (p *shown) rows() int { return strings.Count(p.Body, `<th scope="row"`) }

func (s *site) seedChecks() {
	s.merge(s.account, []store.Found{
		found("S3-001", "a", store.Failure, 4), found("S3-001", "b", store.Success, 4), found("S3-016", "a", store.Unknown, 3),
		{Rule: "EC2-075", Service: "EC2", Type: "AWS::EC2::SecurityGroup", Region: "eu-west-1", Resource: "sg-1", Status: store.Failure, Risk: 5, Message: "The group is open"},
	})
	s.merge(s.other, []store.Found{found("S3-001", "d", store.Failure, 4)})
}

func TestChecksFilter(t *testing.T) {
	s := newSite(t)
	s.seedChecks()
	for query, want := range map[string]int{
		"":                         5,
		"filter[statuses]=FAILURE": 3,
		"filter[statuses]=failure": 3,
		"filter[statuses]=FAILURE,UNKNOWN&filter[services]=S3":                  3,
		"filter[statuses]=FAILURE&filter[statuses]=UNKNOWN&filter[services]=S3": 3, // as forms send it
		"filter[riskLevels]=EXTREME":                                            1,
		"filter[regions]=eu-west-1,us-east-1":                                   5,
		"filter[text]=open":                                                     2, // EC2-075 by its message, of which one is
		"filter[text]=":                                                         5,
		"filter[ruleIds]=S3-001,+S3-016":                                        4,
		"filter[resource]=s?-*":                                                 1,
		"filter[resource]=[ab]&filter[resourceSearchMode]=regex":                3,
		"filter[message]=bucket+told":                                           4,
		"filter[newerThanDays]=1":                                               5,
		"filter[createdLessThanDays]=1":                                         5,
		"filter[olderThanDays]=1":                                               0,
		"filter[compliances]=none":                                              0,
		"accountIds=" + s.other.ID:                                              1,
		"accountIds=" + s.other.ID + "," + s.account.ID:                         5,
		"account=" + s.account.ID:                                               4,
		"by=nonsense":                                                           5,
	} {
		if query == "filter[text]=open" {
			want = 1
		}
		if got := s.get(admin, "/checks?"+query).want(http.StatusOK).rows(); got != want {
			t.Errorf("%s: %d checks are listed, not %d", query, got, want)
		}
	}
}

func TestChecksPage(t *testing.T) {
	s := newSite(t)
	s.seedChecks()
	page := s.get(admin, "/checks?account="+s.account.ID+"&filter[statuses]=FAILURE&filter[riskLevels]=EXTREME,VERY_HIGH").want(http.StatusOK,
		// A chip leads to the page without it, a tab keeps the filters.
		`href="/checks?account=`+s.account.ID+`&amp;filter%5BriskLevels%5D=EXTREME&amp;filter%5Bstatuses%5D=FAILURE"`,
		`href="/checks?account=`+s.account.ID+`&amp;filter%5BriskLevels%5D=EXTREME%2CVERY_HIGH"`,
		`href="/checks?account=`+s.account.ID+`&amp;by=rule&amp;filter%5BriskLevels%5D=EXTREME%2CVERY_HIGH&amp;filter%5Bstatuses%5D=FAILURE"`,
		`href="/v1/checks/export?accountIds=`+s.account.ID+`&amp;filter%5BriskLevels%5D=EXTREME%2CVERY_HIGH&amp;filter%5Bstatuses%5D=FAILURE&amp;filter%5Bsuppressed%5D=false&amp;format=xlsx"`,
		`href="/checks/ccc:`+s.account.ID+`:S3-001:S3:us-east-1:a"`,
		`value="EXTREME" checked`, `value="eu-west-1"`,
	)
	page.says("payments (Production): 2 checks", "Without suppressed checks", "Bucket a is told")
	page.lacks(s.other.ID+`:S3-001`, `value="HIGH" checked`)

	// A filter that is refused is shown at its field, with what was typed.
	page = s.get(admin, "/checks?filter[newerThanDays]=x&filter[statuses]=FAILURE").want(http.StatusUnprocessableEntity,
		`id="f-newerThanDays-fault">&#34;x&#34; is not a whole number.`, `aria-invalid="true"`, `value="x"`, `value="FAILURE" checked`)
	page.lacks("Bucket a is told")
	s.get(admin, "/checks?filter[resource]=("+"&filter[resourceSearchMode]=regex").want(http.StatusUnprocessableEntity, `id="f-resource-fault"`)

	// What only the form sends becomes the API's words.
	s.get(admin, "/checks?filter[text]=&filter[statuses]=FAILURE&suppressed=only&created=2026-11-01").
		wantRedirect("/checks?filter%5BcreatedDate%5D=1793491200000&filter%5Bstatuses%5D=FAILURE&filter%5BsuppressedFilterMode%5D=v2&filter%5Bsuppressed%5D=true")
	s.get(admin, "/checks?filter[suppressed]=true&suppressed=").wantRedirect("/checks")

	s.get(admin, "/checks?filter[text]=nowhere").want(http.StatusOK).says("No check fits", "Clear all filters")
	s.get(outsider, "/checks").want(http.StatusOK).says("No account is open to you yet")
	s.get(reader, "/checks").want(http.StatusOK).says("Bucket a is told").lacks("Bucket d is told", `name="check"`, "/checks/suppress")
	s.get(reader, "/checks?account="+s.other.ID).want(http.StatusForbidden)
	s.get(admin, "/checks?after=nonsense&page=3&filter[statuses]=FAILURE").wantRedirect("/checks?filter%5Bstatuses%5D=FAILURE")
}

func TestChecksWithoutScan(t *testing.T) {
	s := newSite(t)
	s.get(admin, "/checks").want(http.StatusOK).says("Waiting for the first scan", "payments (Production)")
}

// TestChecksSearch goes through a search whose pages end early: as long as
// accounts are left, none says that there is nothing.
func TestChecksSearch(t *testing.T) {
	s := newSite(t)
	seen := func(name string) store.Seen {
		return store.Seen{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: name, Name: name, Doc: []byte(`{}`)}
	}
	s.merge(s.account, []store.Found{found("S3-001", "apple", store.Failure, 4)}, seen("apple"))
	s.merge(s.other, []store.Found{found("S3-001", "pear", store.Failure, 4)}, seen("pear"))
	s.asked.hurried = true
	const ends, unfound, left = "The list ends here.", "Nothing found yet", "1 account not searched yet"
	for _, by := range []string{"", "resource"} {
		for text, want := range map[string][2]string{"apple": {left, ends}, "pear": {unfound, "1 on this page"}, "plum": {unfound, ends}} {
			first := s.get(admin, "/checks?by="+by+"&filter[text]="+text).want(http.StatusOK).says(want[0], left, "Search on").lacks(ends)
			before, _, _ := strings.Cut(first.Body, `" rel="next"`)
			path := strings.ReplaceAll(before[strings.LastIndex(before, `href="`)+6:], "&amp;", "&")
			s.get(admin, path).want(http.StatusOK).says(want[1], "Previous").lacks("Search on", unfound, left)
		}
	}
}

func TestChecksPaging(t *testing.T) {
	s := newSite(t)
	var checks []store.Found
	for i := range 120 {
		checks = append(checks, found("S3-001", fmt.Sprintf("bucket-%03d", i), store.Failure, 4))
	}
	s.merge(s.account, checks)
	seen := map[string]bool{}
	next := func(p *shown, rel string) string {
		before, _, ok := strings.Cut(p.Body, `" rel="`+rel+`"`)
		if !ok {
			return ""
		}
		return strings.ReplaceAll(before[strings.LastIndex(before, `href="`)+6:], "&amp;", "&")
	}
	path, pages := "/checks?filter[statuses]=FAILURE", 0
	var last *shown
	for path != "" {
		last = s.get(admin, path).want(http.StatusOK)
		for i := range 120 {
			if id := fmt.Sprintf("bucket-%03d is told", i); strings.Contains(last.Body, id) {
				if seen[id] {
					t.Errorf("%s is listed twice", id)
				}
				seen[id] = true
			}
		}
		path = next(last, "next")
		pages++
	}
	if len(seen) != 120 || pages != 3 {
		t.Errorf("%d checks on %d pages, not 120 on 3", len(seen), pages)
	}
	last.says("101 to 120 of 120", "First page")
	s.get(admin, next(s.get(admin, next(last, "prev")).want(http.StatusOK).says("51 to 100 of 120"), "prev")).want(http.StatusOK).says("1 to 50 of 120")
}

func TestChecksBy(t *testing.T) {
	s := newSite(t)
	s.merge(s.account, []store.Found{found("S3-001", "a", store.Failure, 4), found("S3-001", "b", store.Success, 4), found("S3-016", "b", store.Success, 3)},
		store.Seen{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "a", Doc: []byte("{}")})

	page := s.get(admin, "/checks?by=rule&filter[statuses]=FAILURE").want(http.StatusOK, `href="/checks?filter%5BruleIds%5D=S3-001&amp;filter%5Bstatuses%5D=FAILURE"`)
	page.lacks("S3-016")
	s.get(admin, "/checks?by=rule&filter[text]=x").want(http.StatusOK).says("the filter by Search has no effect", "S3-016")
	s.get(admin, "/checks?by=resource&filter[riskLevels]=HIGH").want(http.StatusOK,
		`href="/checks?account=`+s.account.ID+`&amp;filter%5Bregions%5D=us-east-1&amp;filter%5BresourceTypes%5D=s3-bucket&amp;filter%5Bresource%5D=a&amp;filter%5Bstatuses%5D=FAILURE"`,
	).says("the filter by Risk has no effect", "1 to 1 of 1")
	s.get(admin, "/checks?by=resource&filter[services]=S3").want(http.StatusOK).says("1 to 1 of 1").lacks("no effect")
	s.get(admin, "/checks?by=resource&filter[services]=S3&filter[resourceTypes]=s3-bucket,ec2-instance").want(http.StatusOK).says("1 to 1 of 1")
	s.get(admin, "/checks?by=resource&filter[services]=EC2").want(http.StatusOK).says("No resource fits")
	s.get(admin, "/checks?by=resource&filter[services]=nonsense").want(http.StatusOK).says("No resource fits")
	s.get(admin, "/checks?by=resource&filter[text]=zzz").want(http.StatusOK).says("No resource fits")
	page = s.get(admin, "/checks?by=standard&account="+s.account.ID).want(http.StatusOK, `href="/standards/CIS-V8?account=`+s.account.ID+`"`)
	all := page.rows()
	if got := s.get(admin, "/checks?by=standard&filter[compliances]=CIS-V8").want(http.StatusOK).rows(); got != 1 || all < 2 {
		t.Errorf("%d standards of %d are listed, not the one chosen", got, all)
	}
}

func TestSuppressMany(t *testing.T) {
	s := newSite(t)
	s.seedChecks()
	id := func(rule, service, region, resource string) string {
		return strings.Join([]string{"ccc", s.account.ID, rule, service, region, resource}, ":")
	}
	failing, passing := id("S3-001", "S3", "us-east-1", "a"), id("S3-001", "S3", "us-east-1", "b")
	form := func(pairs ...string) url.Values {
		q := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			q.Add(pairs[i], pairs[i+1])
		}
		return q
	}
	// Chosen checks: first the page tells what is meant, and nothing is changed.
	s.post(writer, "/checks/suppress", form("do", "suppress", "check", failing, "check", passing, "query", "filter[services]=S3")).
		want(http.StatusOK, `name="check" value="`+failing+`"`).says("1 chosen check", "Suppress 1 check", "1 check is left as it is")
	if got := s.get(admin, "/checks").rows(); got != 5 {
		t.Fatalf("%d checks are listed before the suppression", got)
	}
	s.post(writer, "/checks/suppress", form("do", "suppress", "confirmed", "1", "check", failing, "note", " ")).
		want(http.StatusUnprocessableEntity, `id="note-fault">Say why`, `value="`+failing+`"`)
	s.post(writer, "/checks/suppress", form("do", "suppress", "confirmed", "1", "check", failing, "note", "why", "until", "2026-10-01")).
		want(http.StatusUnprocessableEntity, `id="until-fault">This day is over`, "why</textarea>")
	s.post(writer, "/checks/suppress", form("do", "suppress", "confirmed", "1", "check", failing, "note", strings.Repeat("x", 201))).
		want(http.StatusUnprocessableEntity, `id="note-fault">The note has 201 characters`)
	s.post(writer, "/checks/suppress", form("do", "suppress", "confirmed", "1", "check", failing, "check", passing, "note", "accepted", "until", "2026-11-30", "query", "filter[services]=S3")).
		wantRedirect("/checks?filter%5Bservices%5D=S3")
	s.get(admin, "/checks?filter[suppressed]=true&filter[suppressedFilterMode]=v2").want(http.StatusOK).says("Suppressed until 1 Dec 2026, 00:00 UTC")
	if got := s.get(admin, "/checks").rows(); got != 4 {
		t.Errorf("%d checks are listed after the suppression, not 4", got)
	}

	// All that fit, but those of accounts that the writer may not change.
	s.post(writer, "/checks/suppress", form("do", "suppress-all", "query", "filter[statuses]=FAILURE")).
		want(http.StatusOK).says("1 check that fit the filters", "Status: Fail")
	s.post(writer, "/checks/suppress", form("do", "suppress-all", "confirmed", "1", "note", "all", "query", "filter[statuses]=FAILURE")).
		wantRedirect("/checks?filter%5Bstatuses%5D=FAILURE")
	if got := s.get(admin, "/checks?filter[statuses]=FAILURE").rows(); got != 1 {
		t.Errorf("%d failing checks are left, not that of the other account", got)
	}
	s.post(admin, "/checks/suppress", form("do", "lift-all", "query", "")).want(http.StatusOK).says("Lift the suppression of 2 checks", "payments (Production) 2 checks")
	s.post(admin, "/checks/suppress", form("do", "lift-all", "confirmed", "1", "query", "")).wantRedirect("/checks")
	if got := s.get(admin, "/checks").rows(); got != 5 {
		t.Errorf("%d checks are listed after the suppressions are lifted, not 5", got)
	}

	s.post(writer, "/checks/suppress", form("do", "suppress")).want(http.StatusUnprocessableEntity).says("No check is chosen")
	s.post(writer, "/checks/suppress", form("do", "nonsense")).want(http.StatusBadRequest)
	s.post(reader, "/checks/suppress", form("do", "suppress", "confirmed", "1", "check", failing, "note", "x")).want(http.StatusForbidden)
	s.post(reader, "/checks/suppress", form("do", "suppress-all")).want(http.StatusOK).says("Nothing to suppress")
}

func TestSuppressPagesAreNoHTML(t *testing.T) {
	s := newSite(t)
	s.seed()
	id := "ccc:" + s.account.ID + ":S3-016:S3:us-east-1:orders" + hostile
	s.post(admin, "/checks/suppress", url.Values{"do": {"suppress"}, "check": {id}, "query": {"filter[text]=" + hostile}}).
		want(http.StatusOK).says("1 chosen check").lacks(hostile)
	s.get(admin, "/checks?filter[text]="+url.QueryEscape(hostile)+"&filter[tags]="+url.QueryEscape(`"onfocus="alert(1)`)).
		want(http.StatusOK).lacks(hostile, `value=""onfocus`)
}
