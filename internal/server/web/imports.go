package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/look"
)

var importPages = []page{
	{Pattern: "GET /imports", Handle: (*visit).imports},
	{Pattern: "GET /imports/new", Handle: (*visit).newImport},
	{Pattern: "POST /imports/new", Handle: (*visit).addImport},
	{Pattern: "GET /imports/{id}", Handle: (*visit).organisationImport},
	{Pattern: "POST /imports/{id}", Handle: (*visit).changeImport},
	{Pattern: "POST /imports/{id}/run", Handle: (*visit).runImport},
	{Pattern: "POST /imports/{id}/delete", Handle: (*visit).deleteImport},
}

// importFacts are what the API says of an organisation import.
type importFacts struct {
	Name        string
	RoleARN     string
	RoleName    string
	Environment string
	Tags        []string
	Exclude     []string
	Accounts    int    // that it keeps
	Created     moment `json:"created-date"`
	NextRun     moment `json:"next-run-date"`
	LastRun     moment `json:"last-run-date"`
	Failure     string
}

// State is how its last run went: waiting, failed or done.
func (i importFacts) State() string {
	switch {
	case i.LastRun.IsZero():
		return "waiting"
	case i.Failure != "":
		return "failed"
	}
	return "done"
}

// Reason is why the last run failed.
func (i importFacts) Reason() string { return sentence(i.Failure) }

// Due tells whether the next run may begin.
func (i importFacts) Due(now time.Time) bool { return !i.NextRun.After(now) }

func importPath(id string) string { return "/imports/" + url.PathEscape(id) }

// importsBody is what the list of imports shows.
type importsBody struct {
	Imports []thing[importFacts]
}

// errImportsAdmin is for those who are no administrators.
func errImportsAdmin() error {
	return &Failure{Status: http.StatusForbidden, Detail: "Only administrators see organisation imports."}
}

func (v *visit) imports() error {
	if !v.who.IsAdmin() {
		return errImportsAdmin()
	}
	var answer many[importFacts]
	if err := v.get("/imports", nil, &answer); err != nil {
		return err
	}
	return v.show("imports", &look.Frame{
		Title: "Organisation imports", Section: "/imports", Lead: "They add the accounts of an AWS organisation, and keep them in step with it.",
		Body: &importsBody{Imports: answer.Data},
	})
}

// importBody is what the page of an import shows, and that of a new one.
type importBody struct {
	ID, Path string // empty for a new one
	Import   importFacts
	Form     importForm
	Did      []event // the accounts that it has added and deleted lately
	Faults   faults
}

// An importForm is an import as it is typed. The API does not tell an external
// id: an empty one stays as it is, unless it is to be taken away.
type importForm struct {
	Name, RoleARN, External, RoleName, Environment, Tags, Exclude string
	NoExternal                                                    bool
}

func (b *importBody) frame() *look.Frame {
	f := &look.Frame{Title: "Import an organisation", Section: "/imports", Crumbs: []look.Link{{Text: "Imports", Path: "/imports"}}, Body: b}
	if b.ID != "" {
		f.Title = b.Import.Name
	}
	return f
}

func (v *visit) newImport() error {
	if !v.who.IsAdmin() {
		return errImportsAdmin()
	}
	b := &importBody{Form: importForm{RoleName: "SuretyReadOnly", Environment: "Production"}, Faults: faults{}}
	return v.show("import", b.frame())
}

// take puts in what was sent.
func (b *importBody) take(v *visit) {
	text := func(name string) string { return strings.TrimSpace(v.field(name)) }
	b.Form = importForm{
		Name: text("name"), RoleARN: text("role"), External: text("external"), RoleName: text("rolename"), Environment: text("environment"),
		Tags: v.field("tags"), Exclude: v.field("exclude"), NoExternal: v.field("noexternal") != "",
	}
}

// request is the form as the API takes it.
func (f *importForm) request() any {
	m := map[string]any{
		"name": f.Name, "roleArn": f.RoleARN, "roleName": f.RoleName, "environment": f.Environment, "tags": tagList(f.Tags), "exclude": accountNumbers(f.Exclude),
	}
	if f.External != "" || f.NoExternal {
		m["externalId"] = f.External
	}
	return newAttributes(m)
}

// accountNumbers reads numbers of AWS accounts, between spaces, commas or lines.
func accountNumbers(text string) []string {
	return append([]string{}, strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;\t\r\n", r) })...)
}

func (v *visit) addImport() error {
	if !v.who.IsAdmin() {
		return errImportsAdmin()
	}
	b := &importBody{Faults: faults{}}
	b.take(v)
	var answer one[importFacts]
	if err := v.send(http.MethodPost, "/imports", b.Form.request(), &answer); err != nil {
		return v.importRefused(err, b)
	}
	return v.done(importPath(answer.Data.ID), b.Form.Name+" was made, and runs now.")
}

func (v *visit) importRefused(err error, b *importBody) error {
	no := refusal(err)
	if no == nil {
		return err
	}
	b.Faults.add(no, map[string]string{
		"name": "name", "roleArn": "role", "externalId": "external", "roleName": "rolename", "environment": "environment", "tags": "tags", "exclude": "exclude",
	})
	return v.showFaults(no.Status, "import", b.frame(), b.Faults)
}

// readImport reads the import of the path.
func (v *visit) readImport() (*importBody, error) {
	if !v.who.IsAdmin() {
		return nil, errImportsAdmin()
	}
	b := &importBody{Path: importPath(v.param("id")), Faults: faults{}}
	var answer one[importFacts]
	if err := v.get(b.Path, nil, &answer); err != nil {
		return nil, err
	}
	i := answer.Data.Attributes
	b.ID, b.Import = answer.Data.ID, i
	b.Form = importForm{
		Name: i.Name, RoleARN: i.RoleARN, RoleName: i.RoleName, Environment: i.Environment, Tags: strings.Join(i.Tags, ", "), Exclude: strings.Join(i.Exclude, "\n"),
	}
	return b, v.readDeeds(b)
}

// How many events of a kind are looked at for what an import did, and how many
// of those found are shown.
const (
	deedsRead  = "100"
	deedsShown = 20
)

// readDeeds reads which accounts the import has added and deleted, from the
// audit log.
func (v *visit) readDeeds(b *importBody) error {
	var added, deleted many[event]
	if err := together(
		func() error {
			return v.get("/events", url.Values{"filter[name]": {"account.created"}, "aws": {"false"}, "page[size]": {deedsRead}}, &added)
		},
		func() error {
			return v.get("/events", url.Values{"filter[name]": {"account.deleted"}, "aws": {"false"}, "page[size]": {deedsRead}}, &deleted)
		},
	); err != nil {
		return err
	}
	for _, e := range append(added.Data, deleted.Data...) {
		if e.Attributes.UserID == "" && e.Attributes.Identity == "organisation import "+b.Import.Name {
			b.Did = append(b.Did, e.Attributes)
		}
	}
	newestFirst(b.Did)
	b.Did = b.Did[:min(len(b.Did), deedsShown)]
	return nil
}

func (v *visit) organisationImport() error {
	b, err := v.readImport()
	if err != nil {
		return err
	}
	return v.show("import", b.frame())
}

func (v *visit) changeImport() error {
	b, err := v.readImport()
	if err != nil {
		return err
	}
	b.take(v)
	if err := v.send(http.MethodPatch, b.Path, b.Form.request(), nil); err != nil {
		return v.importRefused(err, b)
	}
	return v.done(b.Path, b.Form.Name+" was saved, and runs now.")
}

func (v *visit) runImport() error {
	b, err := v.readImport()
	if err != nil {
		return err
	}
	if err := v.send(http.MethodPost, b.Path+"/run", nil, nil); err != nil {
		return v.importRefused(err, b)
	}
	return v.done(b.Path, b.Import.Name+" runs now. Look again in a moment.")
}

func (v *visit) deleteImport() error {
	b, err := v.readImport()
	if err != nil {
		return err
	}
	if err := v.send(http.MethodDelete, b.Path, nil, nil); err != nil {
		return v.importRefused(err, b)
	}
	return v.done("/imports", b.Import.Name+" was deleted. The accounts that it has added stay.")
}
