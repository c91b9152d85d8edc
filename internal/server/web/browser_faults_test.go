package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// heard notes what the browser tells. It runs while the tab waits.
func (b *tab) heard(event any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			text := ""
			for _, value := range e.Args {
				text += " " + value.Description + string(value.Value)
			}
			b.fault("the console says" + text)
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		b.fault("nothing caught the exception " + text)
	case *log.EventEntryAdded:
		// What the network says is judged by its own events.
		if e.Entry.Source != log.EntrySourceNetwork && (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) {
			b.fault("the browser's log says " + e.Entry.Text)
		}
	case *audits.EventIssueAdded:
		details, err := json.Marshal(e.Issue.Details)
		if err != nil {
			details = []byte(err.Error())
		}
		f := fault{text: "the browser finds fault: " + string(e.Issue.Code) + " " + string(details)}
		if d := e.Issue.Details; d != nil && d.GenericIssueDetails != nil {
			f = fault{text: "the browser finds fault: " + string(d.GenericIssueDetails.ErrorType), node: d.GenericIssueDetails.ViolatingNodeID}
		}
		b.faults = append(b.faults, f)
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			b.status = e.Response.Status
		}
		if at, err := url.Parse(e.Response.URL); err == nil && e.Response.Status < 400 {
			b.loaded[at.Path] = true
		}
		if e.Response.Status >= 400 && !slices.Contains(b.expected, e.Response.Status) {
			b.fault(fmt.Sprintf("%s is answered %d", e.Response.URL, e.Response.Status))
		}
	case *network.EventLoadingFinished:
		b.weight += e.EncodedDataLength
	case *network.EventLoadingFailed:
		if !e.Canceled {
			b.fault("a request failed: " + e.ErrorText + " " + string(e.BlockedReason))
		}
	case *page.EventJavascriptDialogOpening:
		accept := b.accept == e.Message
		if !accept {
			b.fault("a dialog asks " + e.Message)
		}
		// A command waits for messages that are read where this runs.
		go chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: accept}) //nolint:errcheck // a dialog that stays open ends the test
	}
}

// A fault is something that is wrong with a page, and where; 0 is nowhere in
// particular.
type fault struct {
	text string
	node cdp.BackendNodeID
}

// fault notes a fault. The mutex is held.
func (b *tab) fault(text string) { b.faults = append(b.faults, fault{text: text}) }

// check fails the test for every fault since the last look.
func (b *tab) check() {
	b.t.Helper()
	for _, f := range b.takeFaults() {
		b.t.Errorf("%s: %s", b.path(), f)
	}
}

// takeFaults gives the faults since the last look, in words.
func (b *tab) takeFaults() []string {
	b.t.Helper()
	b.mutex.Lock()
	faults := b.faults
	b.faults = nil
	b.mutex.Unlock()
	var texts []string
	for _, f := range faults {
		if f.node != 0 {
			// The page may be another by now.
			if where, err := chromedp.Call(b.ctx, dom.GetOuterHTML, dom.GetOuterHTMLParams{BackendNodeID: f.node}); err == nil {
				f.text += " in " + where.OuterHTML[:min(150, len(where.OuterHTML))]
			}
		}
		if !slices.Contains(texts, f.text) {
			texts = append(texts, f.text)
		}
	}
	return texts
}

// expect says which statuses of 400 and above are not a fault from now on.
func (b *tab) expect(statuses ...int64) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.expected = statuses
}

// agree has the dialog with a question answered with yes.
func (b *tab) agree(question string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.accept = question
}

// shown is the status of the page, answered the paths that were answered.
func (b *tab) shown() int64 {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.status
}

func (b *tab) answered() []string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return slices.Collect(maps.Keys(b.loaded))
}
