package web_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/store"
)

// A notedQueue has jobs, and notes what it was asked.
type notedQueue struct {
	queue
	jobs  map[string][]store.Job
	asked []string
	ids   []int64
}

func (q *notedQueue) Import(_ context.Context, id string) error {
	q.asked = append(q.asked, "import "+id)
	return nil
}

func (q *notedQueue) Jobs(_ context.Context, state string, _ int) ([]store.Job, error) {
	return q.jobs[state], nil
}

func (q *notedQueue) RetryJob(_ context.Context, id int64) error {
	q.ids = append(q.ids, id)
	return nil
}

func (q *notedQueue) DeleteJob(_ context.Context, id int64) error {
	q.ids = append(q.ids, -id)
	return nil
}

func TestImports(t *testing.T) {
	s := newSite(t)
	q := &notedQueue{queue: queue{s}}
	s.remake(api.AccessCheck{}, q)
	for _, path := range []string{"/imports", "/imports/new"} {
		s.get(powerUser, path).want(403)
	}
	s.get(admin, "/imports").want(200, "No organisation is imported")
	form := url.Values{
		"name": {"Main <org>"}, "role": {"arn:aws:iam::111122223333:role/Lister"}, "external": {"s3cret"}, "rolename": {"SuretyReadOnly"},
		"environment": {"Production"}, "tags": {"org"}, "exclude": {"123456789012\n210987654321, "},
	}
	for field, bad := range map[string]string{"name": "", "role": "x", "external": "a b", "rolename": "a b", "environment": "", "tags": "%", "exclude": "12"} {
		wrong := url.Values{}
		for k, values := range form {
			wrong[k] = values
		}
		wrong.Set(field, bad)
		s.post(admin, "/imports/new", wrong).want(422, `id="`+field+`-fault"`)
	}
	s.post(powerUser, "/imports/new", form).want(403)
	path := s.post(admin, "/imports/new", form).Location
	id, _ := strings.CutPrefix(path, "/imports/")
	stored := func() store.Import {
		i, err := s.store.Import(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	if i := stored(); i.ExternalID != "s3cret" || !slices.Equal(i.Exclude, []string{"123456789012", "210987654321"}) || !slices.Equal(q.asked, []string{"import " + id}) {
		t.Errorf("stored %+v; asked %v", i, q.asked)
	}
	s.get(admin, path).want(200, "Main &lt;org&gt;", "Has not run yet", "added and deleted no account").lacks("s3cret", "<org>")

	// An external id that is not given stays, until it is taken away.
	form.Set("external", "")
	s.post(admin, path, form).wantRedirect(path)
	if got := stored().ExternalID; got != "s3cret" {
		t.Errorf("the external id is %q", got)
	}
	form.Set("noexternal", "true")
	s.post(admin, path, form).wantRedirect(path)
	if got := stored().ExternalID; got != "" {
		t.Errorf("the external id is %q", got)
	}

	if err := s.store.ImportRan(t.Context(), id, "not allowed", s.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for _, e := range []store.Event{
		{Name: "account.created", Account: s.account.Num, Identity: "organisation import Main <org>", Description: "account one was added"},
		{Name: "account.created", Account: s.account.Num, Identity: "organisation import Main <org>", UserID: "u-1", Description: "account two was added"},
	} {
		if err := s.store.AddEvent(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
	}
	s.get(admin, "/imports").want(200, "Failed", "Not allowed.")
	s.get(admin, path).want(200, "The last run failed", "account one was added").lacks("account two")
	s.post(admin, path+"/run", nil).wantRedirect(path)
	s.post(writer, path+"/run", nil).want(403)
	s.post(writer, path+"/delete", nil).want(403)
	s.post(admin, path+"/delete", nil).wantRedirect("/imports")
	s.get(admin, path).want(404)
}

func TestJobs(t *testing.T) {
	s := newSite(t)
	q := &notedQueue{queue: queue{s}, jobs: map[string][]store.Job{
		store.JobRunning: {{ID: 5, Kind: "scan", State: store.JobRunning, Account: s.account.Num, Attempt: 1, MaxAttempts: 5, Worker: "worker-1", Began: s.now}},
		store.JobDead: {
			{ID: 7, Kind: "scan", State: store.JobDead, Account: s.other.Num, Attempt: 5, MaxAttempts: 5, Error: "broken <b>", Ended: s.now},
			{ID: 8, Kind: "import", State: store.JobDead, Import: "gone", Attempt: 5, MaxAttempts: 5},
		},
	}}
	s.remake(api.AccessCheck{}, q)
	s.get(powerUser, "/jobs").want(403)
	s.get(admin, "/jobs").want(200, "Running (1)", "Failed (2)", "payments", "worker-1").lacks("<form", "web (")
	s.get(admin, "/jobs?state=retrying").want(200, "Nothing is to be tried again")
	s.get(admin, "/jobs?state=dead").want(200, "kept for 30 days", "/accounts/"+s.other.ID, "Broken &lt;b&gt;.", "an import that was deleted", "/jobs/7/retry?state=dead")
	s.post(admin, "/jobs/7/retry?state=dead", nil).wantRedirect("/jobs?state=dead")
	s.post(admin, "/jobs/8/delete?state=dead", nil).wantRedirect("/jobs?state=dead")
	if !slices.Equal(q.ids, []int64{7, -8}) {
		t.Errorf("done to %v", q.ids)
	}
	s.post(powerUser, "/jobs/7/retry?state=dead", nil).want(403)
	s.post(admin, "/jobs/x/retry", nil).want(404)
}
