package web_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/page"
)

// screenshots is for maintainers who want to see the pages:
//
//	go test ./internal/server/web -run TestScreenshots -screenshots /tmp/pages
var screenshots = flag.String("screenshots", "", "`folder` that TestScreenshots writes pictures of all pages into")

// maxHeight is how much of a page a picture shows, in CSS pixels.
const maxHeight = 5000

// TestScreenshots takes pictures of every page: on a phone, a laptop and a large
// screen, in light and in dark colours.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("pictures are taken with -screenshots only")
	}
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		t.Fatal(err)
	}
	l := newLive(t)
	b := l.newTab()
	b.open("/sign-in")
	b.pictures()
	b.signIn(demoAdmin)
	w := newWalk(l, b, 1, func(bool) { b.pictures() })
	w.add([]string{"/"})
	w.all()
	pictures, err := filepath.Glob(filepath.Join(*screenshots, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pictures are in %s", len(pictures), *screenshots)
}

// odd is what names of files do not have.
var odd = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// pictures takes all pictures of the page that the tab shows.
func (b *tab) pictures() {
	b.t.Helper()
	name := odd.ReplaceAllString(b.path()[1:], "_")
	if name == "" {
		name = "dashboard"
	}
	for _, width := range []int64{390, 1280, 1920} {
		b.size(width, 1)
		for _, scheme := range []string{"light", "dark"} {
			b.dark(scheme == "dark")
			height := eval[float64](b, `document.documentElement.scrollHeight`)
			picture := call(b, page.CaptureScreenshot, page.CaptureScreenshotParams{
				CaptureBeyondViewport: new(true), Clip: &page.Viewport{Width: float64(width), Height: min(height, maxHeight), Scale: 1},
			})
			file := filepath.Join(*screenshots, fmt.Sprintf("%.100s-%d-%s.png", name, width, scheme))
			if err := os.WriteFile(file, picture.Data, 0o644); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	b.dark(false)
	b.size(1280, 1)
}
