package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A CustomStandard is a compliance standard that users have written.
type CustomStandard struct {
	ID          string            `json:"-"`
	Name        string            `json:"name"`
	Version     string            `json:"version"`
	Description string            `json:"description"`
	Enabled     bool              `json:"isEnabled"`
	Type        string            `json:"type"` // DRAFT, PUBLISHED
	Controls    []StandardControl `json:"controls"`
	Modified    time.Time         `json:"-"`
}

// A StandardControl is what a custom standard asks for.
type StandardControl struct {
	ID         string           `json:"aid"` // as the standard writes it: "1.1.2"
	Title      string           `json:"title"`
	Headings   StandardHeadings `json:"headings"`
	AWSRules   []string         `json:"awsRules"`
	AzureRules []string         `json:"azureRules"`
	GCPRules   []string         `json:"gcpRules"`
}

// StandardHeadings are the titles above a control, the outermost first; those
// that it has not are empty.
type StandardHeadings struct {
	Level1 string `json:"level1,omitempty"`
	Level2 string `json:"level2,omitempty"`
	Level3 string `json:"level3,omitempty"`
}

func scanStandard(row interface{ Scan(...any) error }) (CustomStandard, error) {
	var (
		c        CustomStandard
		id, doc  string
		modified int64
	)
	if err := row.Scan(&id, &doc, &modified); err != nil {
		return c, notFound(err)
	}
	err := json.Unmarshal([]byte(doc), &c)
	c.ID, c.Modified = id, time.UnixMilli(modified).UTC()
	return c, err
}

// CustomStandards lists the custom standards by name.
func (s *Store) CustomStandards(ctx context.Context) ([]CustomStandard, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, doc, modified FROM custom_standards")
	list, err := collect(rows, err, func(rows *sql.Rows) (CustomStandard, error) { return scanStandard(rows) })
	slices.SortFunc(list, func(a, b CustomStandard) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Version, b.Version), strings.Compare(a.ID, b.ID))
	})
	return list, err
}

// CustomStandard finds a custom standard by its id.
func (s *Store) CustomStandard(ctx context.Context, id string) (CustomStandard, error) {
	return scanStandard(s.db.QueryRowContext(ctx, "SELECT id, doc, modified FROM custom_standards WHERE id = $1", id))
}

// PutCustomStandard makes a custom standard, or replaces the one that has its
// id, and fills in what the store gives it.
func (s *Store) PutCustomStandard(ctx context.Context, c *CustomStandard) error {
	c.ID = cmp.Or(c.ID, uuid.NewString())
	c.Modified = s.now().UTC().Truncate(time.Millisecond)
	doc, err := marshal(c)
	if err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, `INSERT INTO custom_standards (id, doc, modified) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, modified = excluded.modified`, c.ID, doc, millis(c.Modified))
	return err
}

// DeleteCustomStandard deletes a custom standard.
func (s *Store) DeleteCustomStandard(ctx context.Context, id string) error {
	return changed(s.db.ExecContext(ctx, "DELETE FROM custom_standards WHERE id = $1", id))
}
