package terraform

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	ctyyaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"go.yaml.in/yaml/v4"
)

func encodingFunctions() map[string]pureFunction {
	digest := func(hash func([]byte) []byte, encode func([]byte) string) pureFunction {
		return pureFunction{Function: textToText("string", func(s string) (string, error) { return encode(hash([]byte(s))), nil })}
	}
	sum256 := func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
	sum512 := func(b []byte) []byte { s := sha512.Sum512(b); return s[:] }
	return map[string]pureFunction{
		"base64decode":     {Function: textToText("string", decodeBase64)},
		"base64encode":     {Function: textToText("string", func(s string) (string, error) { return base64.StdEncoding.EncodeToString([]byte(s)), nil })},
		"base64gunzip":     {Function: textToText("string", gunzip)},
		"base64gzip":       {Function: textToText("string", gzipped)},
		"base64sha256":     digest(sum256, base64.StdEncoding.EncodeToString),
		"base64sha512":     digest(sum512, base64.StdEncoding.EncodeToString),
		"csvdecode":        {Function: stdlib.CSVDecodeFunc},
		"formatdate":       {Function: stdlib.FormatDateFunc},
		"jsondecode":       {Function: stdlib.JSONDecodeFunc, bound: deepJSON},
		"jsonencode":       {Function: stdlib.JSONEncodeFunc, passing: builds},
		"md5":              digest(func(b []byte) []byte { s := md5.Sum(b); return s[:] }, hex.EncodeToString),
		"sha1":             digest(func(b []byte) []byte { s := sha1.Sum(b); return s[:] }, hex.EncodeToString),
		"sha256":           digest(sum256, hex.EncodeToString),
		"sha512":           digest(sum512, hex.EncodeToString),
		"textdecodebase64": {Function: encodingFunction(decodeText)},
		"textencodebase64": {Function: encodingFunction(encodeText)},
		"timeadd":          {Function: stdlib.TimeAddFunc},
		"timecmp":          {Function: timeCompareFunction},
		"urldecode":        {Function: textToText("string", url.QueryUnescape)},
		"urlencode":        {Function: textToText("string", func(s string) (string, error) { return url.QueryEscape(s), nil })},
		"uuidv5":           {Function: uuidFunction},
		"yamldecode":       {Function: ctyyaml.YAMLDecodeFunc, bound: wideYAML},
		"yamlencode":       {Function: ctyyaml.YAMLEncodeFunc, passing: builds},
	}
}

func deepJSON(args []cty.Value) bool {
	return len(args) == 1 && tooDeepJSON([]byte(knownText(args[0]))) >= 0
}

// wideYAML refuses YAML that nests too deeply, or whose aliases multiply it
// beyond all bounds.
func wideYAML(args []cty.Value) bool {
	if len(args) != 1 {
		return false
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(knownText(args[0])), &document); err != nil {
		return false // which the function itself tells
	}
	return expandedSize(&document, map[*yaml.Node]int{}, maxNesting) > maxValue
}

// expandedSize is how many nodes there are below n once aliases stand for what
// they name, up to somewhat more than the bound. known holds what was counted
// before, and 0 for what is being counted.
func expandedSize(n *yaml.Node, known map[*yaml.Node]int, depth int) int {
	if size, ok := known[n]; ok {
		if size == 0 {
			return maxValue + 1 // an alias for what it stands in
		}
		return size
	}
	if depth == 0 {
		return maxValue + 1
	}
	known[n] = 0
	size := 1
	if n.Alias != nil {
		size += expandedSize(n.Alias, known, depth-1)
	}
	for _, part := range n.Content {
		size = min(size+expandedSize(part, known, depth-1), maxValue+1)
	}
	known[n] = size
	return size
}

func decodeBase64(s string) (string, error) {
	data, err := base64.StdEncoding.DecodeString(s)
	switch {
	case err != nil:
		return "", errors.New("the text is no base64")
	case !utf8.Valid(data):
		return "", errors.New("what it decodes to is not UTF-8 text")
	}
	return string(data), nil
}

func gzipped(s string) (string, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

func gunzip(s string) (string, error) {
	r, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(s)))
	if err != nil {
		return "", errors.New("the text is no base64 of gzip data")
	}
	data, err := io.ReadAll(io.LimitReader(r, maxText+1))
	switch {
	case err != nil:
		return "", errors.New("the gzip data is damaged")
	case len(data) > maxText:
		return "", fmt.Errorf("it unpacks to more than %d bytes", maxText)
	case !utf8.Valid(data):
		return "", errors.New("what it unpacks to is not UTF-8 text")
	}
	return string(data), nil
}

// encodingFunction is textencodebase64 or textdecodebase64.
func encodingFunction(f func(s, encoding string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "string", Type: cty.String}, {Name: "encoding", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := f(args[0].AsString(), args[1].AsString())
			if errors.Is(err, errOtherEncoding) {
				return cty.UnknownVal(cty.String), function.NewArgErrorf(1, "the encoding %q is not supported", args[1].AsString())
			}
			if err != nil {
				return cty.UnknownVal(cty.String), function.NewArgError(0, err)
			}
			return cty.StringVal(s), nil
		},
	})
}

// errOtherEncoding is for the many encodings that Terraform knows and that
// user data never has.
var errOtherEncoding = errors.New("encoding is not supported")

// byteOrder is the order of UTF-16 by its name; nil for UTF-8.
func byteOrder(encoding string) (binary.ByteOrder, error) {
	switch strings.ToUpper(encoding) {
	case "UTF-8", "UTF8":
		return nil, nil
	case "UTF-16LE":
		return binary.LittleEndian, nil
	case "UTF-16BE":
		return binary.BigEndian, nil
	}
	return nil, errOtherEncoding
}

func encodeText(s, encoding string) (string, error) {
	order, err := byteOrder(encoding)
	if err != nil {
		return "", err
	}
	data := []byte(s)
	if order != nil {
		data = data[:0:0]
		for _, unit := range utf16.Encode([]rune(s)) {
			data = append(data, 0, 0)
			order.PutUint16(data[len(data)-2:], unit)
		}
	}
	return base64.StdEncoding.EncodeToString(data), nil
}

func decodeText(s, encoding string) (string, error) {
	order, err := byteOrder(encoding)
	if err != nil {
		return "", err
	}
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", errors.New("the text is no base64")
	}
	if order != nil {
		units := make([]uint16, len(data)/2)
		for i := range units {
			units[i] = order.Uint16(data[2*i:])
		}
		return string(utf16.Decode(units)), nil
	}
	return strings.ToValidUTF8(string(data), "\uFFFD"), nil
}

var timeCompareFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "timestamp_a", Type: cty.String}, {Name: "timestamp_b", Type: cty.String}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		var times [2]time.Time
		for i := range times {
			t, err := time.Parse(time.RFC3339, args[i].AsString())
			if err != nil {
				return cty.UnknownVal(cty.Number), function.NewArgErrorf(i, "%q is no time such as 2026-01-31T00:00:00Z", args[i].AsString())
			}
			times[i] = t
		}
		return cty.NumberIntVal(int64(times[0].Compare(times[1]))), nil
	},
})

// uuidNamespaces are the namespaces of RFC 4122 by their names.
var uuidNamespaces = map[string]string{
	"dns":  "6ba7b8109dad11d180b400c04fd430c8",
	"url":  "6ba7b8119dad11d180b400c04fd430c8",
	"oid":  "6ba7b8129dad11d180b400c04fd430c8",
	"x500": "6ba7b8149dad11d180b400c04fd430c8",
}

var uuidFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "namespace", Type: cty.String}, {Name: "name", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		text := args[0].AsString()
		if named, ok := uuidNamespaces[text]; ok {
			text = named
		}
		space, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
		if err != nil || len(space) != 16 {
			return cty.UnknownVal(cty.String), function.NewArgErrorf(0, "%q is no UUID and not one of dns, url, oid, x500", args[0].AsString())
		}
		sum := sha1.Sum(append(space, args[1].AsString()...))
		id := sum[:16]
		id[6] = id[6]&0x0f | 0x50
		id[8] = id[8]&0x3f | 0x80
		return cty.StringVal(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])), nil
	},
})
