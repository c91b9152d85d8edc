package report

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// drive is a page that shows the report in a frame, works its filters as a
// reader would, and writes what it saw into itself.
//
//go:embed testdata/drive.html
var drive []byte

// TestHTMLInBrowser uses the page in Chromium: its script runs under its own
// policy, the filters find what they should, and nothing scrolls sideways from
// a phone to a desktop.
func TestHTMLInBrowser(t *testing.T) {
	chromium := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			chromium = path
			break
		}
	}
	if chromium == "" {
		t.Skip("Chromium is not installed")
	}
	report := everything()
	report.Checks[1].Resource.ID = strings.Repeat("a-very-long-name/", 30)
	report.Checks[1].Message = strings.Repeat("unbroken", 200)
	pages := map[string][]byte{"/": drive, "/report.html": written(t, "html", report)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(pages[r.URL.Path])
	}))
	defer server.Close()

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000",
		"--user-data-dir="+t.TempDir(), "--virtual-time-budget=20000", "--dump-dom", server.URL+"/").Output()
	if err != nil {
		t.Fatalf("%s: %v", chromium, err)
	}
	_, text, _ := bytes.Cut(out, []byte(`<pre id="seen">`))
	text, _, _ = bytes.Cut(text, []byte(`</pre>`))
	var got map[string]any
	if err := json.Unmarshal([]byte(html.UnescapeString(string(text))), &got); err != nil {
		t.Fatalf("the page did not finish: %v in %s", err, out)
	}
	want := map[string]any{
		"filters":     "shown",
		"sideways":    []any{},
		"at first":    "11 shown, 5 rules",
		"search":      "3 of 11 shown, 1 rules",
		"two words":   "1 of 11 shown, 1 rules",
		"nothing":     "0 of 11 shown, 0 rules, told",
		"risk":        "4 of 11 shown, 1 rules",
		"verdict":     "1 of 11 shown, 1 rules",
		"passed":      "1 of 11 shown, 1 rules",
		"cleared":     "11 shown, 5 rules",
		"from a link": "1 of 11 shown, 1 rules, findings",
		"closed":      float64(0),
		"opened":      float64(5),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("in Chromium (-want +got):\n%s", diff)
	}
}
