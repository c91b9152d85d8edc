package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
)

// A preparedResource has its keys.
type preparedResource struct {
	*Seen
	id, digest              int64
	tags, tagText, excluded string
}

// prepareResources sorts the resources by id; of two alike the last stays.
func prepareResources(m *Merge) ([]preparedResource, error) {
	list := make([]preparedResource, 0, len(m.Resources))
	for i := range m.Resources {
		r := &m.Resources[i]
		storable(&r.Region, &r.Resource, &r.ARN, &r.Name)
		tags, err := json.Marshal(r.Tags)
		if err != nil {
			return nil, err
		}
		excluded := strings.Join(slices.Sorted(slices.Values(r.Excluded)), ",")
		h := sha256.New()
		for _, text := range []string{r.ARN, r.Name, string(tags), excluded, string(r.Doc)} {
			write(h, text)
		}
		p := preparedResource{Seen: r, id: r.ID(), digest: sum(h), tags: string(tags), tagText: conformity.TagText(r.Tags), excluded: excluded}
		storable(&p.tagText)
		list = append(list, p)
	}
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b preparedResource) int { return cmp.Compare(a.id, b.id) })
	return slices.CompactFunc(list, func(a, b preparedResource) bool { return a.id == b.id }), nil
}

var resourceColumns = []string{
	"account", "id", "type", "region", "resource", "arn", "name", "tags", "tag_text", "excluded", "digest", "created", "modified", "doc",
}

// mergeResources brings the resources of an account to what a scan found. One
// that was not seen stays where its type could not be read.
func (tx *transaction) mergeResources(ctx context.Context, m *Merge, found []preparedResource, at int64) error {
	type existing struct {
		id, digest  int64
		typ, region string
	}
	rows, err := tx.QueryContext(ctx, "SELECT id, digest, type, region FROM resources WHERE account = $1 ORDER BY id", m.Account)
	old, err := collect(rows, err, func(rows *sql.Rows) (existing, error) {
		var e existing
		return e, rows.Scan(&e.id, &e.digest, &e.typ, &e.region)
	})
	if err != nil {
		return err
	}
	unread := gapsOf(m.Gaps)
	var created []*preparedResource
	var updated, removed [][]any
	for len(old) > 0 || len(found) > 0 {
		switch {
		case len(old) == 0 || len(found) > 0 && found[0].id < old[0].id:
			created = append(created, &found[0])
			found = found[1:]
		case len(found) == 0 || old[0].id < found[0].id:
			if unread.reason(old[0].typ, old[0].region) == "" {
				removed = append(removed, []any{m.Account, old[0].id})
			}
			old = old[1:]
		default:
			if r := &found[0]; r.digest != old[0].digest {
				updated = append(updated, []any{
					m.Account, r.id, r.ARN, r.Name, r.tags, r.tagText, r.excluded, r.digest, at, string(r.Doc),
				})
			}
			old, found = old[1:], found[1:]
		}
	}
	if err := tx.all(ctx, []step{
		{"DELETE FROM resources WHERE account = $1 AND id = $2", removed},
		{`UPDATE resources SET arn = $3, name = $4, tags = $5, tag_text = $6, excluded = $7, digest = $8, modified = $9, doc = $10
			WHERE account = $1 AND id = $2`, updated},
	}); err != nil {
		return err
	}
	return tx.insert(ctx, "resources", resourceColumns, len(created), func(i int) []any {
		r := created[i]
		return []any{
			m.Account, r.id, r.Type, r.Region, r.Resource, r.ARN, r.Name, r.tags, r.tagText, r.excluded, r.digest, at, at, string(r.Doc),
		}
	})
}
