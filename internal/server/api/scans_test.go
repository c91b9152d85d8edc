package api_test

import (
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

func TestLatestScans(t *testing.T) {
	s := newServer(t)
	for range 2 {
		for _, a := range []store.Account{s.account, s.other} {
			s.now = s.now.Add(time.Minute)
			s.merge(a, []store.Found{bucketCheck("a", store.Failure)})
		}
	}
	body := s.ok(admin, "GET", "/v1/scans?limit=3", "")
	for i, want := range []string{s.other.ID, s.account.ID, s.other.ID} {
		if got := at(body, "data", i, "relationships", "account", "data", "id"); got != want {
			t.Errorf("scan %d is of %v, not of %s", i, got, want)
		}
	}
	if size(body["data"]) != 3 || at(body, "data", 0, "attributes", "outcome") != "complete" || at(body, "data", 0, "attributes", "counts", "failure") != 1.0 {
		t.Errorf("the scans are %v", body)
	}
	// A user sees those of the accounts that they may read.
	if body := s.ok(reader, "GET", "/v1/scans", ""); size(body["data"]) != 2 || at(body, "data", 0, "relationships", "account", "data", "id") != s.account.ID {
		t.Errorf("the scans of one account are %v", body)
	}
	if body := s.ok(admin, "GET", "/v1/scans?accountIds="+s.other.ID, ""); size(body["data"]) != 2 {
		t.Errorf("the scans of another are %v", body)
	}
	s.do(admin, "GET", "/v1/scans?limit=0", "").want(422)
	s.do(reader, "GET", "/v1/scans?accountIds="+s.other.ID, "").want(403)

	// What cannot be read is in the list of accounts.
	id, err := s.store.BeginScan(t.Context(), s.account.Num, "w", "manual", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.FailScan(t.Context(), s.account.Num, id, "the role cannot be assumed"); err != nil {
		t.Fatal(err)
	}
	accounts := s.ok(reader, "GET", "/v1/accounts", "")
	if at(accounts, "data", 0, "attributes", "failure") != "the role cannot be assumed" || at(accounts, "data", 0, "attributes", "failed-since-date") != float64(s.now.UnixMilli()) {
		t.Errorf("the account is %v", accounts)
	}
}
