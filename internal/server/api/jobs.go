package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/store"
)

// jobRoutes are the calls on the work in the background.
var jobRoutes = []Route{
	{
		Method: "GET", Path: "/jobs", Tag: "Jobs", Allow: Admin,
		Summary: "List the work in the background", Response: listOf[jobAttributes]{},
		Notes: "Surety's own. The newest of each state first. What failed at its last attempt is dead: it stays for 30 days, and an account among it is scanned again when it is due.",
		Query: []Parameter{
			{Name: "state", Help: "states between commas: " + strings.Join(store.JobStates, ", ") + "; all of them otherwise"},
			{Name: "limit", Help: "how many of each state, 1 to 1000; 100 otherwise", Type: "integer"},
		},
		Handle: listJobs,
	},
	{
		Method: "POST", Path: "/jobs/{id}/retry", Tag: "Jobs", Allow: Admin,
		Summary: "Do a job now that waits or is dead", Response: Done{},
		Notes:  "Surety's own. A dead job is put into the queue anew, under another id. A running one is 409.",
		Handle: retryJob,
	},
	{
		Method: "DELETE", Path: "/jobs/{id}", Tag: "Jobs", Allow: Admin,
		Summary: "Take a job out of the queue", Response: Done{},
		Notes:  "Surety's own. A running job is 409. An account that is due is put into the queue again; pause it to keep it out.",
		Handle: deleteJob,
	},
}

// jobAttributes are what an answer says of a job.
type jobAttributes struct {
	Kind        string `json:"kind"`
	State       string `json:"state"`
	Reason      string `json:"reason,omitempty"`
	Attempt     int    `json:"attempt"`
	MaxAttempts int    `json:"max-attempts"`
	Worker      string `json:"worker,omitempty"`
	Created     *int64 `json:"created-date"`
	Due         *int64 `json:"due-date"`
	Began       *int64 `json:"began-date"`
	Ended       *int64 `json:"ended-date"`
	Error       string `json:"error,omitempty"`
	ErrorAt     *int64 `json:"error-date"`
}

// limit is the parameter that says how many things are wanted.
func (c *Call) limit() (int, error) {
	const otherwise, most = 100, 1000
	text := c.Query("limit")
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, Unprocessable("limit is %q; it is a number from 1 to %d", text, most)
	}
	return n, nil
}

func listJobs(c *Call) (any, error) {
	limit, err := c.limit()
	if err != nil {
		return nil, err
	}
	states := c.List("state")
	for _, s := range states {
		if !slices.Contains(store.JobStates, s) {
			return nil, Unprocessable("state is %q; use %s", s, strings.Join(store.JobStates, ", "))
		}
	}
	if len(states) == 0 {
		states = store.JobStates
	}
	accounts, err := c.Store.Accounts(c.Context())
	if err != nil {
		return nil, err
	}
	ids := map[int64]string{}
	for _, a := range accounts {
		ids[a.Num] = a.ID
	}
	data := []Resource{}
	for _, s := range states {
		jobs, err := c.Queue.Jobs(c.Context(), s, limit)
		if err != nil {
			return nil, err
		}
		for _, j := range jobs {
			data = append(data, jobResource(j, ids))
		}
	}
	return List{Data: data}, nil
}

// jobResource shows a job. ids are those of the accounts by their numbers.
func jobResource(j store.Job, ids map[int64]string) Resource {
	r := Resource{Type: "jobs", ID: strconv.FormatInt(j.ID, 10), Attributes: jobAttributes{
		Kind: j.Kind, State: j.State, Reason: j.Reason, Attempt: j.Attempt, MaxAttempts: j.MaxAttempts, Worker: j.Worker,
		Created: millis(j.Created), Due: millis(j.Due), Began: millis(j.Began), Ended: millis(j.Ended), Error: j.Error, ErrorAt: millis(j.ErrorAt),
	}}
	if id := ids[j.Account]; id != "" {
		r.Relationships = map[string]any{"account": to("accounts", id)}
	}
	if j.Import != "" {
		r.Relationships = map[string]any{"import": to("imports", j.Import)}
	}
	return r
}

// job does something to the job that the path names; event is what the audit
// log calls that.
func (c *Call) job(event string, do func(ctx context.Context, id int64) error) error {
	text := c.Param("id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err == nil {
		err = do(c.Context(), id)
	} else {
		err = store.ErrNotFound
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return NotFound("there is no job %s", text)
	case errors.Is(err, store.ErrRunning):
		return Errorf(http.StatusConflict, "job %s is running; wait until it has ended", text)
	}
	if err != nil {
		return err
	}
	return c.Record(event, 0, "job "+text)
}

func retryJob(c *Call) (any, error) {
	return done("sent"), c.job("job.retried", c.Queue.RetryJob)
}

func deleteJob(c *Call) (any, error) {
	return done("deleted"), c.job("job.deleted", c.Queue.DeleteJob)
}
