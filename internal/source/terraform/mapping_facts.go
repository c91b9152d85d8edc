package terraform

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

//go:embed mapping/provider.zip
var providerArchive []byte

// A fact is what the provider's schema says of one argument, attribute or
// block.
type fact struct {
	Block    bool
	Kind     string // "string", "bool", "number", "list", "set", "map", "object"; "block" for a block
	Elem     string // the kind of the elements of a list, set or map
	MaxItems int    // of a block; 0 when there is no limit

	Required, Optional, Computed, Sensitive bool
	Removed                                 bool // only older versions of the provider have it

	Default any // as the provider states it; nil when it states none

	Fields map[string]*fact // of a block, an object, or a list of objects
}

// repeats tells whether there may be more than one.
func (f *fact) repeats() bool {
	if f == nil {
		return false
	}
	return f.Block && f.MaxItems != 1 || f.Kind == "list" || f.Kind == "set"
}

// providerIndex opens the packed schema once.
var providerIndex = sync.OnceValues(func() (map[string]*zip.File, error) {
	reader, err := zip.NewReader(bytes.NewReader(providerArchive), int64(len(providerArchive)))
	if err != nil {
		return nil, fmt.Errorf("embedded schema of the AWS provider: %w", err)
	}
	index := make(map[string]*zip.File, len(reader.File))
	for _, file := range reader.File {
		index[file.Name] = file
	}
	return index, nil
})

// providerFacts returns the facts of a resource type; they are nil when the
// provider has no such type.
func providerFacts(tfType string) (*fact, error) {
	index, err := providerIndex()
	if err != nil {
		return nil, err
	}
	file := index[tfType]
	if file == nil {
		return nil, nil
	}
	content, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer content.Close()
	data, err := io.ReadAll(content)
	if err != nil {
		return nil, err
	}
	var raw rawBlock
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("embedded schema of %s: %w", tfType, err)
	}
	return &fact{Block: true, Kind: "block", MaxItems: 1, Fields: raw.fields()}, nil
}

// rawBlock and the types below are the form in which Terraform prints a
// provider's schema.
type rawBlock struct {
	Attributes map[string]*rawAttribute `json:"attributes"`
	BlockTypes map[string]*rawNested    `json:"block_types"`
}

type rawAttribute struct {
	Type      json.RawMessage `json:"type"`
	Required  bool            `json:"required"`
	Optional  bool            `json:"optional"`
	Computed  bool            `json:"computed"`
	Sensitive bool            `json:"sensitive"`
	Default   any             `json:"default"`
	Removed   bool            `json:"removed"`
}

type rawNested struct {
	NestingMode string    `json:"nesting_mode"`
	MinItems    int       `json:"min_items"`
	MaxItems    int       `json:"max_items"`
	Computed    bool      `json:"computed"`
	Removed     bool      `json:"removed"`
	Block       *rawBlock `json:"block"`
}

func (b *rawBlock) fields() map[string]*fact {
	if b == nil {
		return nil
	}
	fields := make(map[string]*fact, len(b.Attributes)+len(b.BlockTypes))
	for name, a := range b.Attributes {
		f := &fact{
			Required: a.Required, Optional: a.Optional, Computed: a.Computed,
			Sensitive: a.Sensitive, Removed: a.Removed, Default: a.Default,
		}
		f.typed(a.Type)
		fields[name] = f
	}
	for name, n := range b.BlockTypes {
		f := &fact{Block: true, Kind: "block", MaxItems: n.MaxItems, Fields: n.Block.fields(), Optional: n.MinItems == 0, Required: n.MinItems > 0, Computed: n.Computed, Removed: n.Removed}
		if n.NestingMode == "single" {
			f.MaxItems = 1
		}
		fields[name] = f
	}
	return fields
}

// typed reads a type constraint: "string", ["list","string"] or
// ["set",["object",{…}]].
func (f *fact) typed(raw json.RawMessage) {
	if json.Unmarshal(raw, &f.Kind) == nil {
		return
	}
	var pair []json.RawMessage
	if json.Unmarshal(raw, &pair) != nil || len(pair) < 2 || json.Unmarshal(pair[0], &f.Kind) != nil {
		f.Kind = "dynamic"
		return
	}
	if f.Kind == "object" {
		var members map[string]json.RawMessage
		if json.Unmarshal(pair[1], &members) != nil {
			return
		}
		f.Fields = make(map[string]*fact, len(members))
		for name, member := range members {
			inner := &fact{Optional: true}
			inner.typed(member)
			f.Fields[name] = inner
		}
		return
	}
	var elem fact
	elem.typed(pair[1])
	f.Elem, f.Fields = elem.Kind, elem.Fields
}
