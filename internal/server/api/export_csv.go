package api

import (
	"bufio"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/report"
)

// An exportColumn is one of a table of checks: a text or a time.
type exportColumn struct {
	name  string
	width float64 // in a workbook, in characters
	text  func(r *Resource, t *checkAttributes) string
	at    func(t *checkAttributes) *int64
}

func textColumn(name string, width float64, text func(r *Resource, t *checkAttributes) string) exportColumn {
	return exportColumn{name: name, width: width, text: text}
}

func timeColumn(name string, at func(t *checkAttributes) *int64) exportColumn {
	return exportColumn{name: name, width: 19, at: at}
}

// exportColumns are those of every table of checks.
var exportColumns = []exportColumn{
	textColumn("id", 40, func(r *Resource, _ *checkAttributes) string { return r.ID }),
	textColumn("account", 38, func(r *Resource, _ *checkAttributes) string { return referenceOf(r, "account") }),
	textColumn("rule", 12, func(r *Resource, _ *checkAttributes) string { return referenceOf(r, "rule") }),
	textColumn("title", 50, func(_ *Resource, t *checkAttributes) string { return t.RuleTitle }),
	textColumn("status", 10, func(_ *Resource, t *checkAttributes) string { return t.Status }),
	textColumn("risk", 12, func(_ *Resource, t *checkAttributes) string { return t.Risk }),
	textColumn("categories", 22, func(_ *Resource, t *checkAttributes) string { return strings.Join(t.Categories, ";") }),
	textColumn("service", 16, func(_ *Resource, t *checkAttributes) string { return t.Service }),
	textColumn("region", 16, func(_ *Resource, t *checkAttributes) string { return t.Region }),
	textColumn("type", 22, func(_ *Resource, t *checkAttributes) string { return t.Descriptor }),
	textColumn("resource", 40, func(_ *Resource, t *checkAttributes) string { return t.Resource }),
	textColumn("message", 70, func(_ *Resource, t *checkAttributes) string { return t.Message }),
	textColumn("tags", 40, func(_ *Resource, t *checkAttributes) string { return strings.Join(t.Tags, ";") }),
	textColumn("suppressed", 12, func(_ *Resource, t *checkAttributes) string { return strconv.FormatBool(t.Suppressed) }),
	timeColumn("suppressed-until", func(t *checkAttributes) *int64 { return t.SuppressedUntil }),
	timeColumn("created", func(t *checkAttributes) *int64 { return t.Created }),
	timeColumn("status-since", func(t *checkAttributes) *int64 { return t.StatusSince }),
	timeColumn("discovered", func(t *checkAttributes) *int64 { return t.Discovered }),
	timeColumn("resolved", func(t *checkAttributes) *int64 { return t.Resolved }),
	timeColumn("stale-since", func(t *checkAttributes) *int64 { return t.StaleSince }),
	textColumn("reason", 40, func(_ *Resource, t *checkAttributes) string {
		if t.StaleReason != "" {
			return t.StaleReason
		}
		return t.UnknownReason
	}),
}

// referenceOf is the id of the thing that a relationship names.
func referenceOf(r *Resource, name string) string {
	relation, _ := r.Relationships[name].(Relation)
	of, _ := relation.Data.(Reference)
	return of.ID
}

// csvOf writes RFC 4180: a header before the first check, then one record each.
func csvOf(out *bufio.Writer) (write func(*Resource) error, end func() error) {
	w := csv.NewWriter(out)
	w.UseCRLF = true
	record := make([]string, len(exportColumns))
	for i, column := range exportColumns {
		record[i] = column.name
	}
	// An error of the header is that of the first record, too.
	_ = w.Write(record)
	end = func() error {
		w.Flush()
		return w.Error()
	}
	return func(r *Resource) error {
		t := r.Attributes.(*checkAttributes)
		for i, column := range exportColumns {
			if column.at != nil {
				record[i] = date(column.at(t))
			} else {
				record[i] = report.Inert(column.text(r, t))
			}
		}
		if err := w.Write(record); err != nil {
			return err
		}
		return end()
	}, end
}

// date is a time of an answer for a person; empty where there is none.
func date(ms *int64) string {
	if ms == nil {
		return ""
	}
	return time.UnixMilli(*ms).UTC().Format(time.RFC3339)
}
