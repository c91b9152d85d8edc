package report

import (
	"fmt"
	"io"
	"strings"
)

// Live is what reading live accounts took, and what could not be read.
type Live struct {
	Accounts  int
	Regions   []string
	Calls     int64 // to AWS, retries not counted
	Retries   int64
	Throttles int64
	Unread    []Unread
}

// Unread is an IAM action that did not answer, in one account.
type Unread struct {
	Account string
	Action  string
	Cause   string // "denied", "throttled", …
	Reason  string
	Regions []string
	Types   []string
	Count   int // how many lists or resources lack it
}

// scope says where the resources are from, and how many calls it took.
func (l *Live) scope() []string {
	calls := plural(int(l.Calls), "call")
	var extra []string
	if l.Retries > 0 {
		extra = append(extra, fmt.Sprintf("%d retried", l.Retries))
	}
	if l.Throttles > 0 {
		extra = append(extra, fmt.Sprintf("%d throttled", l.Throttles))
	}
	if len(extra) > 0 {
		calls += " (" + strings.Join(extra, ", ") + ")"
	}
	return []string{plural(l.Accounts, "account"), plural(len(l.Regions), "region"), calls}
}

// WriteUnread writes what could not be read of live accounts as the table
// shows it, for where the report itself goes elsewhere.
func WriteUnread(w io.Writer, l *Live, color bool, width int) error {
	t := &table{w: w, r: &Report{Live: l, Width: width}, style: style{on: color}}
	t.unread()
	return t.err
}

// WriteReading writes what a reading without judging came to.
func WriteReading(w io.Writer, r *Report, color bool, width int) error {
	shown := *r
	shown.Width = width
	t := &table{w: w, r: &shown, style: style{on: color}}
	t.unread()
	t.problems()
	t.line("%s", t.style.faint(strings.Join(append(append(r.Live.scope(), plural(r.Resources, "resource")), duration(r.Elapsed)), ", ")))
	return t.err
}

// unread writes a line for each permission to add or other reason, with what
// is not known for it.
func (t *table) unread() {
	if t.r.Live == nil || len(t.r.Live.Unread) == 0 {
		return
	}
	t.line("%s", t.style.bold("Could not be read, so that rules that need it are unknown:"))
	action, cause := 0, 0
	for _, u := range t.r.Live.Unread {
		action, cause = max(action, len(plain(u.Action))), max(cause, len(u.Cause))
	}
	for _, u := range t.r.Live.Unread {
		where := places(u.Regions)
		if t.r.Live.Accounts > 1 {
			where = u.Account + " " + where
		}
		what := where + ": " + strings.Join(u.Types, ", ")
		if u.Cause != "denied" && u.Cause != "throttled" {
			what += " (" + u.Reason + ")"
		}
		head := fmt.Sprintf("  %-*s  %-*s  ", action, plain(u.Action), cause, u.Cause)
		for i, l := range wrap(plain(what), t.r.Width-len(head)) {
			if i > 0 {
				head = strings.Repeat(" ", len(head))
			}
			t.line("%s%s", head, l)
		}
	}
	for _, u := range t.r.Live.Unread {
		if u.Cause == "denied" {
			t.paragraph("All that a scan may read: surety iam-policy")
			break
		}
	}
	t.line("")
}

// places names up to four regions.
func places(regions []string) string {
	const most = 4
	if len(regions) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(regions[:most], " "), len(regions)-most)
	}
	return strings.Join(regions, " ")
}

// readingJSON is what reading live accounts took, as scripts see it.
type readingJSON struct {
	Accounts  int          `json:"accounts"`
	Regions   []string     `json:"regions"`
	Calls     int64        `json:"calls"`
	Retries   int64        `json:"retries"`
	Throttles int64        `json:"throttles"`
	Unread    []unreadJSON `json:"unread"`
}

type unreadJSON struct {
	Account string   `json:"account"`
	Action  string   `json:"action"`
	Cause   string   `json:"cause"`
	Reason  string   `json:"reason"`
	Regions []string `json:"regions"`
	Types   []string `json:"types"`
	Count   int      `json:"count"`
}

// object is nil for nil.
func (l *Live) object() *readingJSON {
	if l == nil {
		return nil
	}
	out := &readingJSON{
		Accounts: l.Accounts, Regions: list(l.Regions), Calls: l.Calls, Retries: l.Retries,
		Throttles: l.Throttles, Unread: []unreadJSON{},
	}
	for _, u := range l.Unread {
		out.Unread = append(out.Unread, unreadJSON{
			Account: u.Account, Action: u.Action, Cause: u.Cause, Reason: u.Reason,
			Regions: list(u.Regions), Types: list(u.Types), Count: u.Count,
		})
	}
	return out
}
