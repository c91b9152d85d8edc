package kb

import (
	_ "embed"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/util"
)

// CSS gives blocks of code their colours, in light and in dark. What may be
// changed are custom properties of :root. It follows the browser, and
// data-theme="light" or "dark" on the root element where that is set.
//
//go:embed code.css
var CSS string

// maxCode bounds the code that is given colours, in bytes.
const maxCode = 64 << 10

// A language is what the info string of a block can name.
type language struct {
	name  string // as a reader knows it
	lexer string // chroma's name; empty for plain text
	of    string // what an example of a rule is, in the language
}

var languages = map[string]language{
	"yaml": {name: "YAML", lexer: "yaml", of: "CloudFormation"},
	"hcl":  {name: "Terraform", lexer: "terraform", of: "Terraform"},
	"json": {name: "JSON", lexer: "json", of: "The resource as a scan sees it"},
	"sh":   {name: "Shell", lexer: "bash", of: "Shell"},
	"text": {name: "Text"},
}

// aliases are other names of the languages, as users' own pages may have them.
var aliases = map[string]string{"yml": "yaml", "tf": "hcl", "terraform": "hcl", "bash": "sh", "shell": "sh", "console": "sh"}

// writeCode writes a block of code.
func writeCode(w util.BufWriter, lang, verdict, code string) error {
	if name, ok := aliases[lang]; ok {
		lang = name
	}
	l, known := languages[lang]
	if !known {
		lang, l = "text", languages["text"]
	}
	name, class := l.name, "code"
	if verdict != "" {
		name, class = l.of, "code "+verdict
	}
	_, _ = w.WriteString(`<figure class="` + class + `" data-lang="` + lang + `"><figcaption><span class="lang">` + name + `</span>`)
	switch verdict {
	case "fails":
		_, _ = w.WriteString(` <span class="verdict">Fails this rule</span>`)
	case "passes":
		_, _ = w.WriteString(` <span class="verdict">Passes this rule</span>`)
	}
	// A block that scrolls must be reachable by the keyboard.
	_, _ = w.WriteString(`</figcaption><pre tabindex="0"><code>`)
	for _, t := range tokens(l.lexer, code) {
		text := util.EscapeHTML([]byte(t.text))
		if t.class == "" {
			_, _ = w.Write(text)
			continue
		}
		_, _ = w.WriteString(`<span class="` + t.class + `">`)
		_, _ = w.Write(text)
		_, _ = w.WriteString("</span>")
	}
	_, err := w.WriteString("</code></pre></figure>\n")
	return err
}

// A token is a piece of code with the class that colours it.
type token struct{ class, text string }

// tokens cuts code into pieces; their texts make up the code again.
func tokens(lexer, code string) []token {
	plain := []token{{text: code}}
	if lexer == "" || len(code) > maxCode {
		return plain
	}
	l := lexers.Get(lexer)
	if l == nil {
		return plain
	}
	iterator, err := l.Tokenise(&chroma.TokeniseOptions{State: "root", EnsureLF: false}, code)
	if err != nil {
		return plain
	}
	var list []token
	for t := iterator(); t != chroma.EOF; t = iterator() {
		class := classOf(t.Type)
		if lexer == "bash" && class == "" {
			list = appendOptions(list, t.Value)
			continue
		}
		list = appendToken(list, class, t.Value)
	}
	var whole strings.Builder
	for _, t := range list {
		whole.WriteString(t.text)
	}
	if whole.String() != code { // what a reader copies must be what was written
		return plain
	}
	return list
}

func appendToken(list []token, class, text string) []token {
	if n := len(list); n > 0 && list[n-1].class == class {
		list[n-1].text += text
		return list
	}
	return append(list, token{class, text})
}

// appendOptions gives the options of a command their colour.
func appendOptions(list []token, text string) []token {
	for len(text) > 0 {
		end := strings.IndexAny(text, " \t\n")
		if end < 0 {
			end = len(text)
		}
		class := ""
		if strings.HasPrefix(text, "--") && startsWord(list) {
			class = "hk"
		}
		list = appendToken(list, class, text[:end])
		rest := strings.TrimLeft(text[end:], " \t\n")
		list = appendToken(list, "", text[end:len(text)-len(rest)])
		text = rest
	}
	return list
}

// startsWord tells whether what comes after the list begins a word.
func startsWord(list []token) bool {
	if len(list) == 0 {
		return true
	}
	last := list[len(list)-1].text
	return last == "" || strings.ContainsAny(last[len(last)-1:], " \t\n")
}

// classOf is the class of a type of token; empty for what has the colour of
// the text.
func classOf(t chroma.TokenType) string {
	switch {
	case t.InCategory(chroma.Comment):
		return "hc"
	case t.InSubCategory(chroma.LiteralString):
		return "hs"
	case t.InCategory(chroma.Literal), t == chroma.KeywordConstant:
		return "hn"
	case t == chroma.NameVariable, t == chroma.NameBuiltin, t == chroma.NameFunction, t == chroma.NameDecorator, t == chroma.KeywordType:
		return "hv"
	case t == chroma.NameTag, t == chroma.NameAttribute, t.InCategory(chroma.Keyword):
		return "hk"
	}
	return ""
}
