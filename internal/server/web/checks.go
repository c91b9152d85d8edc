package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/server/look"
)

var checkPages = []page{
	{Pattern: "GET /checks", Handle: (*visit).checks},
}

// A check is one as pages show it.
type check struct {
	Region          string
	Status          string
	Risk            string `json:"risk-level"`
	Message         string
	Service         string
	Resource        string
	ResourceName    string
	Descriptor      string `json:"descriptorType"`
	RuleTitle       string `json:"rule-title"`
	Page            string `json:"resolution-page-url"`
	Categories      []string
	Tags            []string
	Suppressed      bool
	SuppressedUntil moment `json:"suppressed-until"`
	StatusSince     moment `json:"status-since"`
	StaleSince      moment `json:"stale-since"`
	StaleReason     string `json:"stale-reason"`
	UnknownReason   string `json:"unknown-reason"`
}

// Shown is the status as the badge has it.
func (c check) Shown() string {
	if c.Suppressed {
		return "SUPPRESSED"
	}
	return c.Status
}

// checksPerPage is how many checks a page lists.
const checksPerPage = 50

// checksBody is what the list of checks shows.
type checksBody struct {
	Scope  *scope
	Checks []thing[check]
	Total  int64
	Pager  pager
}

func (v *visit) checks() error {
	s, err := v.scope()
	if err != nil {
		return err
	}
	number := max(1, v.number("page"))
	q := url.Values{"accountIds": {strings.Join(s.IDs(), ",")}, "page[size]": {strconv.Itoa(checksPerPage)}, "page[number]": {strconv.Itoa(number - 1)}}
	for name, values := range v.r.URL.Query() {
		if strings.HasPrefix(name, "filter[") && values[0] != "" {
			q.Set(name, strings.Join(values, ","))
		}
	}
	var answer many[check]
	if len(s.IDs()) > 0 {
		if err := v.get("/checks", q, &answer); err != nil {
			return err
		}
	}
	return v.show("checks", &look.Frame{
		Title: "Checks", Section: "/checks", Lead: s.Title(),
		Body: &checksBody{Scope: s, Checks: answer.Data, Total: answer.Meta.Total, Pager: v.pager(number, answer.Meta.Total, checksPerPage)},
	})
}
