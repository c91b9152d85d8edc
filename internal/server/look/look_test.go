package look

import (
	"encoding/xml"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestWordsForReaders(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	half, all, nearly := 50.0, 100.0, 99.99
	for name, test := range map[string]struct{ got, want string }{
		"number":            {Number(1234567), "1,234,567"},
		"negative":          {Number(int64(-1234)), "-1,234"},
		"small":             {Number(12), "12"},
		"percent":           {Percent(&half), "50%"},
		"percent, all":      {Percent(&all), "100%"},
		"percent, not all":  {Percent(&nearly), "99%"},
		"percent of none":   {Percent(nil), "–"},
		"never":             {Ago(time.Time{}, now), "never"},
		"now":               {Ago(now.Add(-time.Second), now), "just now"},
		"a minute":          {Ago(now.Add(-time.Minute), now), "1 minute ago"},
		"days":              {Ago(now.Add(-49*time.Hour), now), "2 days ago"},
		"to come":           {Ago(now.Add(3*time.Hour), now), "in 3 hours"},
		"soon":              {Ago(now.Add(time.Second), now), "in less than a minute"},
		"a risk of the API": {Risk("VERY_HIGH"), "Very high"},
		"a risk of a page":  {Risk("very-high"), "Very high"},
		"nothing":           {Words(""), ""},
	} {
		if test.got != test.want {
			t.Errorf("%s: %q, not %q", name, test.got, test.want)
		}
	}
}

// A page of a site of files links by paths that lead from it.
func TestHref(t *testing.T) {
	for _, test := range []struct{ root, to, want string }{
		{"", "/knowledge-base/", "/knowledge-base/"},
		{"../../", "/knowledge-base/", "../../knowledge-base/index.html"},
		{"../", "/knowledge-base/aws/EC2/a.html#audit", "../knowledge-base/aws/EC2/a.html#audit"},
		{"./", "/", "./index.html"},
	} {
		f := Frame{Root: test.root}
		if got := f.Href(test.to); got != test.want {
			t.Errorf("from %q to %s: %q, not %q", test.root, test.to, got, test.want)
		}
	}
}

// Every icon is well formed, and a page shows what it is given as text.
func TestIconsAndFrame(t *testing.T) {
	for name := range icons {
		drawing, err := icon(name)
		if err == nil {
			err = xml.Unmarshal([]byte(drawing), new(struct{}))
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, part := range Navigation {
		for _, e := range part.Entries {
			if icons[e.Icon] == "" {
				t.Errorf("%s has no icon %q", e.Path, e.Icon)
			}
		}
	}
	pages, err := Parse(fstest.MapFS{"p/one.html": {Data: []byte(`{{define "main"}}{{.Body}}{{end}}`)}}, "p")
	if err != nil {
		t.Fatal(err)
	}
	const hostile = `<b onload=x>`
	data, err := pages.Render("one", &Frame{Title: hostile, Body: hostile, Error: hostile, User: &User{Name: hostile}})
	if err != nil {
		t.Fatal(err)
	}
	if html := string(data); strings.Contains(html, hostile) || strings.Count(html, "<h1>") != 1 || strings.Contains(html, `href="/users"`) {
		t.Errorf("the page is %s", html)
	}
	if _, err := pages.Render("two", &Frame{}); err == nil {
		t.Error("a page that there is not is shown")
	}
}
