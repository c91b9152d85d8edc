package aws

import (
	"slices"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// collected reads the given types of moto's account in us-east-1, every
// property of them. A collector that is at odds with its own table, or a call
// that fails, fails the test.
func collected(t *testing.T, server *awstest.Server, types ...string) []*cloud.Resource {
	t.Helper()
	inv, stats := collectedIn(t, server, []string{"us-east-1"}, types...)
	for _, u := range inv.Unread {
		t.Errorf("%s is unread in %s: %s", u.Type, u.Region, u.Reason)
	}
	for _, f := range stats.Failures {
		t.Errorf("%s: %s (%v)", f.Action, f.Reason, f.Types)
	}
	for _, p := range inv.Problems {
		t.Error(p)
	}
	return inv.Resources
}

func collectedIn(t *testing.T, server *awstest.Server, regions []string, types ...string) (*cloud.Inventory, *Stats) {
	t.Helper()
	needs := rule.Reads{}
	for _, typ := range types {
		if _, ok := Supplies(typ); !ok {
			t.Fatalf("no collector emits %s", typ)
		}
		needs[typ] = map[string]bool{rule.Whole: true}
	}
	return Read(t.Context(), Options{
		Accounts: []Account{{Config: server.Config("us-east-1")}},
		Regions:  regions, Needs: needs, Now: time.Now(),
		Thorough: true, Attempts: 2, Backoff: time.Millisecond,
	})
}

// one is the resource of a type with that id or name.
func one(t *testing.T, resources []*cloud.Resource, typ, id string) *cloud.Resource {
	t.Helper()
	i := slices.IndexFunc(resources, func(r *cloud.Resource) bool {
		return r.Type == typ && (r.ID == id || r.Name == id)
	})
	if i < 0 {
		t.Fatalf("no %s %q was collected", typ, id)
	}
	return resources[i]
}
