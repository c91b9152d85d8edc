// Package reference holds what AWS publishes about its own products and no API
// tells: until when a version is supported, which instance families are of a
// previous generation, the default port of an engine, what a named TLS policy
// allows, which accounts are AWS's own.
//
// The facts are YAML files beside the code, each table with the page of the
// AWS documentation that it was read from and the day on which it was checked.
// A question that the tables cannot answer is unknown with a reason, never
// false: a version that AWS released yesterday is not an unsupported one.
package reference

import (
	"bytes"
	"embed"
	"fmt"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/surety-cloud/surety/internal/cloud"
)

//go:embed *.yaml
var files embed.FS

// A source says where a table comes from.
type source struct {
	Page string // title of the page, and the guide it stands in
	Read date   // the day on which the table was checked
}

// A date is a calendar day in UTC, written 2026-11-22.
type date struct{ time.Time }

// UnmarshalYAML reads a date; what is none is an error.
func (d *date) UnmarshalYAML(node *yaml.Node) error {
	t, err := time.Parse(time.DateOnly, node.Value)
	if err != nil {
		return fmt.Errorf("line %d: %q is not a date such as 2026-11-22", node.Line, node.Value)
	}
	d.Time = t
	return nil
}

// load reads one of the embedded files into a value. A field or key that the
// value does not know, or that stands twice, is an error.
func load[T any](name string) (T, error) {
	var v T
	data, err := files.ReadFile(name)
	if err != nil {
		return v, err
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithKnownFields(), yaml.WithUniqueKeys())
	if err != nil {
		return v, fmt.Errorf("%s: %w", name, err)
	}
	if err := loader.Load(&v); err != nil {
		return v, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}

// unresolved is the reason why a table gives no answer.
func unresolved(format string, args ...any) *cloud.Unresolved {
	return &cloud.Unresolved{Reason: fmt.Sprintf(format, args...)}
}
