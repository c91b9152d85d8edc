package bot

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/store"
)

// TestRead has accounts read by a function in place of AWS: the SDK's
// environment would be refused at once.
func TestRead(t *testing.T) {
	for name, value := range environment("http://127.0.0.1:1") {
		t.Setenv(name, value)
	}
	s := openStore(t, filepath.Join(t.TempDir(), "surety.db"), filepath.Join(t.TempDir(), "key"))
	t.Cleanup(func() { s.Close() })
	rules, err := library()
	if err != nil {
		t.Fatal(err)
	}
	known := store.Account{Name: "known", AWSID: "111122223333"}
	other := store.Account{Name: "other", AWSID: "444455556666"}
	for _, a := range []*store.Account{&known, &other} {
		if err := s.AddAccount(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	i := store.Import{Name: "Group", RoleName: "SuretyReadOnly", Environment: "Production"}
	if err := s.AddImport(t.Context(), &i); err != nil {
		t.Fatal(err)
	}
	const queue = "AWS::SQS::Queue"
	read := func(_ context.Context, a *store.Account) (*Reading, error) {
		if a.AWSID != known.AWSID {
			return nil, errors.New("only one account is known")
		}
		inv := &cloud.Inventory{
			Resources: []*cloud.Resource{{Type: queue, ID: "q", Account: a.AWSID, World: a.AWSID, Region: "us-east-1", Properties: map[string]any{}}},
			Given:     aws.Given(&aws.Options{}),
		}
		return &Reading{Inventory: inv, Stats: &aws.Stats{Regions: []string{"us-east-1"}, Calls: 3}, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, nil
	}
	b, err := New(t.Context(), Options{Store: s, Library: rules, Workers: 1, Read: read, poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	var imported store.Import
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not all was done: %+v, %+v, %+v", known, other, imported)
		}
		if known, err = s.AccountByNum(t.Context(), known.Num); err != nil {
			t.Fatal(err)
		}
		if other, err = s.AccountByNum(t.Context(), other.Num); err != nil {
			t.Fatal(err)
		}
		if imported, err = s.Import(t.Context(), i.ID); err != nil {
			t.Fatal(err)
		}
		if !known.LastScan.IsZero() && other.Failure != "" && imported.Failure != "" {
			break
		}
	}
	if other.Failure != "only one account is known" || !other.LastScan.IsZero() {
		t.Errorf("the account that cannot be read is %+v", other)
	}
	if !strings.Contains(imported.Failure, "no organisation can be imported") {
		t.Errorf("the import says %q", imported.Failure)
	}
	checks, err := s.CountChecks(t.Context(), []int64{known.Num}, &store.CheckFilter{})
	if err != nil || checks[known.Num] == 0 {
		t.Errorf("the checks are %v, %v", checks, err)
	}
	scans, err := s.Scans(t.Context(), known.Num, 1)
	if err != nil || len(scans) != 1 || scans[0].Outcome != store.Complete || scans[0].Counts["calls"] != 3 {
		t.Errorf("the scans are %+v, %v", scans, err)
	}
}
