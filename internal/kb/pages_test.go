package kb

import (
	"html/template"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Every page renders into safe HTML whose links inside the book lead somewhere
// and whose ids are its own.
func TestEveryPage(t *testing.T) {
	book := embeddedBook(t)
	if len(book.Entries()) < 500 {
		t.Fatalf("the book has %d rules", len(book.Entries()))
	}
	for _, e := range book.Entries() {
		t.Run(e.ID, func(t *testing.T) {
			p := mustPage(t, book, e.ID)
			fault, links, ids := unsafe(allHTML(p))
			if fault != "" {
				t.Errorf("the page has %s", fault)
			}
			for _, link := range links {
				checkLink(t, book, link)
			}
			var walk func([]Section)
			walk = func(list []Section) {
				for _, s := range list {
					ids = append(ids, s.ID)
					walk(s.Sections)
				}
			}
			walk(p.Sections)
			slices.Sort(ids)
			if unique := slices.Compact(slices.Clone(ids)); len(unique) != len(ids) {
				t.Errorf("an id is there twice: %v", ids)
			}
			if p.Summary == "" || p.Description == "" || p.Act == "" || p.RiskName == "" || len(p.Categories) == 0 || len(p.Types) == 0 {
				t.Errorf("something is empty: %+v", p)
			}
			if !strings.HasPrefix(string(p.Summary), "<p>") {
				t.Errorf("summary %q", p.Summary)
			}
			if !slices.ContainsFunc(p.Sections, func(s Section) bool { return s.ID == "remediation" }) {
				t.Error("no section with the id remediation")
			}
			if len(p.References) == 0 {
				t.Error("no references are read")
			}
			if strings.Contains(allHTML(p), "{settings.") || strings.Contains(allHTML(p), "{{&gt; ") {
				t.Error("a placeholder is left")
			}
			checkCode(t, p, allHTML(p))
		})
	}
}

// checkLink tells of a link inside the book that leads nowhere.
func checkLink(t *testing.T, book *Book, link string) {
	t.Helper()
	if strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://") {
		return
	}
	rest, ok := strings.CutPrefix(link, rulesRoot)
	service, name, _ := strings.Cut(rest, "/")
	if _, canonical, found := book.Find(service, name); !ok || !found || !canonical {
		t.Errorf("the link %s leads nowhere", link)
	}
}

var fence = regexp.MustCompile("(?m)^ *```([a-z]+)")

// checkCode holds the blocks of a page against those of its text: the language,
// colours where the language has any, and the code itself, unchanged.
func checkCode(t *testing.T, p *Page, text string) {
	t.Helper()
	document, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range document.Descendants() {
		if n.Type != html.ElementNode || n.Data != "figure" {
			continue
		}
		lang, spans := attribute(n, "data-lang"), 0
		for in := range n.Descendants() {
			if in.Data == "span" && in.Parent.Data == "code" {
				spans++
			}
		}
		if languages[lang].name == "" {
			t.Errorf("a block in the language %q", lang)
		}
		if code := content(n); lang != "text" && spans == 0 && !plainCommand(code) {
			t.Errorf("%s without colours:\n%s", lang, code)
		}
	}
	r, err := embeddedRule(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	blocks := fence.FindAllStringSubmatch(r, -1)
	if got := strings.Count(text, "<figure "); got != len(blocks) {
		t.Errorf("%d blocks of code, of %d", got, len(blocks))
	}
	for _, b := range blocks {
		if !strings.Contains(text, `data-lang="`+b[1]+`"`) {
			t.Errorf("no block in the language %s", b[1])
		}
	}
}

func embeddedRule(id string) (string, error) {
	book, err := embedded()
	if err != nil {
		return "", err
	}
	r, err := book.library.Rule(id)
	if err != nil {
		return "", err
	}
	return r.Text, nil
}

// plainCommand tells of commands that have nothing to colour: words alone.
func plainCommand(code string) bool {
	return !strings.ContainsAny(code, `"'$|=`) && !strings.Contains(code, "--")
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func content(n *html.Node) string {
	var b strings.Builder
	for in := range n.Descendants() {
		if in.Type == html.TextNode {
			b.WriteString(in.Data)
		}
	}
	return b.String()
}

// The pages of a book can be given to a template as they are.
func TestPageInTemplate(t *testing.T) {
	page := template.Must(template.New("").Parse(`{{.Title}} {{.RiskName}} ({{.Act}}){{range .Sections}}<h2 id="{{.ID}}">{{.Title}}</h2>{{.HTML}}{{range .Sections}}<h3 id="{{.ID}}">{{.Title}}</h3>{{.HTML}}{{end}}{{end}}`))
	var b strings.Builder
	if err := page.Execute(&b, mustPage(t, embeddedBook(t), "EC2-075")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Memcached is not open to the internet Very High (act today)",
		`<h2 id="audit">Audit</h2><h3 id="audit-console">Console</h3><ol>`,
		`<figure class="code fails" data-lang="yaml"><figcaption><span class="lang">CloudFormation</span> <span class="verdict">Fails this rule</span></figcaption><pre tabindex="0"><code><span class="hk">Resources</span>:`,
		`<figure class="code passes" data-lang="hcl"><figcaption><span class="lang">Terraform</span> <span class="verdict">Passes this rule</span></figcaption>`,
		"include 11211",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("not there: %s\n%s", want, b.String())
		}
	}
}
