package api

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/fix"
	"github.com/surety-cloud/surety/internal/source/template"
)

// templateFixRoutes are the calls that correct templates.
var templateFixRoutes = []Route{{
	Method: "POST", Path: "/template-scanner/fix", Tag: "Template scanner", Allow: Anyone, Large: true,
	Summary: "Correct a template", Request: templateFixRequest{}, Response: oneOf[templateFix]{},
	Notes: "Surety's own. It takes what /template-scanner/scan takes, but no plan of Terraform, and gives the template with what fails corrected, as surety fix template does: " +
		"comments, order and layout stay, each correction is proven (with it the rule passes, and nothing fails that did not fail before), and what a parameter or variable sets is left alone. " +
		"skipped names the failing checks that could not be corrected, each with the reason. rules are the ids of those to correct; all when absent. " +
		"name stands for the file in the diff.",
	Handle: fixTemplate,
}}

// templateFixRequest is the request to correct a template.
type templateFixRequest struct {
	Data struct {
		Attributes struct {
			templateGiven
			Rules []string `json:"rules"`
			Name  string   `json:"name"`
		} `json:"attributes"`
	} `json:"data"`
}

// templateFix is a template with what fails corrected.
type templateFix struct {
	Contents  string           `json:"contents"`
	Diff      string           `json:"diff"` // unified; empty when nothing was corrected
	Corrected []templateChange `json:"corrected"`
	Skipped   []templateSkip   `json:"skipped"`
	Warnings  []string         `json:"warnings,omitempty"`
}

// A templateChange is a property that was corrected.
type templateChange struct {
	Rule     string `json:"rule"`
	Resource string `json:"resource"`
	Property string `json:"property"`
	Line     int    `json:"line,omitempty"` // in the template as it was sent
	Note     string `json:"note,omitempty"`
}

// A templateSkip is a failing check that could not be corrected.
type templateSkip struct {
	Rule     string `json:"rule"`
	Resource string `json:"resource"`
	Line     int    `json:"line,omitempty"`
	Reason   string `json:"reason"`
}

// maxFileName bounds the name of a template, in characters.
const maxFileName = 255

func fixTemplate(c *Call) (any, error) {
	release, err := c.templatePlace()
	if err != nil {
		return nil, err
	}
	defer release()
	var body templateFixRequest
	if err := c.Read(&body); err != nil {
		return nil, err
	}
	given := body.Data.Attributes
	if err := given.check(); err != nil {
		return nil, err
	}
	form := template.FormOf([]byte(given.Contents))
	if form == template.Plan {
		return nil, Unprocessable("contents is a %s, which is made by Terraform; send the configuration that it was made of", form)
	}
	name, err := fileName(given.Name, form)
	if err != nil {
		return nil, err
	}
	for _, id := range given.Rules {
		if _, err := c.Library.Rule(id); err != nil {
			return nil, Unprocessable("rules: %v", err)
		}
	}
	judging, warnings, err := c.templateOptions(given.AccountID, given.ProfileID)
	if err != nil {
		return nil, err
	}
	work := correction{contents: []byte(given.Contents), reading: given.reading(), judging: judging, rules: given.Rules}
	r, err := withTemplate(c, work.do)
	if err != nil {
		return nil, err
	}
	if r.unread != nil {
		return nil, unreadTemplate(r.unread)
	}
	for _, p := range r.problems {
		warnings = append(warnings, p.Error())
	}
	return oneOf[templateFix]{Data: resourceOf[templateFix]{Type: "template-fixes", ID: name, Attributes: newTemplateFix(given.Contents, name, r.file, warnings)}}, nil
}

// fileName is the name that a diff has for a template.
func fileName(given string, form template.Form) (string, error) {
	switch {
	case given == "" && form == template.Configuration:
		return "template.tf", nil
	case given == "":
		return "template", nil
	case utf8.RuneCountInString(given) > maxFileName || strings.ContainsFunc(given, unicode.IsControl):
		return "", Unprocessable("name has at most %d characters, and none that cannot be seen", maxFileName)
	}
	return given, nil
}

// newTemplateFix is what the answer says of a corrected file.
func newTemplateFix(contents, name string, file *fix.File, warnings []string) templateFix {
	out := templateFix{Contents: contents, Corrected: []templateChange{}, Skipped: []templateSkip{}, Warnings: warnings}
	if file == nil {
		return out
	}
	file.Path = name
	out.Contents, out.Diff = string(file.After), fix.Diff(*file)
	for _, ch := range file.Changes {
		out.Corrected = append(out.Corrected, templateChange(ch))
	}
	for _, s := range file.Skipped {
		out.Skipped = append(out.Skipped, templateSkip(s))
	}
	return out
}

// A correction is a template to correct.
type correction struct {
	contents []byte
	reading  template.Options
	judging  engine.Options
	rules    []string
}

// A corrected template; file is nil when nothing fails that has a correction.
type corrected struct {
	file     *fix.File
	problems []cloud.Problem
	unread   []cloud.Problem // why the template could not be read
}

func (w *correction) do(ctx context.Context) (out corrected, err error) {
	read := func(text []byte) *cloud.Inventory { return template.ReadText(textName, text, w.reading) }
	if inv := read(w.contents); inv.Failed() {
		return corrected{unread: inv.Problems}, nil
	}
	files, problems, err := fix.Repair(ctx, fix.Options{
		Engine: w.judging, Rules: w.rules,
		Read: func(ctx context.Context, _ []string, changed map[string][]byte) (*cloud.Inventory, error) {
			if text, ok := changed[textName]; ok {
				return read(text), ctx.Err()
			}
			return read(w.contents), ctx.Err()
		},
		ReadFile: func(string) ([]byte, error) { return w.contents, nil },
	})
	out.problems = problems
	if err == nil && len(files) > 0 {
		out.file = &files[0]
	}
	return out, err
}
