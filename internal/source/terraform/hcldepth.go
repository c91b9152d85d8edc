package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// maxNesting is how deep brackets, templates, prefixes and conditionals may
// nest. The parser and everything after it recurse, and a stack that is used
// up cannot be recovered from, so the depth is checked before.
const maxNesting = 300

func tooDeepDiagnostic(rng hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "The text is nested too deeply",
		Detail:   "Brackets, templates and conditionals nest more than 300 deep here. Split the expression, with locals for instance.",
		Subject:  &rng,
	}
}

// mayNest tells whether a text has enough of what nests to go beyond the
// bound. Few files do, and the others need not be looked at twice.
func mayNest(data []byte) bool {
	n := 0
	for _, c := range data {
		switch c {
		case '(', '[', '{', '?', '!', '-', '*':
			n++
		}
	}
	return n > maxNesting
}

// tooDeep finds the first token at which nesting goes beyond the bound.
// Prefixes (!, -), conditionals and chains of indexes nest without a bracket of
// their own, up to the end of the item or line that they stand in.
func tooDeep(tokens hclsyntax.Tokens) (hcl.Range, bool) {
	type level struct {
		brace bool
		extra int
	}
	levels := []level{{brace: true}}
	depth := 0
	var previous hclsyntax.TokenType
	for _, t := range tokens {
		top := &levels[len(levels)-1]
		if t.Type == hclsyntax.TokenOBrack && endsOperand(previous) ||
			t.Type == hclsyntax.TokenStar && previous == hclsyntax.TokenDot {
			top.extra++
			depth++
		}
		previous = t.Type
		switch t.Type {
		case hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenOBrace,
			hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			levels = append(levels, level{brace: t.Type == hclsyntax.TokenOBrace})
			depth++
		case hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace, hclsyntax.TokenTemplateSeqEnd:
			if len(levels) > 1 {
				depth -= 1 + top.extra
				levels = levels[:len(levels)-1]
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion:
			top.extra++
			depth++
		case hclsyntax.TokenComma:
			depth -= top.extra
			top.extra = 0
		case hclsyntax.TokenNewline:
			if top.brace {
				depth -= top.extra
				top.extra = 0
			}
		}
		if depth > maxNesting {
			return t.Range, true
		}
	}
	return hcl.Range{}, false
}

// endsOperand tells whether a bracket after such a token is an index.
func endsOperand(t hclsyntax.TokenType) bool {
	switch t {
	case hclsyntax.TokenIdent, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCBrace, hclsyntax.TokenCQuote:
		return true
	}
	return false
}

// tooDeepJSON is the byte at which arrays and objects of a JSON text nest
// beyond the bound, or -1.
func tooDeepJSON(data []byte) int {
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > maxNesting {
				return i
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}
