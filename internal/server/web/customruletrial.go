package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// trialForm is on what a rule is tried, and what came of it.
type trialForm struct {
	On       string // account or document
	Account  string
	Resource string // the one resource; empty for all of the type
	Document string // as JSON
	Ran      bool
	Results  []thing[trialCheck] // the first of them, those that fail before the others
	Counts   struct{ Fail, Unknown, Pass, NotApplicable int }
	Judged   int
	Total    int64
	More     int // results that are not shown

	Seen *seenDocument
}

// maxTrialRows is how many resources of a trial are shown.
const maxTrialRows = 100

// A trialCheck is what a rule that is tried says of one resource.
type trialCheck struct {
	Region     string
	Status     string
	Message    string
	Resource   string
	Link       string
	Missing    []string
	Conditions []trialCondition
}

// Name is how the resource is called.
func (c trialCheck) Name() string {
	if c.Resource == "" {
		return "the document"
	}
	return c.Resource
}

type trialCondition struct {
	Member   string
	Fact     string
	Path     string
	Operator string
	Value    json.RawMessage
	Status   string
}

// Text is the condition in one line.
func (c trialCondition) Text() string {
	return cut(strings.Join(strings.Fields(c.Fact+" "+c.Path+" "+c.Operator+" "+string(c.Value)), " "), 200)
}

// Said says what became of it.
func (c trialCondition) Said() string {
	switch c.Status {
	case "SUCCESS":
		return "met"
	case "FAILURE":
		return "not met"
	}
	return "unknown"
}

func (t *trialForm) take(v *visit) {
	t.On, t.Account, t.Resource, t.Document = v.field("on"), v.field("account"), strings.TrimSpace(v.field("resource")), v.field("document")
	if t.On != "document" {
		t.On = "account"
	}
}

// validateCustomRule has the API read the rule: it is tried on nothing.
func (v *visit) validateCustomRule(f *customRuleForm, rule map[string]any) error {
	var answer trialAnswer
	if err := v.call(http.MethodPost, "/custom-rules/run", nil, map[string]any{"configuration": rule, "resource": map[string]any{}}, &answer); err != nil {
		return v.customRuleRefused(err, f)
	}
	f.Valid, f.Warning = true, sentence(answer.Meta.Warning)
	return v.showCustomRule(http.StatusOK, f)
}

// trialAnswer is what POST /custom-rules/run answers.
type trialAnswer struct {
	Data []thing[trialCheck]
	Meta struct {
		NotApplicable int `json:"notApplicable"`
		Resources     int
		Total         int64
		Warning       string
	}
}

// tryCustomRule runs the rule, and shows what it says of each resource.
func (v *visit) tryCustomRule(f *customRuleForm, rule map[string]any) error {
	body, query := map[string]any{"configuration": rule}, url.Values{"explain": {"true"}}
	switch t := &f.Trial; {
	case t.On == "document":
		var document map[string]any
		if why := notJSON(t.Document); why != "" {
			f.Faults["document"] = strings.Replace(why, "a list, [ … ]", "an object, { … }", 1)
		} else if json.Unmarshal([]byte(t.Document), &document) != nil || document == nil {
			f.Faults["document"] = "This has to be an object, { … }, as the documents of resources are."
		}
		if f.Faults["document"] != "" {
			return v.showCustomRule(http.StatusUnprocessableEntity, f)
		}
		body["resource"] = document
	case t.Account == "":
		f.Faults["account"] = "Choose the account whose resources are to be judged."
		return v.showCustomRule(http.StatusUnprocessableEntity, f)
	default:
		query.Set("accountId", t.Account)
		if t.Resource != "" {
			rule["resourceId"] = t.Resource
		}
	}
	var answer trialAnswer
	if err := v.call(http.MethodPost, "/custom-rules/run", query, body, &answer); err != nil {
		return v.trialRefused(err, f)
	}
	f.Trial.show(&answer)
	f.Warning = sentence(answer.Meta.Warning)
	return v.showCustomRule(http.StatusOK, f)
}

// trialRefused shows what the API refused of a trial. What it does not find is
// the resource.
func (v *visit) trialRefused(err error, f *customRuleForm) error {
	var no *Failure
	if errors.As(err, &no) && no.Status == http.StatusNotFound {
		f.Faults["resource"] = sentence(no.Detail)
		return v.showCustomRule(http.StatusUnprocessableEntity, f)
	}
	if errors.As(err, &no) && strings.HasPrefix(no.Detail, "configuration: ") {
		f.Faults["type"] = sentence(strings.TrimPrefix(no.Detail, "configuration: "))
		return v.showCustomRule(no.Status, f)
	}
	return v.customRuleRefused(err, f)
}

// show takes what came of a trial.
func (t *trialForm) show(answer *trialAnswer) {
	rank := map[string]int{"FAILURE": 0, "UNKNOWN": 1}
	order := func(c thing[trialCheck]) int {
		if n, ok := rank[c.Attributes.Status]; ok {
			return n
		}
		return len(rank)
	}
	t.Ran, t.Judged, t.Total, t.Results = true, answer.Meta.Resources, answer.Meta.Total, answer.Data
	slices.SortStableFunc(t.Results, func(a, b thing[trialCheck]) int { return cmp.Compare(order(a), order(b)) })
	t.Counts.NotApplicable = answer.Meta.NotApplicable
	for _, c := range t.Results {
		switch c.Attributes.Status {
		case "FAILURE":
			t.Counts.Fail++
		case "UNKNOWN":
			t.Counts.Unknown++
		default:
			t.Counts.Pass++
		}
	}
	// What conditions say is long: a page shows so much of it.
	const mostConditions = 300
	shown := 0
	for i := range t.Results {
		c := &t.Results[i].Attributes
		c.Missing = c.Missing[:min(len(c.Missing), 5)]
		if shown += len(c.Conditions); shown > mostConditions {
			c.Conditions = nil
		}
	}
	if t.More = len(t.Results) - maxTrialRows; t.More > 0 {
		t.Results = t.Results[:maxTrialRows]
	}
}

// A seenDocument is what conditions see of a resource.
type seenDocument struct {
	Name  string
	Text  string
	Cut   bool // the text is not all of it
	Paths []seenPath
	More  int // paths that are not shown
}

// A seenPath is a path of an attribute with its value.
type seenPath struct{ Path, Value string }

// Bounds of what is shown of a document.
const (
	maxSeenText  = 40 << 10
	maxSeenPaths = 250
)

// lookAtDocument shows the document of a resource of the account and the type.
func (v *visit) lookAtDocument(f *customRuleForm) error {
	if f.Trial.Account == "" {
		f.Faults["account"] = "Choose the account whose resource is to be shown."
	}
	if f.ResourceType == "" {
		f.Faults["type"] = "Say the type of the resource that is to be shown."
	}
	if len(f.Faults) > 0 {
		return v.showCustomRule(http.StatusUnprocessableEntity, f)
	}
	q := url.Values{"accountIds": {f.Trial.Account}, "filter[types]": {f.ResourceType}, "include": {"document"}, "page[size]": {"1"}}
	if f.Trial.Resource != "" {
		q.Set("filter[text]", f.Trial.Resource)
		q.Set("page[size]", "10") // what has the text in its name is found, too
	}
	var answer many[struct {
		Resource string
		Document map[string]any
	}]
	if err := v.get("/resources", q, &answer); err != nil {
		return v.trialRefused(err, f)
	}
	if len(answer.Data) == 0 {
		f.Faults["resource"] = fmt.Sprintf("The last scan of the account found no %s", f.ResourceType)
		if f.Trial.Resource != "" {
			f.Faults["resource"] += " with this in its id"
		}
		f.Faults["resource"] += "."
		return v.showCustomRule(http.StatusUnprocessableEntity, f)
	}
	i := max(0, slices.IndexFunc(answer.Data, func(r thing[struct {
		Resource string
		Document map[string]any
	}]) bool {
		return r.Attributes.Resource == f.Trial.Resource
	}))
	f.Trial.Seen = seen(answer.Data[i].Attributes.Resource, answer.Data[i].Attributes.Document)
	return v.showCustomRule(http.StatusOK, f)
}

// seen makes a document ready to be shown.
func seen(name string, document map[string]any) *seenDocument {
	s := &seenDocument{Name: name}
	if text, err := json.MarshalIndent(document, "", "  "); err == nil {
		s.Text = string(text)
	}
	if s.Cut = len(s.Text) > maxSeenText; s.Cut {
		s.Text = strings.ToValidUTF8(s.Text[:maxSeenText], "")
	}
	s.walk("", document)
	if s.More = len(s.Paths) - maxSeenPaths; s.More > 0 {
		s.Paths = s.Paths[:maxSeenPaths]
	}
	return s
}
