package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

func (q *queue) Import(_ context.Context, id string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.imported = append(q.imported, id)
	return nil
}

func (q *queue) Jobs(_ context.Context, state string, limit int) ([]store.Job, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var list []store.Job
	for _, j := range q.jobs {
		if j.State == state && len(list) < limit {
			list = append(list, j)
		}
	}
	return list, nil
}

// find does something to a job that is there and not running.
func (q *queue) find(id int64, do func(i int)) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.IndexFunc(q.jobs, func(j store.Job) bool { return j.ID == id })
	switch {
	case i < 0:
		return store.ErrNotFound
	case q.jobs[i].State == store.JobRunning:
		return store.ErrRunning
	}
	do(i)
	return nil
}

func (q *queue) RetryJob(_ context.Context, id int64) error {
	return q.find(id, func(i int) { q.jobs[i].State = store.JobWaiting })
}

func (q *queue) DeleteJob(_ context.Context, id int64) error {
	return q.find(id, func(i int) { q.jobs = slices.Delete(q.jobs, i, i+1) })
}

func TestJobs(t *testing.T) {
	s := newServer(t)
	began := s.now.Add(-time.Minute)
	s.queue.jobs = []store.Job{
		{ID: 1, Kind: "scan", State: store.JobRunning, Account: s.account.Num, Reason: "manual", Attempt: 1, MaxAttempts: 4, Worker: "w1", Created: began, Due: began, Began: began},
		{ID: 2, Kind: "scan", State: store.JobDead, Account: s.other.Num, Attempt: 4, MaxAttempts: 4, Error: "the role cannot be assumed", ErrorAt: s.now},
		{ID: 3, Kind: "import", State: store.JobWaiting, Import: "i1"},
	}
	all := s.ok(admin, "GET", "/v1/jobs", "")
	if n := size(at(all, "data")); n != 3 {
		t.Fatalf("%d jobs are listed", n)
	}
	running := at(s.ok(admin, "GET", "/v1/jobs?state=running", ""), "data", 0)
	if at(running, "id") != "1" || at(running, "relationships", "account", "data", "id") != s.account.ID || at(running, "attributes", "worker") != "w1" {
		t.Errorf("the running job is %v", running)
	}
	dead := at(s.ok(admin, "GET", "/v1/jobs?state=dead,waiting&limit=1", ""), "data", 0, "attributes")
	if at(dead, "error") != "the role cannot be assumed" || at(dead, "attempt") != 4.0 || at(dead, "began-date") != nil {
		t.Errorf("the dead job is %v", dead)
	}
	if got := s.ok(admin, "POST", "/v1/jobs/2/retry", ""); at(got, "meta", "status") != "sent" || s.queue.jobs[1].State != store.JobWaiting {
		t.Errorf("after the retry: %v, %+v", got, s.queue.jobs[1])
	}
	if got := s.ok(admin, "DELETE", "/v1/jobs/2", ""); at(got, "meta", "status") != "deleted" || len(s.queue.jobs) != 2 {
		t.Errorf("after the deletion: %v, %+v", got, s.queue.jobs)
	}
	for call, status := range map[string]int{
		"POST /v1/jobs/1/retry": http.StatusConflict, "DELETE /v1/jobs/1": http.StatusConflict,
		"POST /v1/jobs/9/retry": http.StatusNotFound, "DELETE /v1/jobs/x": http.StatusNotFound,
		"GET /v1/jobs?state=lost": http.StatusUnprocessableEntity, "GET /v1/jobs?limit=0": http.StatusUnprocessableEntity,
	} {
		method, path, _ := strings.Cut(call, " ")
		s.do(admin, method, path, "").want(status)
	}
}

func TestScans(t *testing.T) {
	s := newServer(t)
	s.merge(s.account, []store.Found{{Rule: "S3-001", Service: "S3", Region: "us-east-1", Resource: "a", Type: "AWS::S3::Bucket", Status: store.Failure, Risk: 4, Message: "m"}})
	s.now = s.now.Add(time.Hour)
	id, err := s.store.BeginScan(t.Context(), s.account.Num, "w1", "manual", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.FailScan(t.Context(), s.account.Num, id, "the role cannot be assumed"); err != nil {
		t.Fatal(err)
	}
	scans := s.ok(reader, "GET", "/v1/accounts/"+s.account.ID+"/scans", "")
	if n := size(at(scans, "data")); n != 2 {
		t.Fatalf("%d scans are listed", n)
	}
	failed, merged := at(scans, "data", 0, "attributes"), at(scans, "data", 1, "attributes")
	if at(failed, "outcome") != "failed" || at(failed, "error") != "the role cannot be assumed" || at(failed, "worker") != "w1" {
		t.Errorf("the failed scan is %v", failed)
	}
	if at(merged, "outcome") != "complete" || at(merged, "counts", "failure") != 1.0 {
		t.Errorf("the merged scan is %v", merged)
	}
	if n := size(at(s.ok(reader, "GET", "/v1/accounts/"+s.account.ID+"/scans?limit=1", ""), "data")); n != 1 {
		t.Errorf("with a limit of 1 there are %d", n)
	}
}
