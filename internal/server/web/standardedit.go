package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/server/look"
)

// outlineExample is where a new standard begins.
const outlineExample = `# Data
## At rest
1.1 | Data at rest is encrypted | EBS-001, RDS-004
## In public
1.2 | Nothing is public by accident | S3-001, RDS-008

# People
2.1 | Passwords are long and not used again | IAM-006, IAM-012
2.2 | Incidents are rehearsed twice a year
`

// standardForm is what the form of a custom standard holds.
type standardForm struct {
	ID                                  string
	Name, Version, Description, Outline string
	Enabled, Published                  bool
	// Locked says that an outline cannot hold the standard's controls: they
	// stay as they are.
	Locked bool
	Copied string // the title of the standard that it is made from
	Faults faults
}

func (f *standardForm) frame() *look.Frame {
	frame := &look.Frame{Title: "New standard", Section: "/standards", Crumbs: []look.Link{{Text: "Standards", Path: "/standards"}}, Body: f}
	if f.ID != "" {
		frame.Title = "Edit " + f.Name
		frame.Crumbs = append(frame.Crumbs, look.Link{Text: f.Name, Path: "/standards/" + url.PathEscape(f.ID)})
	}
	return frame
}

// onlyAdmin refuses those who may not change what belongs to the organisation.
func (v *visit) onlyAdmin() error {
	if v.who.IsAdmin() {
		return nil
	}
	return &Failure{Status: http.StatusForbidden, Detail: "Only administrators may do this."}
}

// newStandard begins a custom standard: with an example, or with the controls of
// the standard that copy names.
func (v *visit) newStandard() error {
	if err := v.onlyAdmin(); err != nil {
		return err
	}
	f := &standardForm{Enabled: true, Outline: outlineExample, Faults: faults{}}
	if id := v.query("copy"); id != "" {
		var answer one[struct {
			Title, Version string
			Controls       []controlOutcomeRules
		}]
		if err := v.get("/compliance-standards/"+url.PathEscape(id), nil, &answer); err != nil {
			return err
		}
		t := answer.Data.Attributes
		f.Copied = strings.TrimSpace(t.Title + " " + t.Version)
		f.Name, f.Version = t.Title+" (ours)", t.Version
		var controls []customControl
		for _, c := range t.Controls {
			controls = append(controls, c.custom())
		}
		f.Outline = writeOutline(controls)
	}
	return v.show("standard-edit", f.frame())
}

// controlOutcomeRules is a control as GET /compliance-standards/{id} has it.
type controlOutcomeRules struct {
	ID, Title string
	Headings  []struct{ ID, Title string }
	Rules     []string
}

// custom makes a control of a custom standard of it.
func (c controlOutcomeRules) custom() customControl {
	own := customControl{ID: c.ID, Title: oneLine(c.Title), AWS: c.Rules}
	for i, level := range own.Headings.levels() {
		if i < len(c.Headings) {
			*level = oneLine(c.Headings[i].ID + " " + c.Headings[i].Title)
		}
	}
	return own
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// readOwnStandard reads the custom standard that the path names.
func (v *visit) readOwnStandard() (*customStandard, error) {
	if err := v.onlyAdmin(); err != nil {
		return nil, err
	}
	var answer struct{ Data customStandard }
	err := v.get("/compliance-standards/custom/"+url.PathEscape(v.param("id")), nil, &answer)
	return &answer.Data, err
}

func (v *visit) editStandard() error {
	s, err := v.readOwnStandard()
	if err != nil {
		return err
	}
	if !s.Draft() {
		return &Failure{Status: http.StatusUnprocessableEntity, Detail: s.Name + " is published, so that it cannot be changed. Copy it to make a new version."}
	}
	return v.show("standard-edit", s.form().frame())
}

// form is the form of a standard that there is.
func (s *customStandard) form() *standardForm {
	f := &standardForm{
		ID: s.ID, Name: s.Name, Version: s.Version, Description: s.Description, Outline: writeOutline(s.Controls), Enabled: s.Enabled, Published: !s.Draft(), Faults: faults{},
	}
	again, _, err := readOutline(f.Outline)
	f.Locked = err != nil || !slices.EqualFunc(s.Controls, again, customControl.same)
	return f
}

// same tells whether two controls say the same.
func (c customControl) same(d customControl) bool {
	return c.ID == d.ID && c.Title == d.Title && c.Headings == d.Headings && slices.Equal(c.AWS, d.AWS) && slices.Equal(c.Azure, d.Azure) && slices.Equal(c.GCP, d.GCP)
}

func (v *visit) addStandard() error {
	if err := v.onlyAdmin(); err != nil {
		return err
	}
	return v.saveStandard(http.MethodPost, "/compliance-standards/custom", &standardForm{})
}

func (v *visit) changeStandard() error {
	s, err := v.readOwnStandard()
	if err != nil {
		return err
	}
	return v.saveStandard(http.MethodPatch, "/compliance-standards/custom/"+url.PathEscape(s.ID), s.form())
}

// saveStandard sends the form to the API.
func (v *visit) saveStandard(method, path string, f *standardForm) error {
	f.Name, f.Version, f.Description = v.field("name"), v.field("version"), v.field("description")
	f.Enabled, f.Published, f.Faults = v.field("enabled") != "", v.field("type") == "PUBLISHED", faults{}
	typ := "DRAFT"
	if f.Published {
		typ = "PUBLISHED"
	}
	data := map[string]any{"name": f.Name, "version": f.Version, "description": f.Description, "isEnabled": f.Enabled, "type": typ}
	var lines []int
	if !f.Locked {
		f.Outline = v.field("outline")
		controls, at, err := readOutline(f.Outline)
		var fault *outlineFault
		if errors.As(err, &fault) {
			f.Faults["outline"] = fault.Error()
			return v.showFaults(http.StatusUnprocessableEntity, "standard-edit", f.frame(), f.Faults)
		}
		data["controls"], lines = controls, at
	}
	var answer struct{ Data customStandard }
	if err := v.send(method, path, map[string]any{"data": data}, &answer); err != nil {
		no := refusal(err)
		if no == nil {
			return err
		}
		f.Faults[standardField(no.Detail)] = outlineRefused(no.Detail, lines)
		return v.showFaults(no.Status, "standard-edit", f.frame(), f.Faults)
	}
	return v.done("/standards/"+url.PathEscape(answer.Data.ID), answer.Data.Name+" was saved.")
}

// standardField is the field that a refusal is about: it begins with the
// member's name.
func standardField(detail string) string {
	for prefix, field := range map[string]string{"data.name": "name", "data.version": "version", "data.description": "description", "data.controls": "outline"} {
		if strings.HasPrefix(detail, prefix) {
			return field
		}
	}
	return ""
}

// showOrHideStandard sets whether a standard is shown to others than
// administrators.
func (v *visit) showOrHideStandard() error {
	s, err := v.readOwnStandard()
	if err != nil {
		return err
	}
	enabled := v.field("enabled") == "true"
	body := map[string]any{"data": map[string]any{"isEnabled": enabled}}
	if err := v.send(http.MethodPatch, "/compliance-standards/custom/"+url.PathEscape(s.ID), body, nil); err != nil {
		return err
	}
	said := s.Name + " is hidden from all but administrators."
	if enabled {
		said = s.Name + " is shown to everybody."
	}
	return v.done("/standards/"+url.PathEscape(s.ID), said)
}

func (v *visit) deleteStandard() error {
	s, err := v.readOwnStandard()
	if err != nil {
		return err
	}
	if err := v.send(http.MethodDelete, "/compliance-standards/custom/"+url.PathEscape(s.ID), nil, nil); err != nil {
		return err
	}
	return v.done("/standards", s.Name+" was deleted.")
}
