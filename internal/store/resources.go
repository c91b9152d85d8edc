package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"
)

// A Resource is one as it is kept.
type Resource struct {
	Account  int64
	ID       int64
	Type     string
	Region   string
	Resource string // its id
	ARN      string
	Name     string
	Tags     map[string]string
	Excluded []string // ids of the rules that exceptions keep from it
	Created  time.Time
	Modified time.Time
	Doc      []byte // JSON; nil where it was not asked for
}

// A ResourceFilter says which resources are wanted. Fields that are nil or
// zero do not count; the values of one are alternatives. Texts are in the form
// of conformity.Fold.
type ResourceFilter struct {
	Types    []string
	Regions  []string
	Tags     []string // as in CheckFilter
	TagParts []string
	Text     string // part of the id, the name or the ARN
	// Excluded chooses those that exceptions keep from at least one rule.
	Excluded bool
	// IDs are numbers of ResourceID.
	IDs []int64
}

func (f *ResourceFilter) where(w *where, accounts []int64) {
	oneOf(w, "account", accounts)
	oneOf(w, "id", f.IDs)
	oneOf(w, "type", f.Types)
	oneOf(w, "region", f.Regions)
	w.add(tagCondition(w, "tag_text", f.Tags, f.TagParts))
	if f.Text != "" {
		w.add("(" + w.folded("resource", f.Text) + " OR " + w.folded("name", f.Text) + " OR " + w.folded("arn", f.Text) + ")")
	}
	if f.Excluded {
		w.add("excluded <> ''")
	}
}

// CountResources counts the resources of accounts; of all for nil.
func (s *Store) CountResources(ctx context.Context, accounts []int64, f *ResourceFilter) (n int64, err error) {
	w := s.where()
	f.where(w, accounts)
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FROM resources WHERE "+w.String(), w.args...).Scan(&n)
	return n, err
}

// A ResourceCursor is a place in a list of resources: after this one.
type ResourceCursor struct {
	Account                int64
	Type, Region, Resource string
}

// A ResourcePage says which part of a list of resources is wanted, and whether
// with the documents.
type ResourcePage struct {
	After         *ResourceCursor // nil: from the first
	Offset, Limit int64
	Documents     bool
}

// Resources lists resources by account, type, region and id.
func (s *Store) Resources(ctx context.Context, accounts []int64, f *ResourceFilter, page ResourcePage) ([]Resource, error) {
	w := s.where()
	f.where(w, accounts)
	if c := page.After; c != nil {
		w.and("(account, type, region, resource) > (?, ?, ?, ?)", c.Account, c.Type, c.Region, c.Resource)
	}
	doc := "''"
	if page.Documents {
		doc = "doc"
	}
	rows, err := s.db.QueryContext(ctx, "SELECT account, id, type, region, resource, arn, name, tags, excluded, created, modified, "+doc+
		" FROM resources WHERE "+w.String()+" ORDER BY account, type, region, resource LIMIT "+w.next(page.Limit)+" OFFSET "+w.next(page.Offset), w.args...)
	return collect(rows, err, scanResource)
}

func scanResource(rows *sql.Rows) (Resource, error) {
	var (
		r                   Resource
		tags, excluded, doc string
		created, modified   int64
	)
	if err := rows.Scan(&r.Account, &r.ID, &r.Type, &r.Region, &r.Resource, &r.ARN, &r.Name, &tags, &excluded, &created, &modified, &doc); err != nil {
		return r, err
	}
	r.Created, r.Modified = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
	if excluded != "" {
		r.Excluded = strings.Split(excluded, ",")
	}
	if doc != "" {
		r.Doc = []byte(doc)
	}
	return r, json.Unmarshal([]byte(tags), &r.Tags)
}

// CountsOfResources sums the checks of each resource by status, risk and whether
// they are suppressed, in the order of the resources.
func (s *Store) CountsOfResources(ctx context.Context, list []Resource) ([][]Tally, error) {
	counts := make([][]Tally, len(list))
	if len(list) == 0 {
		return counts, nil
	}
	// The same resource may be in two accounts: it is pairs that are looked up.
	type pair [2]int64 // account and id
	at := make(map[pair]int, len(list))
	pairs := make([]pair, len(list))
	for i, r := range list {
		pairs[i] = pair{r.Account, r.ID}
		at[pairs[i]] = i
	}
	wanted := "(SELECT json_extract(value, '$[0]') AS account, json_extract(value, '$[1]') AS id FROM json_each($1)) p"
	if s.pool != nil {
		wanted = "(SELECT (value->>0)::bigint AS account, (value->>1)::bigint AS id FROM json_array_elements($1::json)) p"
	}
	// The pairs first: SQLite keeps to that order in a cross join.
	rows, err := s.db.QueryContext(ctx, "SELECT c.account, c.resource_id, c.status, c.risk, c.suppressed, count(*) FROM "+wanted+
		" CROSS JOIN checks c WHERE c.account = p.account AND c.resource_id = p.id GROUP BY c.account, c.resource_id, c.status, c.risk, c.suppressed"+
		" ORDER BY c.status, c.risk DESC, c.suppressed", array(pairs))
	_, err = collect(rows, err, func(rows *sql.Rows) (struct{}, error) {
		var (
			of pair
			t  Tally
		)
		err := rows.Scan(&of[0], &of[1], &t.Status, &t.Risk, &t.Suppressed, &t.N)
		t.Account = of[0]
		counts[at[of]] = append(counts[at[of]], t)
		return struct{}{}, err
	})
	return counts, err
}
