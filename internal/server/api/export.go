package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

var exportRoutes = []Route{
	{
		Method: "GET", Path: "/checks/export", Tag: "Checks", Allow: ReadSome, Long: true,
		Query: slices.Concat([]Parameter{
			{Name: "accountIds", Help: "Ids of accounts, between commas; all stands for every account that you may read. Required"},
			{Name: "format", Help: "jsonl (the default): a check a line, as in GET /checks; json: one document; csv; or xlsx"},
		}, filterParameters),
		Summary: "Get all checks that meet a filter, as a stream",
		Notes: "Surety's own. The answer is application/x-ndjson, application/vnd.api+json, text/csv or a workbook of Excel, under the name of a file, and takes as long as the client reads. " +
			"However long it is, it is sent as it is read; only a workbook is made first, and holds 3,145,725 checks at most, with texts of up to 32,767 characters, which is what Excel takes. " +
			"When something goes wrong on the way, the connection is cut before the end of the stream, which clients see as an error.",
		Handle: exportChecks,
	},
}

// exportChunk is how many checks are read from the database at once: what is in
// memory of an export.
const exportChunk = 1000

// An export is one download of checks.
type export struct {
	*Call
	accounts []store.Account
	filter   *store.CheckFilter
	view     *checkView
}

// A streamed format writes each check as it is read.
type streamed struct {
	contentType string
	// begin writes what comes first, and gives what writes a check, and what
	// comes last.
	begin func(out *bufio.Writer) (write func(*Resource) error, end func() error)
}

var streamedFormats = map[string]streamed{
	"jsonl": {"application/x-ndjson", linesOf},
	"json":  {mediaType, documentOf},
	"csv":   {"text/csv; charset=utf-8", csvOf},
}

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
	e := &export{c, accounts, f, c.checkView(rules, accounts)}
	name := c.Query("format")
	if name == "" {
		name = "jsonl"
	}
	if name == "xlsx" {
		return e.workbook()
	}
	format, ok := streamedFormats[name]
	if !ok {
		return nil, Unprocessable("format is %q; use jsonl, json, csv or xlsx", name)
	}
	return e.stream(name, format)
}

// exportPatience is how long a client may take for one chunk, and the database.
const exportPatience = 5 * time.Minute

// head says what the answer is, and that it is to be kept under a name.
func (e *export) head(contentType, ending string) {
	e.Writer.Header().Set("Content-Type", contentType)
	e.Writer.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "checks."+ending))
	e.Writer.WriteHeader(http.StatusOK)
}

// cut ends an answer on the way, for which there is but one sign to a client
// that a stream is not whole.
func (e *export) cut(err error) {
	if !errors.Is(err, context.Canceled) && e.Request.Context().Err() == nil {
		e.Log.ErrorContext(e.Context(), "an export failed on the way", "error", err)
	}
	panic(http.ErrAbortHandler)
}

// stream writes chunk after chunk to the end.
func (e *export) stream(name string, format streamed) (any, error) {
	// What can go wrong at once is answered as usual.
	chunk, err := e.chunk(nil)
	if err != nil {
		return nil, err
	}
	e.head(format.contentType, name)
	out := bufio.NewWriter(patient{e.Call})
	write, end := format.begin(out)
	err = e.each(chunk, write, func() error {
		if err := out.Flush(); err != nil {
			return err
		}
		if err := http.NewResponseController(e.Writer).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		return nil
	})
	if err = errors.Join(err, end(), out.Flush()); err != nil {
		e.cut(err)
	}
	return Written, nil
}

// A patient writer gives the client exportPatience for each part.
type patient struct{ *Call }

func (p patient) Write(data []byte) (int, error) {
	// In a test there may be no connection that could be cut.
	_ = http.NewResponseController(p.Writer).SetWriteDeadline(time.Now().Add(exportPatience))
	return p.Writer.Write(data)
}

// chunk reads the checks after a place.
func (e *export) chunk(after *store.Cursor) ([]store.Check, error) {
	ctx, cancel := context.WithTimeout(e.Context(), exportPatience)
	defer cancel()
	return e.Store.ChecksAfter(ctx, numbersOf(e.accounts), e.filter, after, exportChunk)
}

// each writes every check from the first chunk on, and calls done after each
// chunk.
func (e *export) each(chunk []store.Check, write func(*Resource) error, done func() error) error {
	for {
		for i := range chunk {
			r, err := e.view.resource(&chunk[i])
			if err != nil {
				return err
			}
			if err := write(&r); err != nil {
				return err
			}
		}
		if err := done(); err != nil {
			return err
		}
		if len(chunk) < exportChunk {
			return nil
		}
		last := &chunk[len(chunk)-1]
		// The accounts that are done need not be gone through again.
		for len(e.accounts) > 0 && e.accounts[0].Num != last.Account {
			e.accounts = e.accounts[1:]
		}
		var err error
		if chunk, err = e.chunk(&store.Cursor{Account: last.Account, Rule: last.Rule, ID: last.ID}); err != nil {
			return err
		}
	}
}

// linesOf writes a check a line.
func linesOf(out *bufio.Writer) (write func(*Resource) error, end func() error) {
	encoder := json.NewEncoder(out)
	return func(r *Resource) error { return encoder.Encode(r) }, func() error { return nil }
}

// documentOf writes one document of JSON:API.
func documentOf(out *bufio.Writer) (write func(*Resource) error, end func() error) {
	encoder := json.NewEncoder(out)
	between := `{"data":[` + "\n"
	write = func(r *Resource) error {
		// An error of the writer is that of the flush, too.
		_, _ = out.WriteString(between)
		between = ","
		return encoder.Encode(r)
	}
	return write, func() error {
		if between != "," {
			_, _ = out.WriteString(between)
		}
		_, err := out.WriteString("]}\n")
		return err
	}
}
