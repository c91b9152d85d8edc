package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/surety-cloud/surety/internal/server/look"
)

var jobPages = []page{
	{Pattern: "GET /jobs", Handle: (*visit).jobs},
	{Pattern: "POST /jobs/{id}/retry", Handle: (*visit).retryJob},
	{Pattern: "POST /jobs/{id}/delete", Handle: (*visit).deleteJob},
}

// A job is work in the background, as the API has it.
type job struct {
	Kind        string
	State       string
	Reason      string
	Attempt     int
	MaxAttempts int `json:"max-attempts"`
	Worker      string
	Created     moment `json:"created-date"`
	Due         moment `json:"due-date"`
	Began       moment `json:"began-date"`
	Ended       moment `json:"ended-date"`
	Error       string
	ErrorAt     moment `json:"error-date"`
}

// jobStates are the states of jobs, in the order of their tabs.
var jobStates = []struct{ Key, Text, Means string }{
	{"running", "Running", "Workers are doing these jobs now."},
	{"waiting", "Waiting", "These jobs begin when they are due and a worker is free."},
	{"retrying", "To be tried again", "These jobs failed, and are tried again when they are due."},
	{"dead", "Failed", "These jobs failed at their last attempt, and are not tried again by themselves. They are kept for 30 days so that you can see why. " +
		"Put the cause right, then try the job again or delete it. An account is scanned again when it is due, whatever became of the job."},
}

// jobsRead is how many jobs of a state are listed.
const jobsRead = 200

// jobKinds are what jobs do, in words.
var jobKinds = map[string]string{
	"scan": "Scan", "import": "Organisation import", "remove": "Remove what is left of deleted accounts", "prune": "Remove what has been kept for long enough",
}

// jobsBody is what the list of jobs shows.
type jobsBody struct {
	Tabs  []Tab
	State string
	Means string
	Rows  []jobRow
	Full  int // how many are listed, when there may be more; or 0
}

// A jobRow is a job in words.
type jobRow struct {
	job
	ID          string
	What        string
	Of, Path    string // the account or the import that it is about
	Said        string // the error in full
	Retry, Drop bool
}

func (v *visit) jobs() error {
	if !v.who.IsAdmin() {
		return &Failure{Status: http.StatusForbidden, Detail: "Only administrators see jobs."}
	}
	var (
		s       *scope
		imports many[importFacts]
		all     many[job]
	)
	if err := together(
		func() (err error) { s, err = v.scope(); return err },
		func() error { return v.get("/imports", nil, &imports) },
		func() error { return v.get("/jobs", url.Values{"limit": {strconv.Itoa(jobsRead)}}, &all) },
	); err != nil {
		return err
	}
	names := map[string]string{}
	for _, i := range imports.Data {
		names[i.ID] = i.Attributes.Name
	}
	b := &jobsBody{State: v.jobState()}
	counted := map[string]int{}
	for _, t := range all.Data {
		counted[t.Attributes.State]++
		if t.Attributes.State == b.State {
			b.Rows = append(b.Rows, newJobRow(t, s, names))
		}
	}
	for _, state := range jobStates {
		n := counted[state.Key]
		text := state.Text + " (" + strconv.Itoa(n) + ")"
		if n >= jobsRead {
			text = state.Text + " (" + strconv.Itoa(n) + " or more)"
		}
		b.Tabs = append(b.Tabs, Tab{Text: text, Path: jobsPath(state.Key), Current: state.Key == b.State})
		if state.Key == b.State {
			b.Means = state.Means
		}
	}
	if len(b.Rows) >= jobsRead {
		b.Full = jobsRead
	}
	return v.show("jobs", &look.Frame{Title: "Jobs", Section: "/jobs", Lead: "Work in the background that is not done yet, or could not be done.", Body: b})
}

// jobState is the state that is asked for; of one that there is not, running.
func (v *visit) jobState() string {
	given := v.query("state")
	for _, state := range jobStates {
		if state.Key == given {
			return given
		}
	}
	return jobStates[0].Key
}

func jobsPath(state string) string { return link("/jobs", url.Values{"state": {state}}) }

func newJobRow(t thing[job], s *scope, imports map[string]string) jobRow {
	r := jobRow{job: t.Attributes, ID: t.ID, What: jobKinds[t.Attributes.Kind], Said: sentence(t.Attributes.Error)}
	if r.What == "" {
		r.What = look.Words(r.Kind)
	}
	if id := t.to("account"); id != "" {
		r.Of, r.Path = s.Name(id), accountPath(id)
	}
	if id := t.to("import"); id != "" {
		r.Of, r.Path = imports[id], importPath(id)
		if r.Of == "" {
			r.Of, r.Path = "an import that was deleted", ""
		}
	}
	r.Retry, r.Drop = r.State != "running", r.State != "running"
	return r
}

func (v *visit) retryJob() error {
	return v.doJob(http.MethodPost, "/retry", "The job was put into the queue, and begins as soon as a worker is free.")
}

func (v *visit) deleteJob() error {
	return v.doJob(http.MethodDelete, "", "The job was taken out of the queue.")
}

// doJob makes a call on the job of the path, and goes back to the list.
func (v *visit) doJob(method, action, notice string) error {
	if err := v.send(method, "/jobs/"+url.PathEscape(v.param("id"))+action, nil, nil); err != nil {
		return err
	}
	return v.done(jobsPath(v.jobState()), notice)
}

// newestFirst sorts events.
func newestFirst(list []event) {
	slices.SortStableFunc(list, func(a, b event) int { return b.Time.Compare(a.Time.Time) })
}
