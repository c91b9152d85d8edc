// Command gen packs the schema of Terraform's AWS provider into the archive
// that the terraform package embeds: one entry a resource type, so that the
// facts of one type cost the inflation of that type alone.
//
//	go run ./internal/source/terraform/mapping/gen terraform-schema.json.gz
//
// The input has the shape of `terraform providers schema -json` for one
// provider (`resource_schemas`), gzipped, with `default` added to the
// attributes that have one.
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
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen SCHEMA.json.gz")
		os.Exit(2)
	}
	if err := pack(os.Args[1], "internal/source/terraform/mapping/provider.zip"); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func pack(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	var provider struct {
		ResourceSchemas map[string]json.RawMessage `json:"resource_schemas"`
	}
	if err := json.NewDecoder(unzipped).Decode(&provider); err != nil {
		return err
	}
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, name := range slices.Sorted(maps.Keys(provider.ResourceSchemas)) {
		var compact bytes.Buffer
		if err := json.Compact(&compact, provider.ResourceSchemas[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		entry, err := w.Create(name)
		if err != nil {
			return err
		}
		if _, err := entry.Write(compact.Bytes()); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(to, archive.Bytes(), 0o644)
}
