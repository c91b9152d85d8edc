package cloudformation

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
)

// pairs are the keys and values of an object to build, in turn. A value is a
// *node or an entry of the template, which keep their own place, or a string,
// bool or int64, pairs or []any, which get the place of the whole. Where a
// value is nil the key is left out.
type pairs []any

// build makes a node out of Go values.
func build(at pos, v any) *node {
	switch v := v.(type) {
	case *node:
		return v
	case entry:
		return v.node
	case pairs:
		n := &node{kind: object, pos: at, size: 1}
		for i := 0; i+1 < len(v); i += 2 {
			e, ok := pair(at, v[i].(string), v[i+1])
			if ok {
				n.entries = append(n.entries, e)
				n.size = saturated(n.size, e.node.size)
			}
		}
		return n
	case []any:
		n := &node{kind: list, pos: at, size: 1}
		for _, element := range v {
			item := build(at, element)
			if item == nil {
				continue
			}
			n.items = append(n.items, item)
			n.size = saturated(n.size, item.size)
		}
		return n
	}
	return newScalar(at, v)
}

// pair makes one entry; ok is false when there is no value.
func pair(at pos, key string, v any) (e entry, ok bool) {
	switch v := v.(type) {
	case nil:
		return entry{}, false
	case *node:
		if v == nil {
			return entry{}, false
		}
		return entry{key: key, pos: v.pos, node: v}, true
	case entry:
		if v.node == nil {
			return entry{}, false
		}
		v.key = key
		return v, true
	}
	return entry{key: key, pos: at, node: build(at, v)}, true
}

func refTo(id string) pairs { return pairs{"Ref", id} }

func attributeOf(id, attribute string) pairs { return pairs{"Fn::GetAtt", []any{id, attribute}} }

// substitution is a Sub over a text, with names for values that it holds.
func substitution(text string, names ...any) pairs {
	if len(names) == 0 {
		return pairs{"Fn::Sub", text}
	}
	return pairs{"Fn::Sub", []any{text, pairs(names)}}
}

func noValue(at pos) *node { return build(at, refTo("AWS::NoValue")) }

// textOr returns the string under a key, or another.
func (n *node) textOr(key, otherwise string) string {
	if s, ok := n.get(key).text(); ok {
		return s
	}
	return otherwise
}

// isTrue tells whether true stands at n.
func (n *node) isTrue() bool {
	if n == nil || n.kind != scalar {
		return false
	}
	b, ok := truth(n.value)
	return ok && b
}

// digest is the part of a logical id that the SAM transform derives from a
// text.
func digest(s string) string {
	if s == "" {
		return ""
	}
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])[:10]
}

// suffixed is a logical id that ends in a text, or in its digest where the
// text holds what a logical id may not.
func suffixed(id, s string) string {
	if strings.Map(alphanumeric, s) == s {
		return id + s
	}
	return id + digest(s)
}
