// Package snapshot keeps an inventory on disk, to be judged later: JSON lines,
// compressed with Zstandard. The first line is the header, then comes one
// resource a line, and the last line says how many there were, so that a file
// that was cut off is known for it.
//
// A snapshot says when it was taken. It is judged as of that time, so that it
// gives the checks that the live scan gave.
package snapshot

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// Version is that of the format. It grows when what was written before can no
// longer be read as it is.
const Version = 1

// A Header is the first line.
type Header struct {
	Surety  string    `json:"surety"` // "snapshot"
	Version int       `json:"version"`
	Taken   time.Time `json:"taken"`
	By      string    `json:"by,omitempty"` // the version of Surety

	Accounts []string                   `json:"accounts"`
	Regions  []string                   `json:"regions"`
	Given    map[string]map[string]bool `json:"given"`
	Unread   []cloud.Unread             `json:"unread,omitempty"`
	Problems []cloud.Problem            `json:"problems,omitempty"`
}

const kind = "snapshot"

type line struct {
	Type    string            `json:"type,omitempty"`
	ID      string            `json:"id,omitempty"`
	ARN     string            `json:"arn,omitempty"`
	Name    string            `json:"name,omitempty"`
	Account string            `json:"account,omitempty"`
	Region  string            `json:"region,omitempty"`
	Tags    map[string]string `json:"tags,omitempty"`
	NoTags  string            `json:"tagsUnresolved,omitempty"`
	Created *time.Time        `json:"created,omitempty"`

	Properties map[string]any `json:"properties,omitempty"`

	// End is set on the last line alone: the number of resources.
	End *int `json:"end,omitempty"`
}

// Write writes an inventory. The header's Surety and Version are filled in;
// Given, Unread and Problems are the inventory's.
func Write(w io.Writer, inv *cloud.Inventory, h Header) error {
	h.Surety, h.Version = kind, Version
	h.Given, h.Unread, h.Problems = inv.Given, inv.Unread, inv.Problems
	compressed, err := zstd.NewWriter(w)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(compressed)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(h); err != nil {
		return err
	}
	for _, r := range inv.Resources {
		if err := encoder.Encode(lineOf(r)); err != nil {
			return fmt.Errorf("%s %s: %w", r.Type, r.ID, err)
		}
	}
	count := len(inv.Resources)
	if err := encoder.Encode(line{End: &count}); err != nil {
		return err
	}
	return compressed.Close()
}

// lineOf is a resource as a snapshot has it.
func lineOf(r *cloud.Resource) line {
	l := line{
		Type: r.Type, ID: r.ID, ARN: r.ARN, Name: r.Name, Account: r.Account, Region: r.Region,
		Tags: r.Tags, NoTags: r.TagsUnresolved, Properties: encodeMap(r.Properties),
	}
	if !r.Created.IsZero() {
		l.Created = &r.Created
	}
	return l
}

// Marshal writes one resource as a line of a snapshot has it: JSON, the same
// for the same resource every time.
func Marshal(r *cloud.Resource) ([]byte, error) { return json.Marshal(lineOf(r)) }

// Unmarshal reads what Marshal wrote.
func Unmarshal(data []byte) (*cloud.Resource, error) {
	l, err := readLine(data)
	if err != nil {
		return nil, err
	}
	if l.End != nil {
		return nil, errors.New("this is the last line of a snapshot, not a resource")
	}
	return l.resource(), nil
}

// maxLine bounds one resource, and maxMemory what decompression may take, so
// that a hostile file cannot fill the memory.
const (
	maxLine   = 64 << 20
	maxMemory = 256 << 20
)

// Read reads a snapshot. What is wrong with a file is told with what to do.
func Read(r io.Reader) (*cloud.Inventory, *Header, error) {
	compressed, err := zstd.NewReader(r, zstd.WithDecoderMaxMemory(maxMemory))
	if err != nil {
		return nil, nil, err
	}
	defer compressed.Close()
	scanner := bufio.NewScanner(compressed)
	scanner.Buffer(make([]byte, 0, 1<<20), maxLine)
	h, err := readHeader(scanner)
	if err != nil {
		return nil, nil, err
	}
	inv := &cloud.Inventory{Given: h.Given, Unread: h.Unread, Problems: h.Problems}
	if inv.Given == nil {
		inv.Given = map[string]map[string]bool{}
	}
	for number := 2; scanner.Scan(); number++ {
		l, err := readLine(scanner.Bytes())
		if err != nil {
			return nil, nil, fmt.Errorf("line %d of the snapshot is damaged: %w", number, err)
		}
		if l.End != nil {
			if *l.End != len(inv.Resources) {
				return nil, nil, fmt.Errorf("the snapshot should have %d resources and has %d: it is damaged", *l.End, len(inv.Resources))
			}
			return inv, h, nil
		}
		inv.Resources = append(inv.Resources, l.resource())
	}
	if err := scanner.Err(); err != nil {
		return nil, nil, fmt.Errorf("the snapshot could not be read to its end: %w", err)
	}
	return nil, nil, errors.New("the snapshot was cut off: its last line is missing; collect it anew")
}

func readHeader(scanner *bufio.Scanner) (*Header, error) {
	if !scanner.Scan() {
		if err := scanner.Err(); err != nil && !errors.Is(err, zstd.ErrMagicMismatch) {
			return nil, fmt.Errorf("the snapshot could not be read: %w", err)
		}
		return nil, errors.New("this is no snapshot; surety collect aws -o FILE makes one")
	}
	var h Header
	if err := json.Unmarshal(scanner.Bytes(), &h); err != nil || h.Surety != kind {
		return nil, errors.New("this is no snapshot; surety collect aws -o FILE makes one")
	}
	switch {
	case h.Version > Version:
		return nil, fmt.Errorf("the snapshot has version %d of the format and this Surety reads up to version %d; use a newer one", h.Version, Version)
	case h.Version < 1:
		return nil, fmt.Errorf("the snapshot has version %d of the format, which there never was", h.Version)
	}
	return &h, nil
}

func readLine(data []byte) (*line, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	var l line
	if err := decoder.Decode(&l); err != nil {
		return nil, err
	}
	if l.End == nil && l.Type == "" {
		return nil, errors.New("the resource has no type")
	}
	return &l, nil
}

func (l *line) resource() *cloud.Resource {
	r := &cloud.Resource{
		Type: l.Type, ID: l.ID, ARN: l.ARN, Name: l.Name, Account: l.Account, Region: l.Region,
		Tags: l.Tags, TagsUnresolved: l.NoTags, World: l.Account,
	}
	if l.Created != nil {
		r.Created = *l.Created
	}
	r.Properties, _ = decode(l.Properties).(map[string]any)
	if typ, ok := schema.Lookup(r.Type); ok {
		r.Properties = typ.Coerce(r.Properties)
	}
	return r
}

// mark is the key of the object that stands for what is not JSON: an
// unresolved value, or an object that has this key itself.
const mark = "$surety"

func encode(v any) any {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return map[string]any{mark: "unresolved", "reason": v.Reason, "partial": v.Partial, "many": v.Many}
	case map[string]any:
		return encodeMap(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = encode(e)
		}
		return out
	}
	return v
}

func encodeMap(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, e := range m {
		out[k] = encode(e)
	}
	if _, ok := m[mark]; ok {
		return map[string]any{mark: "object", "value": out}
	}
	return out
}

func decode(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		switch v[mark] {
		case "unresolved":
			u := &cloud.Unresolved{}
			u.Reason, _ = v["reason"].(string)
			u.Partial, _ = v["partial"].(string)
			u.Many, _ = v["many"].(bool)
			return u
		case "object":
			return decodeMap(v["value"])
		}
		return decodeMap(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = decode(e)
		}
		return out
	}
	return v
}

func decodeMap(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	out := make(map[string]any, len(m))
	for k, e := range m {
		out[k] = decode(e)
	}
	return out
}
