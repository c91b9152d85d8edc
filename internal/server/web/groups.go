package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/server/chart"
	"github.com/surety-cloud/surety/internal/server/look"
)

var groupPages = []page{
	{Pattern: "GET /groups", Handle: (*visit).groups},
	{Pattern: "GET /groups/new", Handle: (*visit).newGroup},
	{Pattern: "POST /groups/new", Handle: (*visit).addGroup},
	{Pattern: "GET /groups/{id}", Handle: (*visit).group},
	{Pattern: "POST /groups/{id}", Handle: (*visit).changeGroup},
	{Pattern: "POST /groups/{id}/delete", Handle: (*visit).deleteGroup},
}

// groupsPerPage is how many groups a page lists.
const groupsPerPage = 50

// groupsBody is what the list of groups shows.
type groupsBody struct {
	Rows     []groupRow
	Pager    pager
	Admin    bool
	Outside  bool // the reader has no access to any account
	Accounts int  // that the reader may see
}

// A groupRow is a group with what is known of its accounts.
type groupRow struct {
	ID, Path string
	Name     string
	Tags     []string
	Accounts int
	Score    string
	Failures int64
	Split    template.HTML
	Board    string // its dashboard
	Failing  string // leads to the failures
}

func (v *visit) groups() error {
	b := &groupsBody{Admin: v.who.IsAdmin(), Outside: !v.who.CanReadSome()}
	f := &look.Frame{Title: "Groups", Section: "/groups", Lead: "Accounts that are looked at together: those that have one of the group's tags.", Body: b}
	if b.Outside {
		return v.show("groups", f)
	}
	var (
		s      *scope
		scores one[score]
	)
	if err := together(
		func() (err error) { s, err = v.scope(); return err },
		func() error { return v.get("/statistics/score", nil, &scores) },
	); err != nil {
		return err
	}
	of := map[string]*accountScore{}
	for i := range scores.Data.Attributes.Accounts {
		of[scores.Data.Attributes.Accounts[i].ID] = &scores.Data.Attributes.Accounts[i]
	}
	b.Accounts = len(s.Accounts)
	b.Pager = v.pager(v.within(len(s.Groups), groupsPerPage), int64(len(s.Groups)), groupsPerPage)
	if len(s.Groups) > 0 {
		for _, g := range s.Groups[b.Pager.First-1 : b.Pager.Last] {
			b.Rows = append(b.Rows, newGroupRow(g, of))
		}
	}
	return v.show("groups", f)
}

// newGroupRow sums the scores of a group's accounts, as GET /statistics/score
// with its id would.
func newGroupRow(g thing[group], scores map[string]*accountScore) groupRow {
	scoped := scope{Group: g.ID}
	r := groupRow{
		ID: g.ID, Path: "/groups/" + url.PathEscape(g.ID), Name: g.Attributes.Name, Tags: g.Attributes.Tags,
		Board: scoped.Link("/"), Failing: scoped.Link("/checks", "filter[statuses]", "FAILURE"),
	}
	var successes int64
	var failing []riskNumber
	for _, id := range membersOf(g) {
		r.Accounts++
		n := scores[id]
		if n == nil {
			continue // added since
		}
		successes += n.Successes
		r.Failures += n.Failures
		for i, level := range n.Failing {
			if i == len(failing) {
				failing = append(failing, riskNumber{Risk: level.Risk})
			}
			failing[i].Count += level.Count
		}
	}
	r.Score = chart.Percent(nil)
	if judged := successes + r.Failures; judged > 0 {
		percent := math.Floor(float64(successes)/float64(judged)*10_000) / 100
		r.Score = chart.Percent(&percent)
	}
	r.Split = riskSplit("Failures of "+r.Name+" by risk", failing)
	return r
}

// membersOf are the accounts of a group that the reader may see.
func membersOf(g thing[group]) []string {
	var members []struct{ ID string }
	if json.Unmarshal(g.Relationships["accounts"].Data, &members) != nil {
		return nil
	}
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = m.ID
	}
	return ids
}

// membersShown is how many accounts of a group its page lists.
const membersShown = 100

// groupBody is what the page of a group shows, and that of a new one.
type groupBody struct {
	ID, Path string // empty for a new one
	Saved    string // its name as it is saved
	Name     string
	Tags     string
	Members  []thing[account] // those that the tags given would hold
	More     int              // of these that are not listed
	InUse    []string         // tags of accounts
	Shown    bool             // the members are those of what is typed, not of what is saved
	Admin    bool
	Faults   faults
}

func (b *groupBody) frame() *look.Frame {
	f := &look.Frame{Title: "Make a group", Section: "/groups", Crumbs: []look.Link{{Text: "Groups", Path: "/groups"}}, Body: b}
	if b.ID != "" {
		f.Title = b.Saved
	}
	return f
}

// Matching is how many accounts have one of the tags.
func (b *groupBody) Matching() int { return len(b.Members) + b.More }

// match finds the accounts that have one of the tags.
func (b *groupBody) match(s *scope) {
	tags, used := tagList(b.Tags), map[string]bool{}
	for _, a := range s.Accounts {
		for _, t := range a.Attributes.Tags {
			used[t] = true
		}
		if slices.ContainsFunc(a.Attributes.Tags, func(t string) bool { return slices.Contains(tags, t) }) {
			b.Members = append(b.Members, a)
		}
	}
	if b.More = max(0, len(b.Members)-membersShown); b.More > 0 {
		b.Members = b.Members[:membersShown]
	}
	b.InUse = slices.Sorted(maps.Keys(used))
	b.InUse = b.InUse[:min(len(b.InUse), membersShown)]
}

func (v *visit) newGroup() error {
	if !v.who.IsAdmin() {
		return &Failure{Status: http.StatusForbidden, Detail: "Only administrators make groups."}
	}
	s, err := v.scope()
	if err != nil {
		return err
	}
	b := &groupBody{Admin: true, Tags: v.query("tags"), Faults: faults{}}
	b.match(s)
	return v.show("group", b.frame())
}

// readGroup reads the group of the path, or begins a new one where it names
// none; what a form says of it is put in.
func (v *visit) readGroup() (*groupBody, error) {
	b := &groupBody{Admin: v.who.IsAdmin(), Faults: faults{}}
	s, err := v.scope()
	if err != nil {
		return nil, err
	}
	if id := v.param("id"); id != "" {
		var answer many[group]
		b.Path = "/groups/" + url.PathEscape(id)
		if err := v.get(b.Path, nil, &answer); err != nil {
			// The API says of a group that is not there that its id is invalid.
			if no := refusal(err); no != nil {
				err = &Failure{Status: http.StatusNotFound, Detail: "There is no such group; it may have been deleted."}
			}
			return nil, err
		}
		if len(answer.Data) == 0 {
			return nil, fmt.Errorf("the API gives no group for %s", b.Path)
		}
		g := answer.Data[0]
		b.ID, b.Saved, b.Name, b.Tags = g.ID, g.Attributes.Name, g.Attributes.Name, strings.Join(g.Attributes.Tags, ", ")
	}
	if v.r.Method == http.MethodPost {
		b.Name, b.Tags = strings.TrimSpace(v.field("name")), v.field("tags")
	}
	b.match(s)
	return b, nil
}

func (v *visit) group() error {
	b, err := v.readGroup()
	if err != nil {
		return err
	}
	return v.show("group", b.frame())
}

func (v *visit) addGroup() error    { return v.putGroup(http.MethodPost, "/groups") }
func (v *visit) changeGroup() error { return v.putGroup(http.MethodPatch, "") }

// putGroup saves a group, or shows which accounts it would have, as the button
// says. path is empty for that of the group.
func (v *visit) putGroup(method, path string) error {
	b, err := v.readGroup()
	if err != nil {
		return err
	}
	if v.field("do") == "show" {
		b.Shown = true
		return v.show("group", b.frame())
	}
	if path == "" {
		path = b.Path
	}
	if err := v.send(method, path, newAttributes(map[string]any{"name": b.Name, "tags": tagList(b.Tags)}), nil); err != nil {
		no := refusal(err)
		if no == nil {
			return err
		}
		b.Shown = true
		b.Faults.add(no, map[string]string{"name": "name", "tags": "tags"})
		return v.showFaults(no.Status, "group", b.frame(), b.Faults)
	}
	return v.done("/groups", "Group "+b.Name+" was saved.")
}

func (v *visit) deleteGroup() error {
	b, err := v.readGroup()
	if err != nil {
		return err
	}
	if err := v.send(http.MethodDelete, b.Path, nil, nil); err != nil {
		return err
	}
	return v.done("/groups", "Group "+b.Saved+" was deleted. Its accounts stay.")
}
