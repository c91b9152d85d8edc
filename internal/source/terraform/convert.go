package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A conversion turns the value of an argument into the value that
// CloudFormation has for the same setting. A mapping file names it in its
// third column: "json", "either(ENABLED,DISABLED)". Several stand one after
// the other, with a space between them.
type conversion struct {
	Name string
	Args []string
	kind *converter
}

// A converter is one of the named conversions.
type converter struct {
	// Apply converts a known value; keep is false where CloudFormation has
	// nothing for it.
	Apply func(c *conversion, s surroundings, v any) (out any, keep bool)

	// Whole is set where the value is converted as a whole; otherwise each
	// element of a list is converted by itself.
	Whole bool

	// Symbols is set where the symbol of another resource may stand for the
	// value; otherwise the result is unresolved.
	Symbols bool

	// Check says what is wrong with the arguments.
	Check func(args []string) error
}

// surroundings are where a value stands: they give conversions the other arguments of
// the block, and of the blocks around it.
type surroundings interface {
	// argument returns the value of an argument, its default where it is not
	// set, or nil.
	argument(name string) any
	// self is the symbol of the resource that the value belongs to.
	self() string
}

// converters are all the conversions, by name.
var converters = map[string]*converter{
	"json":         {Apply: toDocument, Whole: true},
	"jsonOrYaml":   {Apply: toAnyDocument, Whole: true},
	"jsonText":     {Apply: toJSONText, Whole: true, Symbols: true},
	"pascalKeys":   {Apply: toPascalKeys, Whole: true},
	"tags":         {Apply: toTags, Whole: true},
	"keyValue":     {Apply: toKeyValue, Whole: true, Check: exactly(2)},
	"objects":      {Apply: toObjects, Whole: true, Symbols: true, Check: atLeast(1)},
	"either":       {Apply: toEither, Check: exactly(2)},
	"whenTrue":     {Apply: toWhenTrue, Check: exactly(1)},
	"const":        {Apply: toConstant, Whole: true, Symbols: true, Check: exactly(1)},
	"is":           {Apply: toIs, Check: atLeast(1)},
	"not":          {Apply: toNot},
	"unless":       {Apply: toUnless, Check: atLeast(1), Symbols: true},
	"words":        {Apply: toWords, Check: atLeast(1)},
	"replace":      {Apply: toReplace, Check: exactly(2)},
	"prefix":       {Apply: toPrefix, Check: exactly(1), Symbols: true},
	"cut":          {Apply: toCut, Check: exactly(2)},
	"split":        {Apply: toSplit, Whole: true},
	"join":         {Apply: toJoin, Whole: true},
	"base64":       {Apply: toBase64, Whole: true},
	"when":         {Apply: toWhen, Whole: true, Symbols: true, Check: exactly(1)},
	"emptyObject":  {Apply: toEmptyObject, Whole: true},
	"each":         {Apply: toSame, Whole: true, Symbols: true},
	"eachSelf":     {Apply: toEachSelf},
	"ipProtocol":   {Apply: toIPProtocol},
	"aclProtocol":  {Apply: toACLProtocol},
	"cannedACL":    {Apply: toCannedACL},
	"cannedGrants": {Apply: toCannedGrants, Whole: true},
	"pathResource": {Apply: toPathResource},
	"pathMethod":   {Apply: toPathMethod},
	"credentials":  {Apply: toCredentials, Whole: true},
	"redirectHost": {Apply: toRedirectHost},
	"redirectPart": {Apply: toRedirectProtocol},
	"seconds":      {Apply: toSeconds},
	"includes":     {Apply: toIncludes, Whole: true, Check: exactly(1)},
	"inherited":    {Apply: toInherited, Symbols: true, Check: inheritedArguments},
}

func exactly(n int) func([]string) error {
	return func(args []string) error {
		if len(args) != n {
			return fmt.Errorf("%d arguments are needed", n)
		}
		return nil
	}
}

func atLeast(n int) func([]string) error {
	return func(args []string) error {
		if len(args) < n {
			return fmt.Errorf("at least %d arguments are needed", n)
		}
		return nil
	}
}

// parseConversions reads the third column of a mapping file.
func parseConversions(text string) ([]conversion, error) {
	var list []conversion
	for _, word := range strings.Fields(text) {
		c := conversion{Name: word}
		if open := strings.IndexByte(word, '('); open >= 0 {
			if !strings.HasSuffix(word, ")") {
				return nil, fmt.Errorf("conversion %q has a ( without )", word)
			}
			c.Name = word[:open]
			c.Args = strings.Split(word[open+1:len(word)-1], ",")
		}
		c.kind = converters[c.Name]
		if c.kind == nil {
			return nil, fmt.Errorf("there is no conversion %q", c.Name)
		}
		if c.kind.Check != nil {
			if err := c.kind.Check(c.Args); err != nil {
				return nil, fmt.Errorf("conversion %s: %w", word, err)
			}
		}
		if c.Name == "when" {
			if _, err := parseGuard(c.Args[0]); err != nil {
				return nil, err
			}
		}
		list = append(list, c)
	}
	return list, nil
}

func hasConversion(list []conversion, name string) bool {
	return slices.ContainsFunc(list, func(c conversion) bool { return c.Name == name })
}

// convertValue applies conversions to a value. What is unresolved stays so.
func convertValue(list []conversion, s surroundings, v any) (out any, keep bool) {
	for i := range list {
		c := &list[i]
		if v, keep = c.apply(s, v); !keep {
			return nil, false
		}
	}
	return v, true
}

func (c *conversion) apply(s surroundings, v any) (any, bool) {
	if c.Name == "when" {
		return c.kind.Apply(c, s, v) // decides without looking at v
	}
	if u, ok := v.(*cloud.Unresolved); ok {
		return u, true
	}
	if list, ok := v.([]any); ok && !c.kind.Whole {
		out := make([]any, 0, len(list))
		for _, e := range list {
			if e, keep := c.apply(s, e); keep {
				out = append(out, e)
			}
		}
		return out, true
	}
	if text, ok := v.(string); ok && !c.kind.Symbols && cloud.HasSymbol(text) && !c.keepsText(text) {
		return &cloud.Unresolved{Reason: text + " is known only after deployment", Partial: text}, true
	}
	return c.kind.Apply(c, s, v)
}

// keepsText tells whether a text with a symbol in it can still be converted: a
// document with the symbol of another resource inside, not the symbol alone.
func (c *conversion) keepsText(text string) bool {
	switch c.Name {
	case "json", "jsonOrYaml", "base64", "pascalKeys", "split":
		return !cloud.IsSymbol(text)
	}
	return false
}
