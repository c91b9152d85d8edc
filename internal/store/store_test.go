package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/store"
	"github.com/surety-cloud/surety/internal/store/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// A clock is moved by the test.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// onBoth runs a test on a fresh database of each kind.
func onBoth(t *testing.T, test func(t *testing.T, s *store.Store, c *clock)) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			database := filepath.Join(t.TempDir(), "surety.db")
			if kind == "postgres" {
				database = pgtest.Prepared(t, prepare)
			}
			c := &clock{at: time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)}
			test(t, open(t, database, c), c)
		})
	}
}

// prepare makes the tables once; most tests begin with a copy.
func prepare(url string) error {
	s, err := store.Open(context.Background(), url, store.Options{})
	if err != nil {
		return err
	}
	return s.Close()
}

func open(t testing.TB, database string, c *clock) *store.Store {
	t.Helper()
	key, err := secretbox.LoadOrCreate(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), database, store.Options{Key: key, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func addAccount(t testing.TB, s *store.Store, number string) *store.Account {
	t.Helper()
	a := &store.Account{Name: "account " + number, Environment: "test", AWSID: number, ExternalID: "secret", Tags: []string{"pci"}}
	if err := s.AddAccount(context.Background(), a); err != nil {
		t.Fatal(err)
	}
	return a
}

// scan merges a scan of an account.
func scan(t testing.TB, s *store.Store, m store.Merge) map[string]int64 {
	t.Helper()
	ctx := context.Background()
	id, err := s.BeginScan(ctx, m.Account, "worker", "manual", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	m.ScanID = id
	if m.Rules == nil {
		m.Rules = map[string]string{"S3-001": "AWS::S3::Bucket", "EC2-001": "AWS::EC2::SecurityGroup"}
	}
	m.Outcome = store.Complete
	m.Categories = func(string) []string { return []string{"security"} }
	counts, err := s.Merge(ctx, &m)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

func bucket(name string, status store.Status) store.Found {
	return store.Found{Rule: "S3-001", Service: "S3", Region: "us-east-1", Resource: name, Type: "AWS::S3::Bucket", Status: status, Risk: 4, Message: fmt.Sprintf("bucket %s", name)}
}
