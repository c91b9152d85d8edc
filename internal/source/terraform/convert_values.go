package terraform

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

// scalarText is a scalar as text, the way Terraform itself prints it.
func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// truth reads a bool, also where Terraform accepts its text.
func truth(v any) (value, ok bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		switch strings.ToLower(v) {
		case "true":
			return true, true
		case "false":
			return false, true
		}
	}
	return false, false
}

func misfit(c *conversion, v any) (any, bool) {
	return &cloud.Unresolved{Reason: fmt.Sprintf("the value %.80q is not understood (%s)", scalarText(v), c.Name)}, true
}

func toSame(_ *conversion, _ surroundings, v any) (any, bool) { return v, true }

// toEither: true is the first word, false the second.
func toEither(c *conversion, _ surroundings, v any) (any, bool) {
	yes, ok := truth(v)
	if !ok {
		return misfit(c, v)
	}
	if yes {
		return c.Args[0], true
	}
	return c.Args[1], true
}

// toWhenTrue: true is the word, false is absent.
func toWhenTrue(c *conversion, _ surroundings, v any) (any, bool) {
	yes, ok := truth(v)
	if !ok {
		return misfit(c, v)
	}
	return wordValue(c.Args[0]), yes
}

// toConstant: the word, whatever the value is.
func toConstant(c *conversion, _ surroundings, _ any) (any, bool) { return wordValue(c.Args[0]), true }

// wordValue reads a word of a mapping file: true, false and numbers are values.
func wordValue(word string) any {
	switch word {
	case "true":
		return true
	case "false":
		return false
	}
	if n, err := strconv.ParseInt(word, 10, 64); err == nil {
		return n
	}
	return word
}

// toIs: true where the value is one of the words.
func toIs(c *conversion, _ surroundings, v any) (any, bool) {
	return slices.Contains(c.Args, scalarText(v)), true
}

// toIncludes: true where the word is one of the list.
func toIncludes(c *conversion, _ surroundings, v any) (any, bool) {
	list, ok := v.([]any)
	if !ok {
		return misfit(c, v)
	}
	var unknown *cloud.Unresolved
	for _, e := range list {
		switch e := e.(type) {
		case *cloud.Unresolved:
			unknown = e
		case string:
			if e == c.Args[0] {
				return true, true
			}
			if cloud.HasSymbol(e) {
				unknown = &cloud.Unresolved{Reason: e + " is known only after deployment", Partial: e}
			}
		}
	}
	if unknown != nil {
		return &cloud.Unresolved{Reason: unknown.Reason, Partial: unknown.Partial}, true
	}
	return false, true
}

func toNot(c *conversion, _ surroundings, v any) (any, bool) {
	yes, ok := truth(v)
	if !ok {
		return misfit(c, v)
	}
	return !yes, true
}

// toUnless: absent where the value is one of the words.
func toUnless(c *conversion, _ surroundings, v any) (any, bool) {
	return v, !slices.Contains(c.Args, scalarText(v))
}

// toWords: CloudFormation's spelling of a word ("words(a=A,b=B)"); others stay.
func toWords(c *conversion, _ surroundings, v any) (any, bool) {
	text := scalarText(v)
	for _, pair := range c.Args {
		if from, to, _ := strings.Cut(pair, "="); from == text {
			return wordValue(to), true
		}
	}
	return v, true
}

func toPrefix(c *conversion, _ surroundings, v any) (any, bool) {
	return c.Args[0] + scalarText(v), true
}

// toReplace: one text inside the value is another in CloudFormation.
func toReplace(c *conversion, _ surroundings, v any) (any, bool) {
	return strings.ReplaceAll(scalarText(v), c.Args[0], c.Args[1]), true
}

// toCut is one part of the value: the text is cut at a separator, and the part
// with that number is taken, from 0.
func toCut(c *conversion, _ surroundings, v any) (any, bool) {
	parts := strings.Split(scalarText(v), c.Args[0])
	n, err := strconv.Atoi(c.Args[1])
	if err != nil || n >= len(parts) {
		return nil, false
	}
	return parts[n], true
}

// toSplit: a text with commas is a list.
func toSplit(_ *conversion, _ surroundings, v any) (any, bool) {
	text, ok := v.(string)
	if !ok {
		return v, true
	}
	var list []any
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list, true
}

// toJoin: a list is a text with commas.
func toJoin(_ *conversion, _ surroundings, v any) (any, bool) {
	list, ok := v.([]any)
	if !ok {
		return v, true
	}
	parts := make([]string, len(list))
	for i, e := range list {
		if u, ok := e.(*cloud.Unresolved); ok {
			return u, true
		}
		parts[i] = scalarText(e)
	}
	return strings.Join(parts, ","), true
}

// toBase64: plain text is encoded, as the provider does. A symbol inside is
// kept readable: what it stands for is not known yet.
func toBase64(_ *conversion, _ surroundings, v any) (any, bool) {
	text := scalarText(v)
	if cloud.HasSymbol(text) {
		return &cloud.Unresolved{Reason: "a part of the text is known only after deployment", Partial: text}, true
	}
	return base64.StdEncoding.EncodeToString([]byte(text)), true
}

// toWhen: absent unless another argument has one of the values.
func toWhen(c *conversion, s surroundings, v any) (any, bool) {
	g, err := parseGuard(c.Args[0])
	if err != nil {
		return misfit(c, v)
	}
	holds, u := g.holds(s)
	if u != nil {
		return u, true
	}
	return v, holds
}

// holds tells whether the guard lets pass; u is not nil where that could not
// be known.
func (g *guard) holds(s surroundings) (holds bool, u *cloud.Unresolved) {
	switch v := s.argument(g.Arg).(type) {
	case *cloud.Unresolved:
		return false, v
	case nil:
		return slices.Contains(g.Values, "") != g.Not, nil
	case []any:
		if len(v) == 0 {
			return slices.Contains(g.Values, "") != g.Not, nil
		}
		return slices.Contains(g.Values, "*") != g.Not, nil
	default:
		text := scalarText(v)
		if cloud.HasSymbol(text) {
			return false, &cloud.Unresolved{Reason: text + " is known only after deployment"}
		}
		return (slices.Contains(g.Values, text) || slices.Contains(g.Values, "*") && text != "") != g.Not, nil
	}
}

// toEmptyObject: true is an object without fields, false is absent.
func toEmptyObject(c *conversion, _ surroundings, v any) (any, bool) {
	if yes, ok := truth(v); ok {
		return map[string]any{}, yes
	}
	return misfit(c, v)
}

// toSeconds: a time is the number of seconds since 1970.
func toSeconds(c *conversion, _ surroundings, v any) (any, bool) {
	at, err := time.Parse(time.RFC3339, scalarText(v))
	if err != nil {
		return misfit(c, v)
	}
	return at.Unix(), true
}
