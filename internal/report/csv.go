package report

import (
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/engine"
)

// writeCSV writes RFC 4180: a header, then one record a check.
func writeCSV(w io.Writer, r *Report) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	header := []string{
		"rule", "title", "status", "risk", "categories",
		"type", "id", "arn", "name", "account", "region", "tags",
		"file", "line", "message", "missing", "suppressed", "until",
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, c := range r.all() {
		record := csvRecord(c)
		for i := range record {
			record[i] = Inert(plainLines(record[i]))
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvRecord(c *engine.Check) []string {
	var tags []string
	for _, key := range slices.Sorted(maps.Keys(c.Resource.Tags)) {
		tags = append(tags, key+"="+c.Resource.Tags[key])
	}
	file, line := place(c)
	number := ""
	if line > 0 {
		number = strconv.Itoa(line)
	}
	reason, end := "", ""
	if c.Suppressed != nil {
		reason, end = c.Suppressed.Reason, until(c.Suppressed)
	}
	return []string{
		c.Rule.ID, c.Rule.Title, string(c.Verdict), string(c.Risk), strings.Join(c.Rule.Categories, ";"),
		c.Resource.Type, c.Resource.ID, c.Resource.ARN, c.Resource.Name,
		c.Resource.Account, c.Resource.Region, strings.Join(tags, ";"),
		file, number, c.Message, strings.Join(c.Missing, "; "), reason, end,
	}
}

// Inert keeps a spreadsheet from running a field as a formula: one that begins
// with a sign that starts a formula, or with a control character that is skipped
// before it, gets an apostrophe before it, which spreadsheets take for "this is
// text".
func Inert(field string) string {
	if field != "" && strings.IndexByte("=+-@\t\r\n", field[0]) >= 0 {
		return "'" + field
	}
	return field
}
