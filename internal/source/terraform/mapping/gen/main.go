// Command gen packs the schema of Terraform's AWS provider into the archive
// that the terraform package embeds: one entry a resource type, so that the
// facts of one type cost the inflation of that type alone.
//
//	go run ./internal/source/terraform/mapping/gen SCHEMA.json.gz [OLDER.json.gz]
//
// The input has the shape of `terraform providers schema -json` for one
// provider (`resource_schemas`), gzipped, with `default` added to the
// attributes that have one. Of an older version of the provider, what the newer
// one does not know is added, and marked: configurations are written for both.
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

func main() {
	if len(os.Args) != 2 && len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: gen SCHEMA.json.gz [OLDER.json.gz]")
		os.Exit(2)
	}
	if err := run(os.Args[1:], "internal/source/terraform/mapping/provider.zip"); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(from []string, to string) error {
	types, err := read(from[0])
	if err != nil {
		return err
	}
	if len(from) > 1 {
		older, err := read(from[1])
		if err != nil {
			return err
		}
		for name, b := range older {
			if types[name] != nil {
				types[name].add(b)
			}
		}
	}
	return pack(types, to)
}

// A block is one block of the schema, with the facts that are kept.
type block struct {
	Attributes map[string]*attribute `json:"attributes,omitempty"`
	BlockTypes map[string]*nested    `json:"block_types,omitempty"`
}

type attribute struct {
	Type      json.RawMessage `json:"type,omitempty"`
	Required  bool            `json:"required,omitempty"`
	Optional  bool            `json:"optional,omitempty"`
	Computed  bool            `json:"computed,omitempty"`
	Sensitive bool            `json:"sensitive,omitempty"`
	Default   any             `json:"default,omitempty"`
	Removed   bool            `json:"removed,omitempty"`
}

type nested struct {
	NestingMode string `json:"nesting_mode,omitempty"`
	MinItems    int    `json:"min_items,omitempty"`
	MaxItems    int    `json:"max_items,omitempty"`
	Computed    bool   `json:"computed,omitempty"`
	Block       *block `json:"block,omitempty"`
	Removed     bool   `json:"removed,omitempty"`
}

// add takes over what only an older version has.
func (b *block) add(older *block) {
	if older == nil {
		return
	}
	for name, a := range older.Attributes {
		if b.Attributes[name] == nil && b.BlockTypes[name] == nil {
			if b.Attributes == nil {
				b.Attributes = map[string]*attribute{}
			}
			a.Removed, a.Required, a.Optional = true, false, a.Optional || a.Required
			b.Attributes[name] = a
		}
	}
	for name, n := range older.BlockTypes {
		switch known := b.BlockTypes[name]; {
		case known != nil && known.Block != nil:
			known.Block.add(n.Block)
		case known == nil && b.Attributes[name] == nil:
			if b.BlockTypes == nil {
				b.BlockTypes = map[string]*nested{}
			}
			n.Removed, n.MinItems = true, 0
			n.Block.cut(3)
			b.BlockTypes[name] = n
		}
	}
}

// cut drops blocks below a depth: statements of a web ACL hold statements.
func (b *block) cut(depth int) {
	if b == nil {
		return
	}
	if depth == 0 {
		b.BlockTypes = nil
	}
	for _, n := range b.BlockTypes {
		n.Block.cut(depth - 1)
	}
}

func read(file string) (map[string]*block, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	var provider struct {
		// Terraform wraps the block of a resource type; a plain one has its
		// members at once.
		ResourceSchemas map[string]struct {
			block
			Block *block `json:"block"`
		} `json:"resource_schemas"`
	}
	if err := json.NewDecoder(unzipped).Decode(&provider); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	types := make(map[string]*block, len(provider.ResourceSchemas))
	for name, schema := range provider.ResourceSchemas {
		types[name] = &schema.block
		if schema.Block != nil {
			types[name] = schema.Block
		}
	}
	return types, nil
}

func pack(types map[string]*block, to string) error {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, name := range slices.Sorted(maps.Keys(types)) {
		text, err := json.Marshal(types[name])
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		entry, err := w.Create(name)
		if err != nil {
			return err
		}
		if _, err := entry.Write(text); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(to, archive.Bytes(), 0o644)
}
