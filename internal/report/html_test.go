package report

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

var (
	styleText  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	scriptText = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	policyText = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`)
)

// withoutStyle leaves out of a page what is a file of its own.
func withoutStyle(page []byte) []byte {
	page = styleText.ReplaceAll(page, []byte("<style></style>"))
	page = scriptText.ReplaceAll(page, []byte("<script></script>"))
	return policyText.ReplaceAll(page, nil)
}

// TestHTMLPolicy sees that the page forbids the network, and that what it
// allows by hash is what it holds.
func TestHTMLPolicy(t *testing.T) {
	page := written(t, "html", everything())
	policy := html.UnescapeString(string(policyText.FindSubmatch(page)[1]))
	want := fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'",
		contentHash(string(styleText.FindSubmatch(page)[1])), contentHash(string(scriptText.FindSubmatch(page)[1])))
	if policy != want {
		t.Errorf("the policy is\n%s, want\n%s", policy, want)
	}
	for _, forbidden := range []string{"unsafe", "<link", "<img", "<iframe", "<base", "@import", "url(", " style=", " onclick=", " src=", "http-equiv=\"refresh\""} {
		if bytes.Contains(page, []byte(forbidden)) {
			t.Errorf("the page holds %s", forbidden)
		}
	}
	if n := bytes.Count(page, []byte("<script")); n != 1 {
		t.Errorf("%d scripts", n)
	}
}

// TestHTMLHostile puts what runs in a page into every text that comes from a
// template or an account.
func TestHTMLHostile(t *testing.T) {
	evil := `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'` + "`\x00\x1b[31m\u202e{{.}}"
	r := &Report{
		Time: scanned, Version: evil, ShowPassed: true, ShowSuppressed: true, Unmapped: map[string]int{evil: 1},
		Problems: []cloud.Problem{{Summary: evil, Detail: evil, File: evil, Source: evil, Line: 1}},
		Live:     &Live{Unread: []Unread{{Account: evil, Action: evil, Reason: evil, Regions: []string{evil}, Types: []string{evil}}}},
	}
	wicked := &rule.Rule{
		ID: evil, Title: evil, Service: evil, Summary: evil + "\n[a](javascript:alert(1))",
		Text: "## Remediation\n\n" + evil + "\n\n[a](javascript:alert(1)) ![b](http://example.com/x.png)\n\n```yaml fails\n" + evil + "\n```\n",
	}
	for _, verdict := range []engine.Verdict{engine.Fail, engine.Pass, engine.Unknown} {
		for _, suppressed := range []*cloud.Ignore{nil, {Reason: evil}} {
			r.Checks = append(r.Checks, &engine.Check{
				Rule: wicked, Risk: rule.High, Verdict: verdict, Message: evil, Missing: []string{evil}, Suppressed: suppressed,
				Resource: &cloud.Resource{Type: evil, ID: evil, Name: evil + "n", ARN: evil, Account: evil, Region: evil},
			})
		}
	}
	page := string(withoutStyle(written(t, "html", r)))
	for _, forbidden := range []string{"<script>alert", "<img src=x", "onerror=alert(1)>", `href="javascript:`, "\x00", "\x1b", "\u202e"} {
		if strings.Contains(page, forbidden) {
			at := strings.Index(page, forbidden)
			t.Errorf("the page holds %q: …%s…", forbidden, page[max(0, at-80):min(len(page), at+120)])
		}
	}
	// The only image is one of a page of rules, which the policy does not load.
	if n := strings.Count(page, "<img"); n != 1 {
		t.Errorf("%d images", n)
	}
}

// TestHTMLScore sees that unknown is in neither part of the score, and that
// rounding makes nothing whole.
func TestHTMLScore(t *testing.T) {
	cases := []struct {
		pass, fail, unknown int
		want                string
	}{
		{109, 48, 4, "69%"}, {109, 48, 4000, "69%"}, {1, 0, 0, "100%"}, {1, 0, 9, "100%"}, {999, 1, 0, "99%"},
		{1, 999, 0, "<1%"}, {0, 5, 0, "0%"}, {0, 0, 3, ""}, {0, 0, 0, ""},
	}
	for _, c := range cases {
		s := newHTMLScore(tally{pass: c.pass, fail: c.fail, unknown: c.unknown})
		if s.Figure != c.want {
			t.Errorf("%d pass, %d fail, %d unknown: %q, want %q", c.pass, c.fail, c.unknown, s.Figure, c.want)
		}
		if all := s.PassWidth + s.FailWidth + s.UnknownWidth; all > 100.001 {
			t.Errorf("%d pass, %d fail, %d unknown: the bar is %v wide", c.pass, c.fail, c.unknown, all)
		}
	}
}

// TestHTMLBreakdowns counts what failed by service and place.
func TestHTMLBreakdowns(t *testing.T) {
	service, place := everything().breakdowns()
	line := func(bars []htmlBar) (lines []string) {
		for _, b := range bars {
			lines = append(lines, fmt.Sprintf("%d %s %d %d %d %v", b.Number, b.Name, b.Failed, b.Unknown, b.Passed, b.Width))
		}
		return lines
	}
	if diff := cmp.Diff([]string{"1 S3 4 1 1 100", "0 EC2 3 0 0 75"}, line(service.First)); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
	want := []string{
		"1 modules/odd dir/main(1)#a.tf 3 0 0 100", "2 stacks/network.yaml 3 1 1 100", "0 123456789012 us-east-1 1 0 0 33.33",
	}
	want[0], want[1] = want[1], want[0] // the same number of failures: more unknown comes first
	if diff := cmp.Diff(want, line(place.First)); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}

	many := map[string]*htmlBar{}
	for i := range 30 {
		name := fmt.Sprintf("r%02d", i)
		many[name] = &htmlBar{Name: name, Failed: i}
	}
	b := newHTMLBreakdown("place", many)
	if len(b.First) != htmlFirst || len(b.More) != 30-htmlFirst || b.First[0].Name != "r29" || b.numbers()["r07"] != 7 {
		t.Errorf("30 lines are shown as %d and %d", len(b.First), len(b.More))
	}
}

// TestHTMLPage renders the parts of a rule's page.
func TestHTMLPage(t *testing.T) {
	why, repair, err := pageHTML(&rule.Rule{
		Summary: "It `matters`.",
		Text: "It `matters`.\n\n## Audit\n\nLook.\n\n## Remediation\n\nDo <b>it</b>.\n\n### CLI\n\n```sh\naws x <y>\n```\n\n" +
			"```yaml fails\na: b\n```\n\n```yaml passes\na: c\n```\n\n## References\n\n- [A](https://example.com/)\n\n## Other\n\nNo.\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "<p>It <code>matters</code>.</p>\n"; string(why) != want {
		t.Errorf("why: %s, want %s", why, want)
	}
	want := `<p>Do <!-- raw HTML omitted -->it<!-- raw HTML omitted -->.</p>
<h4>CLI</h4>
<pre tabindex="0"><code>aws x &lt;y&gt;
</code></pre>
<p class="example fails">Fails</p>
<pre tabindex="0"><code>a: b
</code></pre>
<p class="example passes">Passes</p>
<pre tabindex="0"><code>a: c
</code></pre>
<h4>References</h4>
<ul>
<li><a href="https://example.com/">A</a></li>
</ul>
`
	if diff := cmp.Diff(want, string(repair)); diff != "" {
		t.Errorf("repair (-want +got):\n%s", diff)
	}
	if _, repair, _ := pageHTML(&rule.Rule{Text: "Why.\n\n## References\n\n- x\n"}); repair != "" {
		t.Errorf("a page without remediation gives %s", repair)
	}
}

// TestHTMLOnce sees that a rule's text stands once, however much it finds, and
// that a long list is folded.
func TestHTMLOnce(t *testing.T) {
	r := fixture()
	one := r.Checks[2]
	for i := range 100 {
		check, resource := *one, *one.Resource
		resource.ID = fmt.Sprintf("Group%d", i)
		check.Resource = &resource
		r.Checks = append(r.Checks, &check)
	}
	page := string(withoutStyle(written(t, "html", r)))
	for text, want := range map[string]int{"clients'</em>": 1, `<li class="fail"`: 107, `class="rule"`: 5, `" open>`: 0, "107 failures in 109 checks": 2} {
		if n := strings.Count(page, text); n != want {
			t.Errorf("%q is there %d times, want %d", text, n, want)
		}
	}
}

func TestGrouping(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 12906: "12,906", 1234567: "1,234,567"} {
		if got := grouping(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}

// TestHTMLContrast holds the colours against WCAG 2.2 AA: 4.5 to 1 for text, 3
// to 1 for what is not text but tells something.
func TestHTMLContrast(t *testing.T) {
	light, rest, _ := strings.Cut(htmlStyle, "@media (prefers-color-scheme: dark)")
	dark, print, _ := strings.Cut(rest, "* { box-sizing")
	_, print, _ = strings.Cut(print, "@media print")
	variable := regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6})`)
	for name, css := range map[string]string{"light": light, "dark": dark, "print": print} {
		colors := map[string]string{}
		for _, m := range variable.FindAllStringSubmatch(css, -1) {
			colors[m[1]] = m[2]
		}
		for _, pair := range []struct {
			front, back string
			least       float64
		}{
			{"text", "ground", 4.5}, {"text", "card", 4.5}, {"text", "code", 4.5},
			{"muted", "ground", 4.5}, {"muted", "card", 4.5}, {"link", "card", 4.5}, {"link", "ground", 4.5},
			{"fail", "card", 4.5}, {"pass", "card", 4.5},
			{"on-extreme", "extreme", 4.5}, {"on-very-high", "very-high", 4.5}, {"on-high", "high", 4.5},
			{"on-medium", "medium", 4.5}, {"on-low", "low", 4.5}, {"on-plain", "plain", 4.5},
			{"unknown", "card", 3}, {"muted", "card", 3},
		} {
			if got := contrast(t, colors[pair.front], colors[pair.back]); got < pair.least {
				t.Errorf("%s: %s on %s is %.2f to 1, less than %v", name, pair.front, pair.back, got, pair.least)
			}
		}
	}
}

// contrast is that of two colours such as #18202c, as WCAG defines it.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(color string) float64 {
		if len(color) != 7 {
			t.Fatalf("%q is no colour", color)
		}
		var sum float64
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, err := strconv.ParseUint(color[1+2*i:3+2*i], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			c := float64(n) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += weight * c
		}
		return sum
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
