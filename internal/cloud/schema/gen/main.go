// Command gen packs CloudFormation's resource types into the archive that the
// schema package embeds: one entry a type, so that loading one type costs the
// inflation of that type alone.
//
//	go run ./internal/cloud/schema/gen cloudformation-us-east-1.json.gz
//
// The input is one JSON object of type name to resource schema, gzipped, as
// `aws cloudformation describe-type` gives them.
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
	if err := pack(os.Args[1], "internal/cloud/schema/cloudformation.zip"); err != nil {
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
	var types map[string]json.RawMessage
	if err := json.NewDecoder(unzipped).Decode(&types); err != nil {
		return err
	}
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, name := range slices.Sorted(maps.Keys(types)) {
		var compact bytes.Buffer
		if err := json.Compact(&compact, types[name]); err != nil {
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
