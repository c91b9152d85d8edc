package engine

import (
	"fmt"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// Bounds of one join over one template. A small file in which thousands of
// resources name thousands of others, each with each, would take hours: where
// the pairs of a join are more than maxPairs in all, those resources that have
// more than alwaysJoined of them are not judged. What one resource gets does
// not hang on when it is looked at.
const (
	maxPairs     = 1_000_000
	alwaysJoined = 100
)

type pairsKey struct {
	world, own, join string
}

type pairs struct {
	once  sync.Once
	count int
}

// beyond tells whether a join of r is beyond the bounds; the row stands for
// what it would give.
func (ix *index) beyond(j rule.Join, key typeKey, r *cloud.Resource) (row rule.Joined, beyond bool) {
	if !r.Template {
		return rule.Joined{}, false // an account is what its owner made of it
	}
	n := ix.candidates(j, key, r)
	if n <= alwaysJoined || ix.pairs(j, key, r.Type) <= maxPairs {
		return rule.Joined{}, false
	}
	return rule.Joined{Unresolved: &cloud.Unresolved{
		Reason: fmt.Sprintf("the template joins more than a million pairs of resources of type %s and %s, too many to compare, %d of them with this resource", r.Type, j.Type, n),
		Many:   true,
	}}, true
}

// pairs counts what a join gives for all resources of a type in a world.
func (ix *index) pairs(j rule.Join, key typeKey, own string) int {
	k := pairsKey{key.world, own, j.Type + " " + strings.Join(j.Keys, ",") + "=" + strings.Join(j.Own, ",")}
	ix.mu.Lock()
	p := ix.counts[k]
	if p == nil {
		p = &pairs{}
		ix.counts[k] = p
	}
	ix.mu.Unlock()
	p.once.Do(func() {
		for _, e := range ix.byType[typeKey{key.world, own}] {
			p.count += ix.candidates(j, key, e.Resource)
		}
	})
	return p.count
}

// candidates counts the resources that a join looks at for r.
func (ix *index) candidates(j rule.Join, key typeKey, r *cloud.Resource) int {
	n := 0
	count := func(value any) {
		for _, path := range j.Keys {
			n += len(ix.table(key, path).rows[value])
		}
	}
	for _, own := range j.Own {
		valuesAt(r.Properties, own, func(v any) {
			if _, unresolved := v.(*cloud.Unresolved); !unresolved {
				count(ix.canonical(r.World, v))
			}
		})
		if r.Template && identifies(r, own) {
			count(reference(r.ID))
		}
	}
	return n
}
