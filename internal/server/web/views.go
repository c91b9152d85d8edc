package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/look"
)

var viewPages = []page{
	{Pattern: "GET /views", Handle: (*visit).views},
	{Pattern: "POST /views", Handle: (*visit).saveView},
	{Pattern: "POST /views/{id}", Handle: (*visit).changeView},
}

// A view is a saved address of the page of checks.
type view struct {
	Name     string
	Query    string
	Shared   bool
	Own      bool
	Modified moment `json:"last-modified-date"`
}

// Link is the page that the view shows. What users have saved of other pages'
// parameters is left out.
func (w view) Link() string {
	query, err := url.ParseQuery(w.Query)
	if err != nil {
		return "/checks"
	}
	return readChecksQuery(query).Link()
}

// mayShare tells whether whoever looks may have views that everybody sees.
func (v *visit) mayShare() bool { return v.who.IsAdmin() || v.who.Role == auth.RolePowerUser }

// A viewsMenu is the menu of saved views on the page of checks.
type viewsMenu struct {
	Views    []viewEntry
	Current  string // the name of the one shown; empty when it is none
	Query    string // what would be saved
	MayShare bool
}

type viewEntry struct {
	Name, Path      string
	Shared, Current bool
}

func newViewsMenu(v *visit, q checksQuery, views []thing[view]) viewsMenu {
	m := viewsMenu{Query: q.Text(), MayShare: v.mayShare()}
	here := q.Link()
	for _, w := range views {
		e := viewEntry{Name: w.Attributes.Name, Path: w.Attributes.Link(), Shared: w.Attributes.Shared}
		if e.Current = e.Path == here; e.Current {
			m.Current = e.Name
		}
		m.Views = append(m.Views, e)
	}
	return m
}

// viewsBody is what the page of saved views shows.
type viewsBody struct {
	Views    []viewForm
	MayShare bool
	New      *viewForm // one that was to be saved, and was refused
}

// A viewForm is the form of a saved view.
type viewForm struct {
	ID       string
	Name     string
	Query    string
	Shared   bool
	Path     string
	Chips    []chip // what it filters by
	By       string // how its checks are listed; empty for one by one
	Accounts string // which accounts it is about
	Modified moment
	May      bool // whoever looks may change it
	Fault    string
}

// viewForms are all views that whoever looks sees.
func (v *visit) viewsBody() (*viewsBody, error) {
	var (
		views     many[view]
		standards many[standardFacts]
		s         *scope
	)
	calls := []func() error{
		func() error { return v.get("/views", nil, &views) },
		func() (err error) { s, err = v.scope(); return err },
	}
	if v.who.CanReadSome() {
		calls = append(calls, func() error { return v.get("/compliance-standards", nil, &standards) })
	}
	if err := together(calls...); err != nil {
		return nil, err
	}
	b := &viewsBody{MayShare: v.mayShare()}
	for _, w := range views.Data {
		t := w.Attributes
		f := viewForm{ID: w.ID, Name: t.Name, Query: t.Query, Shared: t.Shared, Path: t.Link(), Modified: t.Modified, May: t.Own || v.who.IsAdmin()}
		if query, err := url.ParseQuery(t.Query); err == nil {
			q := readChecksQuery(query)
			s.Account, s.Group = q.Account, q.Group
			f.Chips, f.By, f.Accounts = q.chips(standards.Data), q.By, q.title(s)
		}
		b.Views = append(b.Views, f)
	}
	return b, nil
}

func viewsFrame(b *viewsBody) *look.Frame {
	return &look.Frame{Title: "Saved views", Section: "/checks", Crumbs: []look.Link{{Text: "Checks", Path: "/checks"}}, Body: b}
}

func (v *visit) views() error {
	b, err := v.viewsBody()
	if err != nil {
		return err
	}
	return v.show("views", viewsFrame(b))
}

// viewChange is the request to save or change a view.
func viewChange(attributes map[string]any) any {
	return map[string]any{"data": map[string]any{"type": "views", "attributes": attributes}}
}

// saveView saves the filters of a page of checks. An own view of the same name
// gets them in place of its own.
func (v *visit) saveView() error {
	text, err := v.formQuery()
	if err != nil {
		return err
	}
	q := readChecksQuery(text)
	name := strings.TrimSpace(v.field("name"))
	attributes := map[string]any{"name": name, "query": q.Text(), "shared": v.field("shared") != ""}
	var views many[view]
	if err := v.get("/views", nil, &views); err != nil {
		return err
	}
	i := slices.IndexFunc(views.Data, func(w thing[view]) bool { return w.Attributes.Own && strings.EqualFold(w.Attributes.Name, name) })
	if i >= 0 {
		err = v.send(http.MethodPatch, "/views/"+url.PathEscape(views.Data[i].ID), viewChange(attributes), nil)
	} else {
		err = v.send(http.MethodPost, "/views", viewChange(attributes), nil)
	}
	if no := refusal(err); no != nil {
		b, err := v.viewsBody()
		if err != nil {
			return err
		}
		b.New = &viewForm{Name: name, Query: q.Text(), Shared: v.field("shared") != "", Path: q.Link(), Fault: viewFault(no)}
		f := viewsFrame(b)
		f.Error = "The view was not saved."
		return v.showAs(no.Status, "views", f)
	}
	if err != nil {
		return err
	}
	if i >= 0 {
		return v.done(q.Link(), "The view "+name+" has these filters now.")
	}
	return v.done(q.Link(), "The view "+name+" is saved.")
}

// viewFault is what the API refused of a view, for the reader.
func viewFault(no *Failure) string {
	if no.Detail == "name is missing or empty" {
		return "Give the view a name."
	}
	return sentence(no.Detail)
}

// changeView renames, shares or deletes a view.
func (v *visit) changeView() error {
	id := v.param("id")
	path := "/views/" + url.PathEscape(id)
	name := strings.TrimSpace(v.field("name"))
	if v.field("do") == "delete" {
		if err := v.send(http.MethodDelete, path, nil, nil); err != nil {
			return err
		}
		return v.done("/views", "The view is deleted.")
	}
	attributes := map[string]any{"name": name}
	if v.mayShare() {
		attributes["shared"] = v.field("shared") != ""
	}
	err := v.send(http.MethodPatch, path, viewChange(attributes), nil)
	if no := refusal(err); no != nil {
		b, err := v.viewsBody()
		if err != nil {
			return err
		}
		for i := range b.Views {
			if b.Views[i].ID == id {
				b.Views[i].Name, b.Views[i].Shared, b.Views[i].Fault = name, v.field("shared") != "", viewFault(no)
			}
		}
		f := viewsFrame(b)
		f.Error = "The view was not changed."
		return v.showAs(no.Status, "views", f)
	}
	if err != nil {
		return err
	}
	return v.done("/views", "The view "+name+" is saved.")
}
