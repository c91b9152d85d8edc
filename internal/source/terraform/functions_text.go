package terraform

import (
	"path"
	"regexp"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func textFunctions() map[string]pureFunction {
	return map[string]pureFunction{
		"chomp":       {Function: stdlib.ChompFunc},
		"endswith":    {Function: textPredicate("suffix", strings.HasSuffix)},
		"format":      {Function: stdlib.FormatFunc, passing: builds, bound: wideFormat},
		"formatlist":  {Function: stdlib.FormatListFunc, passing: builds, bound: wideFormat},
		"indent":      {Function: stdlib.IndentFunc, bound: wideIndent},
		"join":        {Function: stdlib.JoinFunc, passing: builds, bound: wideJoin},
		"lower":       {Function: stdlib.LowerFunc},
		"regex":       {Function: stdlib.RegexFunc},
		"regexall":    {Function: stdlib.RegexAllFunc},
		"replace":     {Function: replaceFunction, bound: wideReplace},
		"split":       {Function: stdlib.SplitFunc},
		"startswith":  {Function: textPredicate("prefix", strings.HasPrefix)},
		"strcontains": {Function: textPredicate("substr", strings.Contains)},
		"strrev":      {Function: stdlib.ReverseFunc},
		"substr":      {Function: stdlib.SubstrFunc},
		"title":       {Function: stdlib.TitleFunc},
		"trim":        {Function: stdlib.TrimFunc},
		"trimprefix":  {Function: stdlib.TrimPrefixFunc},
		"trimspace":   {Function: stdlib.TrimSpaceFunc},
		"trimsuffix":  {Function: stdlib.TrimSuffixFunc},
		"upper":       {Function: stdlib.UpperFunc},
		"basename":    {Function: textToText("path", func(s string) (string, error) { return path.Base(slashes(s)), nil })},
		"dirname":     {Function: textToText("path", func(s string) (string, error) { return path.Dir(slashes(s)), nil })},
	}
}

func slashes(s string) string { return strings.ReplaceAll(s, `\`, "/") }

// textToText is a function of one text.
func textToText(param string, f func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: param, Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := f(args[0].AsString())
			if err != nil {
				return cty.UnknownVal(cty.String), function.NewArgError(0, err)
			}
			return cty.StringVal(s), nil
		},
	})
}

// textPredicate is a function that asks something of a text.
func textPredicate(param string, f func(s, part string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "string", Type: cty.String}, {Name: param, Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(f(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

// replaceFunction replaces a text, or what a regular expression between
// slashes matches.
var replaceFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "string", Type: cty.String}, {Name: "substring", Type: cty.String}, {Name: "replacement", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		s, old, with := args[0].AsString(), args[1].AsString(), args[2].AsString()
		if len(old) > 1 && old[0] == '/' && old[len(old)-1] == '/' {
			expression, err := regexp.Compile(old[1 : len(old)-1])
			if err != nil {
				return cty.UnknownVal(cty.String), function.NewArgError(1, err)
			}
			return cty.StringVal(expression.ReplaceAllString(s, with)), nil
		}
		return cty.StringVal(strings.ReplaceAll(s, old, with)), nil
	},
})

// knownText is an argument's text when it has one, for the bounds.
func knownText(v cty.Value) string {
	v, _ = v.Unmark()
	if v.IsKnown() && !v.IsNull() && v.Type() == cty.String {
		return v.AsString()
	}
	return ""
}

func wideReplace(args []cty.Value) bool {
	return len(args) == 3 && (len(knownText(args[0]))+1)*(len(knownText(args[2]))+1) > 16*maxText && len(knownText(args[2])) > 64
}

var formatWidth = regexp.MustCompile(`%[^a-zA-Z%]*\d{5}`)

func wideFormat(args []cty.Value) bool {
	return len(args) > 0 && formatWidth.MatchString(knownText(args[0]))
}

func wideIndent(args []cty.Value) bool {
	if len(args) != 2 {
		return false
	}
	spaces, ok := wholeNumber(args[0])
	return ok && spaces*(strings.Count(knownText(args[1]), "\n")+1) > maxText
}

func wideJoin(args []cty.Value) bool {
	if len(args) == 0 {
		return false
	}
	n := 0
	for _, list := range args[1:] {
		list, _ = list.Unmark()
		if list.IsKnown() && !list.IsNull() && list.CanIterateElements() {
			n += list.LengthInt()
		}
	}
	return n*len(knownText(args[0])) > maxText
}
