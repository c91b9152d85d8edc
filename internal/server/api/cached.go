package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
)

// A cached answer is the same for everybody for as long as the server runs. It
// is made once, as it is and compressed.
type cached struct {
	plain, zipped []byte
	tag           string // ETag
}

// newCached makes the answer of a body.
func newCached(body any) (*cached, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	c := &cached{plain: append(data, '\n')}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write(c.plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(c.plain)
	// Weak, for it stands for both forms.
	c.zipped, c.tag = zipped.Bytes(), `W/"`+hex.EncodeToString(sum[:12])+`"`
	return c, nil
}

// serve answers with it: compressed where the client takes that, and with
// nothing where the client has it.
func (c *cached) serve(call *Call) (any, error) {
	h := call.Writer.Header()
	h.Set("ETag", c.tag)
	h.Set("Cache-Control", "public, max-age=300")
	h.Add("Vary", "Accept-Encoding, Authorization, Cookie")
	if has(call.Request.Header.Get("If-None-Match"), c.tag) {
		call.Writer.WriteHeader(http.StatusNotModified)
		return Written, nil
	}
	h.Set("Content-Type", "application/vnd.api+json")
	body := c.plain
	if takesGzip(call.Request.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = c.zipped
	}
	call.Writer.Write(body) //nolint:errcheck // the client may have gone
	return Written, nil
}

// has tells whether If-None-Match names a tag.
func has(header, tag string) bool {
	for _, given := range strings.Split(header, ",") {
		given = strings.TrimSpace(given)
		if given == "*" || strings.TrimPrefix(given, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// takesGzip tells whether Accept-Encoding allows gzip.
func takesGzip(header string) bool {
	for _, coding := range strings.Split(header, ",") {
		name, parameters, _ := strings.Cut(coding, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q := strings.ReplaceAll(parameters, " ", "")
			return q == "" || strings.Trim(strings.TrimPrefix(q, "q="), "0.") != ""
		}
	}
	return false
}
