package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is for a page on a slow machine, scanPatience for a scan.
const (
	patience     = 20 * time.Second
	scanPatience = 90 * time.Second
)

// startBrowser starts Chromium without a window, until the end of the test.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("pages are not opened in a browser in short tests")
	}
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
	options := slices.Concat(chromedp.DefaultExecAllocatorOptions[:], []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-GB"),
	})
	// The browser outlives the test's own context, so that it is closed in order.
	ctx, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		ending, cancelEnding := context.WithTimeout(ctx, patience)
		defer cancelEnding()
		if err := chromedp.Cancel(ending); err != nil {
			t.Logf("the browser was not closed well: %v", err)
		}
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("%s does not start: %v", chromium, err)
	}
	return ctx
}

// A tab is one of a browser that knows nobody yet: it has its own cookies.
type tab struct {
	t    testing.TB
	site *live
	ctx  context.Context

	mutex sync.Mutex
	// faults is what went wrong since the last look.
	faults []fault
	// expected are statuses of 400 and above that are not a fault.
	expected []int64
	status   int64   // of the document
	weight   float64 // in bytes, of the document and all that it loaded
	accept   string  // the question of a dialog that is answered with yes
	// loaded are the paths that were asked for and answered.
	loaded map[string]bool
	// told are the findings that need not be told again.
	told map[string]bool
}

// newTab opens a tab in which nobody is signed in.
func (l *live) newTab() *tab {
	l.t.Helper()
	ctx, cancel := chromedp.NewContext(l.browser, chromedp.WithNewBrowserContext())
	l.t.Cleanup(cancel)
	b := &tab{t: l.t, site: l, ctx: ctx, told: map[string]bool{}, loaded: map[string]bool{}}
	b.do(chromedp.Listen(ctx, b.heard))
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, cdp.Empty{})
	call(b, audits.Enable, cdp.Empty{})
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `document.addEventListener("securitypolicyviolation", (e) => console.error("the Content-Security-Policy forbids " + e.effectiveDirective + " " + e.blockedURI));`,
	})
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	b.size(1280, 1)
	return b
}

// as opens a tab in which a user has signed in on the page for that.
func (l *live) as(email string) *tab {
	l.t.Helper()
	b := l.newTab()
	b.open("/sign-in")
	b.signIn(email)
	return b
}

// signIn fills in the page on which users sign in.
func (b *tab) signIn(email string) {
	b.t.Helper()
	b.fill("Email", email)
	b.fill("Password", demoPassword)
	b.follow("Sign in")
}

// do fails the test for an error.
func (b *tab) do(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// call sends a command to the tab.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}

// A page and all that it loads is no larger.
const maxWeight = 300_000

// open goes to a path, waits for the page and fails the test for its faults.
func (b *tab) open(path string) {
	b.t.Helper()
	if !b.reach(path) {
		b.t.Fatalf("%s is a file, not a page", path)
	}
}

// reach is open where the path may lead to a file to keep: then it is false,
// and the tab stays where it is.
func (b *tab) reach(path string) bool {
	b.t.Helper()
	b.mutex.Lock()
	b.weight = 0
	b.mutex.Unlock()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.Navigate(b.site.url+path))
	if err != nil && strings.Contains(err.Error(), "net::ERR_ABORTED") && eval[bool](b, `document.readyState === "complete"`) {
		b.check()
		return false
	}
	if err != nil {
		b.t.Fatalf("%s cannot be opened: %v", path, err)
	}
	b.settle()
	b.mutex.Lock()
	if b.weight > maxWeight {
		b.fault(fmt.Sprintf("the page has %.0f bytes, more than %d", b.weight, maxWeight))
	}
	b.mutex.Unlock()
	b.check()
	return true
}

// settle waits until the page has done what it does by itself: what was to be
// told of it has been told.
func (b *tab) settle() {
	b.t.Helper()
	b.until("the page to be there", `document.readyState === "complete"`)
}

// path is where the tab is, with the query.
func (b *tab) path() string {
	b.t.Helper()
	return eval[string](b, `location.pathname + location.search`)
}

// eval gives the value of an expression in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", cut(expression), err)
	}
	return value
}

// until waits until an expression of the page is true; what says in words what
// is waited for. The page may become another meanwhile.
func (b *tab) until(what, expression string) {
	b.t.Helper()
	b.untilFor(patience, what, expression)
}

func (b *tab) untilFor(most time.Duration, what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, most)
	defer cancel()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && ok {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("waited for %s: %v\nThe page %s says:\n%s\nFaults: %s", what, err, b.path(), cut(b.text()), strings.Join(b.takeFaults(), "; "))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// text is what the main part of the page says.
func (b *tab) text() string {
	b.t.Helper()
	return eval[string](b, `(document.querySelector("main") ?? document.body ?? document.documentElement).innerText`)
}

// sees waits until the page says a text, and fails the test for its faults.
func (b *tab) sees(text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("the text %q", text), `(document.body?.innerText ?? "").includes(`+quote(text)+`)`)
	b.check()
}

// lacks fails the test when the page says a text.
func (b *tab) lacks(text string) {
	b.t.Helper()
	if strings.Contains(b.text(), text) {
		b.t.Errorf("%s says %q:\n%s", b.path(), text, cut(b.text()))
	}
}

// at waits until the tab is at a path, with the query.
func (b *tab) at(path string) {
	b.t.Helper()
	b.until("the path "+path, `location.pathname + location.search === `+quote(path))
	b.settle()
}

// size makes the window so many CSS pixels wide; scale is of the device.
func (b *tab) size(width int64, scale float64) {
	b.t.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: scale})
}

// dark turns the dark colours on or off.
func (b *tab) dark(on bool) {
	b.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"}, // colours are not caught half-way
	}})
}

// withoutScript has the tab run no script of pages any more.
func (b *tab) withoutScript() {
	b.t.Helper()
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// allow gives the pages a permission that a user would be asked for.
func (b *tab) allow(permission string) {
	b.t.Helper()
	id := chromedp.FromContext(b.ctx).BrowserContextID
	_, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: permission}, Setting: browser.PermissionSettingGranted, Origin: b.site.url, BrowserContextID: id,
	})
	b.do(err)
}

// ask makes a request of the API as the user who is signed in, and gives the
// answer.
func (b *tab) ask(method, path, body string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	request := fmt.Sprintf(`fetch(%s, { method: %s, body: %s || undefined, headers: { "Content-Type": "application/vnd.api+json" } }).then((r) => r.text())`,
		quote(path), quote(method), quote(body))
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[string](request, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	b.check()
	return answer
}

// quote is a text as JavaScript has it.
func quote(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always becomes JSON
	}
	return string(data)
}

// cut is a text short enough for a message.
func cut(text string) string {
	if len(text) > 3000 {
		return text[:3000] + " …"
	}
	return text
}
