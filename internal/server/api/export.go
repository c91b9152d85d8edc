package api

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

var exportRoutes = []Route{
	{
		Method: "GET", Path: "/checks/export", Tag: "Checks", Allow: ReadSome, Long: true,
		Query: slices.Concat([]Parameter{
			{Name: "accountIds", Help: "Ids of accounts, between commas; all stands for every account that you may read. Required"},
			{Name: "format", Help: "jsonl (the default): a check a line, as in GET /checks; or csv"},
		}, filterParameters),
		Summary: "Get all checks that meet a filter, as a stream",
		Notes: "Surety's own. The answer is application/x-ndjson or text/csv, however long, and takes as long as the client reads. " +
			"When something goes wrong on the way, the connection is cut before the end of the stream, which clients see as an error.",
		Handle: exportChecks,
	},
}

// exportChunk is how many checks are read from the database at once: what is in
// memory of an export.
const exportChunk = 1000

func exportChecks(c *Call) (any, error) {
	accounts, err := c.wantedAccounts()
	if err != nil {
		return nil, err
	}
	rules, err := c.ruleBook()
	if err != nil {
		return nil, err
	}
	f, err := c.queryFilter(rules)
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriter(c.Writer)
	var write func(Resource) error
	switch format := c.Query("format"); format {
	case "", "jsonl":
		encoder := json.NewEncoder(out)
		write = func(r Resource) error { return encoder.Encode(r) }
		c.Writer.Header().Set("Content-Type", "application/x-ndjson")
	case "csv":
		write = csvOf(out)
		c.Writer.Header().Set("Content-Type", "text/csv; charset=utf-8")
		c.Writer.Header().Set("Content-Disposition", `attachment; filename="checks.csv"`)
	default:
		return nil, Unprocessable("format is %q; use jsonl or csv", format)
	}
	view := c.checkView(rules, accounts)
	// What can go wrong at once is answered as usual.
	chunk, err := c.readChunk(accounts, f, nil)
	if err != nil {
		return nil, err
	}
	c.Writer.WriteHeader(http.StatusOK)
	if err := c.stream(out, chunk, accounts, f, view, write); err != nil {
		if !errors.Is(err, context.Canceled) && c.Request.Context().Err() == nil {
			c.Log.ErrorContext(c.Context(), "an export failed on the way", "error", err)
		}
		// The one way to tell a client that a stream is not whole.
		panic(http.ErrAbortHandler)
	}
	return Written, nil
}

// exportPatience is how long a client may take for one chunk, and the database.
const exportPatience = 5 * time.Minute

// readChunk reads a chunk after a place.
func (c *Call) readChunk(accounts []store.Account, f *store.CheckFilter, after *store.Cursor) ([]store.Check, error) {
	ctx, cancel := context.WithTimeout(c.Context(), exportPatience)
	defer cancel()
	return c.Store.ChecksAfter(ctx, numbersOf(accounts), f, after, exportChunk)
}

// stream writes chunk after chunk to the end.
func (c *Call) stream(out *bufio.Writer, chunk []store.Check, accounts []store.Account, f *store.CheckFilter, view *checkView, write func(Resource) error) error {
	connection := http.NewResponseController(c.Writer)
	for {
		// In a test there may be no connection that could be cut.
		_ = connection.SetWriteDeadline(time.Now().Add(exportPatience))
		for i := range chunk {
			r, err := view.resource(&chunk[i])
			if err != nil {
				return err
			}
			if err := write(r); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		if err := connection.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		if len(chunk) < exportChunk {
			return nil
		}
		last := &chunk[len(chunk)-1]
		// The accounts that are done need not be gone through again.
		for len(accounts) > 0 && accounts[0].Num != last.Account {
			accounts = accounts[1:]
		}
		var err error
		if chunk, err = c.readChunk(accounts, f, &store.Cursor{Account: last.Account, Rule: last.Rule, ID: last.ID}); err != nil {
			return err
		}
	}
}

// csvOf writes RFC 4180: a header before the first check, then one record each.
func csvOf(out *bufio.Writer) func(Resource) error {
	w := csv.NewWriter(out)
	w.UseCRLF = true
	// An error of the header is that of the first record, too.
	_ = w.Write([]string{
		"id", "account", "rule", "title", "status", "risk", "categories", "service", "region", "type", "resource", "message", "tags",
		"suppressed", "suppressed-until", "created", "status-since", "discovered", "resolved", "stale-since", "reason",
	})
	return func(r Resource) error {
		t := r.Attributes.(*checkAttributes)
		account, _ := r.Relationships["account"].(Relation)
		of, _ := account.Data.(Reference)
		rule, _ := r.Relationships["rule"].(Relation)
		by, _ := rule.Data.(Reference)
		suppressed := "false"
		if t.Suppressed {
			suppressed = "true"
		}
		reason := t.StaleReason
		if reason == "" {
			reason = t.UnknownReason
		}
		record := []string{
			r.ID, of.ID, by.ID, t.RuleTitle, t.Status, t.Risk, strings.Join(t.Categories, ";"), t.Service, t.Region, t.Descriptor, t.Resource,
			t.Message, strings.Join(t.Tags, ";"), suppressed, date(t.SuppressedUntil), date(t.Created), date(t.StatusSince),
			date(t.Discovered), date(t.Resolved), date(t.StaleSince), reason,
		}
		for i := range record {
			record[i] = inert(record[i])
		}
		if err := w.Write(record); err != nil {
			return err
		}
		w.Flush()
		return w.Error()
	}
}

// inert keeps a spreadsheet from running a name as a formula: it takes what
// begins with an apostrophe for text.
func inert(field string) string {
	if field != "" && strings.IndexByte("=+-@\t\r\n", field[0]) >= 0 {
		return "'" + field
	}
	return field
}

// date is a time of an answer for a person; empty where there is none.
func date(ms *int64) string {
	if ms == nil {
		return ""
	}
	return time.UnixMilli(*ms).UTC().Format(time.RFC3339)
}
