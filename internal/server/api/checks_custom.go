package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/store"
)

// newChecks is the request to push checks: data is one, or an array.
type newChecks struct {
	Data json.RawMessage `json:"data"`
}

// A newCheck is one check as a user pushes it.
type newCheck struct {
	Type          string           `json:"type"`
	Attributes    pushedAttributes `json:"attributes"`
	Relationships struct {
		Account newRelation `json:"account"`
		Rule    newRelation `json:"rule"`
	} `json:"relationships"`
}

type newRelation struct {
	Data Reference `json:"data"`
}

// pushedAttributes are what a user says of a check.
type pushedAttributes struct {
	Message        string            `json:"message"`
	Region         string            `json:"region"`
	Resource       string            `json:"resource"`
	Risk           string            `json:"risk-level"`
	Status         string            `json:"status"`
	Service        string            `json:"service"`
	Title          string            `json:"rule-title"`
	Categories     []string          `json:"categories"`
	NotScored      bool              `json:"not-scored"`
	Tags           []string          `json:"tags"`
	ResolutionPage string            `json:"resolution-page-url"`
	ExtraData      []json.RawMessage `json:"extradata"`
}

// The bounds of a check that is pushed, in characters but for the numbers of
// tags. Those of tags and extra data are Cloud Conformity's.
const (
	maxPushedTags  = 20
	maxPushedTag   = 50
	maxExtraWord   = 20
	maxExtraValue  = 150
	maxExtra       = 100
	maxPushedText  = 10_000
	maxPushedID    = 2048
	defaultTitle   = "Custom Rule"
	maxPushedTitle = 255
)

var (
	pushedRegion  = regexp.MustCompile(`^[A-Za-z0-9-]{1,50}$`)
	pushedService = regexp.MustCompile(`^[\p{L}\p{N} _.-]{1,50}$`)
)

// pushed checks what a user says of a check. Errors name the member by its name
// in attributes.
func (t *pushedAttributes) pushed() (store.Pushed, error) {
	p := store.Pushed{
		Found: store.Found{
			Service: t.Service, Region: t.Region, Resource: t.Resource, Message: t.Message, NotScored: t.NotScored, Origin: store.ByUser,
		},
		Title: strings.TrimSpace(t.Title), Categories: t.Categories, Tags: t.Tags,
	}
	for _, required := range []struct{ name, value string }{
		{"message", t.Message}, {"region", t.Region}, {"risk-level", t.Risk}, {"status", t.Status}, {"service", t.Service},
	} {
		if strings.TrimSpace(required.value) == "" {
			return p, member(required.name, "is missing")
		}
	}
	if p.Title == "" {
		p.Title = defaultTitle
	}
	switch {
	case !pushedRegion.MatchString(t.Region):
		return p, member("region", "is %q; it is a region such as us-east-1, or global", t.Region)
	case !pushedService.MatchString(t.Service):
		return p, member("service", "is %q; it is a service's key such as S3", t.Service)
	}
	risk, err := conformity.ParseRiskLevel(t.Risk)
	if err != nil {
		return p, member("risk-level", "is wrong: %v", err)
	}
	p.Risk = risk.Level()
	switch p.Status = statusNumber(strings.ToUpper(t.Status)); p.Status {
	case store.Success, store.Failure:
	default:
		return p, member("status", "is %q; use %s or %s", t.Status, conformity.StatusSuccess, conformity.StatusFailure)
	}
	for _, text := range []struct {
		name, value string
		most        int
	}{{"message", t.Message, maxPushedText}, {"resource", t.Resource, maxPushedID}, {"rule-title", p.Title, maxPushedTitle}} {
		if n := utf8.RuneCountInString(text.value); n > text.most {
			return p, member(text.name, "has %d characters; at most %d are possible", n, text.most)
		}
	}
	if strings.ContainsFunc(t.Resource, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return p, member("resource", "holds a control character")
	}
	if err := t.checkLists(); err != nil {
		return p, err
	}
	extra := ownExtra{Categories: t.Categories, Tags: t.Tags, ResolutionPage: t.ResolutionPage}
	if t.ExtraData != nil {
		if extra.ExtraData, err = json.Marshal(t.ExtraData); err != nil {
			return p, err
		}
	}
	data, err := json.Marshal(extra)
	p.Extra = string(data)
	return p, err
}

// checkLists checks categories, tags, the page and the extra data.
func (t *pushedAttributes) checkLists() error {
	for _, c := range t.Categories {
		if !slices.Contains(rule.Categories, c) {
			return member("categories", "has %q; use %s", c, strings.Join(rule.Categories, ", "))
		}
	}
	if len(t.Tags) > maxPushedTags {
		return member("tags", "has %d tags; at most %d are possible", len(t.Tags), maxPushedTags)
	}
	for _, tag := range t.Tags {
		if n := utf8.RuneCountInString(tag); n > maxPushedTag {
			return member("tags", "has a tag of %d characters; up to %d are possible: key::value", n, maxPushedTag)
		}
	}
	if page := t.ResolutionPage; page != "" {
		address, err := url.Parse(page)
		if err != nil || address.Scheme != "https" && address.Scheme != "http" || address.Host == "" || len(page) > maxPushedID {
			return member("resolution-page-url", "is no address of a page; it begins with https://")
		}
	}
	if len(t.ExtraData) > maxExtra {
		return member("extradata", "has %d entries; at most %d are possible", len(t.ExtraData), maxExtra)
	}
	for i, raw := range t.ExtraData {
		if err := checkExtra(fmt.Sprintf("extradata/%d", i), raw); err != nil {
			return err
		}
	}
	return nil
}

func checkExtra(name string, raw json.RawMessage) error {
	var entry struct {
		Label, Name, Type string
		Value             json.RawMessage
	}
	if err := json.Unmarshal(raw, &entry); err != nil {
		return member(name, "is not of the form {label, name, type, value}")
	}
	for part, word := range map[string]string{"label": entry.Label, "name": entry.Name, "type": entry.Type} {
		if n := utf8.RuneCountInString(word); n == 0 || n > maxExtraWord {
			return member(name+"/"+part, "has %d characters; it has 1 to %d", n, maxExtraWord)
		}
	}
	var v any
	if len(entry.Value) == 0 || json.Unmarshal(entry.Value, &v) != nil {
		return member(name+"/value", "is missing")
	}
	size := 0
	switch v := v.(type) {
	case string:
		size = utf8.RuneCountInString(v)
	case float64:
		size = len(entry.Value)
	}
	if size > maxExtraValue {
		return member(name+"/value", "has %d characters; at most %d are possible", size, maxExtraValue)
	}
	return nil
}

// member is the error about a member of attributes.
func member(name, format string, args ...any) *Error {
	e := Unprocessable("%s %s", strings.ReplaceAll(name, "/", "."), fmt.Sprintf(format, args...))
	e.Source = "/data/attributes/" + name
	return e
}

// readChecks reads one check or an array of them.
func (body *newChecks) readChecks() ([]newCheck, bool, error) {
	var one newCheck
	var many []newCheck
	data := bytes.TrimSpace(body.Data)
	switch {
	case len(data) == 0 || string(data) == "null":
		return nil, false, BadRequest("data is missing: a check, or an array of checks")
	case data[0] == '[':
		err := parse(data, &many)
		return many, true, err
	}
	err := parse(data, &one)
	return []newCheck{one}, false, err
}
