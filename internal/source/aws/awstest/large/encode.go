package large

import (
	"encoding/binary"
	"math"
	"strconv"
	"time"
)

type format uint8

const (
	xmlFormat format = iota
	jsonFormat
	cborFormat
)

// encoder writes one answer in the wire format of the request's protocol. An
// operation says what it answers once, under the names that its service uses on
// the wire; what differs between formats (how a list is wrapped, how a moment
// is written) is here.
type encoder struct {
	format format
	// item is what an XML list calls its members: "item" in EC2, "member" in
	// the query services.
	item string
	b    []byte
}

// key begins a member of an object, or (without a name) of a list.
func (w *encoder) key(name string) {
	switch w.format {
	case jsonFormat:
		if c := w.b[len(w.b)-1]; c != '{' && c != '[' {
			w.b = append(w.b, ',')
		}
		if name != "" {
			w.b = appendJSON(w.b, name)
			w.b = append(w.b, ':')
		}
	case cborFormat:
		if name != "" {
			w.b = appendCBORText(w.b, name)
		}
	case xmlFormat:
		w.b = append(w.b, '<')
		w.b = append(w.b, name...)
		w.b = append(w.b, '>')
	}
}

func (w *encoder) end(name string) {
	if w.format == xmlFormat {
		w.b = append(w.b, '<', '/')
		w.b = append(w.b, name...)
		w.b = append(w.b, '>')
	}
}

func (w *encoder) open(c byte) {
	switch w.format {
	case jsonFormat:
		w.b = append(w.b, c)
	case cborFormat:
		if c == '{' {
			w.b = append(w.b, 0xbf)
		} else {
			w.b = append(w.b, 0x9f)
		}
	}
}

func (w *encoder) shut(c byte) {
	switch w.format {
	case jsonFormat:
		w.b = append(w.b, c)
	case cborFormat:
		w.b = append(w.b, 0xff)
	}
}

// obj writes a member that is an object.
func (w *encoder) obj(name string, fill func()) {
	w.key(name)
	w.open('{')
	fill()
	w.shut('}')
	w.end(name)
}

// list writes a member that is a list of n objects.
func (w *encoder) list(name string, n int, each func(i int)) {
	w.listOf(name, w.item, n, each)
}

// listOf is list where XML names the items otherwise than the protocol does.
func (w *encoder) listOf(name, item string, n int, each func(i int)) {
	w.key(name)
	w.open('[')
	for i := range n {
		w.element(item, func() { each(i) })
	}
	w.shut(']')
	w.end(name)
}

func (w *encoder) element(item string, fill func()) {
	if w.format != xmlFormat {
		item = ""
	}
	w.obj(item, fill)
}

// strs writes a member that is a list of texts.
func (w *encoder) strs(name string, values ...string) { w.strsOf(name, w.item, values...) }

func (w *encoder) strsOf(name, item string, values ...string) {
	w.key(name)
	w.open('[')
	for _, v := range values {
		if w.format != xmlFormat {
			item = ""
		}
		w.str(item, v)
	}
	w.shut(']')
	w.end(name)
}

func (w *encoder) str(name, v string) {
	w.key(name)
	switch w.format {
	case jsonFormat:
		w.b = appendJSON(w.b, v)
	case cborFormat:
		w.b = appendCBORText(w.b, v)
	case xmlFormat:
		w.b = appendXML(w.b, v)
	}
	w.end(name)
}

func (w *encoder) num(name string, v int) {
	w.key(name)
	if w.format == cborFormat {
		w.b = appendCBORInt(w.b, v)
	} else {
		w.b = strconv.AppendInt(w.b, int64(v), 10)
	}
	w.end(name)
}

func (w *encoder) float(name string, v float64) {
	w.key(name)
	if w.format == cborFormat {
		w.b = binary.BigEndian.AppendUint64(append(w.b, 0xfb), math.Float64bits(v))
	} else {
		w.b = strconv.AppendFloat(w.b, v, 'f', -1, 64)
	}
	w.end(name)
}

func (w *encoder) flag(name string, v bool) {
	w.key(name)
	switch {
	case w.format != cborFormat:
		w.b = strconv.AppendBool(w.b, v)
	case v:
		w.b = append(w.b, 0xf5)
	default:
		w.b = append(w.b, 0xf4)
	}
	w.end(name)
}

// time writes a moment: ISO 8601 in XML, seconds since 1970 in JSON and CBOR.
func (w *encoder) time(name string, v time.Time) {
	w.key(name)
	switch w.format {
	case jsonFormat:
		w.b = strconv.AppendInt(w.b, v.Unix(), 10)
	case cborFormat:
		w.b = appendCBORInt(append(w.b, 0xc1), int(v.Unix()))
	case xmlFormat:
		w.b = v.UTC().AppendFormat(w.b, "2006-01-02T15:04:05.000Z")
	}
	w.end(name)
}

// tags writes tags as a list of objects with a key and a value each.
func (w *encoder) tags(name, key, value string, tags []pair) {
	w.list(name, len(tags), func(i int) {
		w.str(key, tags[i].key)
		w.str(value, tags[i].value)
	})
}

// dict writes a map of texts: an object in JSON, entries in XML.
func (w *encoder) dict(name string, pairs []pair) {
	w.obj(name, func() {
		for _, p := range pairs {
			if w.format != xmlFormat {
				w.str(p.key, p.value)
				continue
			}
			w.obj("entry", func() {
				w.str("key", p.key)
				w.str("value", p.value)
			})
		}
	})
}

// raw writes XML that is made elsewhere.
func (w *encoder) raw(xml string) { w.b = append(w.b, xml...) }

func appendXML(b []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var escaped string
		switch s[i] {
		case '&':
			escaped = "&amp;"
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		default:
			continue
		}
		b = append(append(b, s[from:i]...), escaped...)
		from = i + 1
	}
	return append(b, s[from:]...)
}

func appendJSON(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		if c < ' ' {
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, '\\', c)
		}
		from = i + 1
	}
	return append(append(b, s[from:]...), '"')
}

func appendCBORText(b []byte, s string) []byte {
	return append(appendCBORHead(b, 3<<5, uint64(len(s))), s...)
}

func appendCBORInt(b []byte, v int) []byte {
	if v < 0 {
		return appendCBORHead(b, 1<<5, uint64(-v-1))
	}
	return appendCBORHead(b, 0, uint64(v))
}

func appendCBORHead(b []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

// moments and floats write lists of values.
func (w *encoder) moments(name string, n int, value func(i int) time.Time) {
	w.values(name, n, func(item string, i int) { w.time(item, value(i)) })
}

func (w *encoder) floats(name string, n int, value func(i int) float64) {
	w.values(name, n, func(item string, i int) { w.float(item, value(i)) })
}

func (w *encoder) values(name string, n int, write func(item string, i int)) {
	item := ""
	if w.format == xmlFormat {
		item = w.item
	}
	w.key(name)
	w.open('[')
	for i := range n {
		write(item, i)
	}
	w.shut(']')
	w.end(name)
}
