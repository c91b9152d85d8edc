package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/look"
)

var knowledgePages = []page{
	{Pattern: "GET /knowledge-base/{$}", Handle: openly((*visit).knowledge), Open: true},
	{Pattern: "GET /knowledge-base/search.json", Handle: openly((*visit).knowledgeIndex), Open: true},
	{Pattern: "GET /knowledge-base/aws/{$}", Handle: openly((*visit).knowledgeRules), Open: true},
	{Pattern: "GET /knowledge-base/aws/{service}/{$}", Handle: openly((*visit).knowledgeService), Open: true},
	{Pattern: "GET /knowledge-base/aws/{service}/{name}", Handle: openly((*visit).knowledgeRule), Open: true},
	{Pattern: "GET /knowledge-base/standards/{$}", Handle: openly((*visit).knowledgeStandards), Open: true},
	{Pattern: "GET /knowledge-base/standards/{name}", Handle: openly((*visit).knowledgeStandard), Open: true},
	{Pattern: "GET /knowledge-base/{rest...}", Handle: openly((*visit).knowledgeElse), Open: true},
}

// openly is a page of the knowledge base: open, unless it is for those only who
// are signed in.
func openly(handle func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if v.who == nil && v.PrivateKnowledge {
			http.Redirect(v.w, v.r, "/sign-in?return="+url.QueryEscape(v.r.URL.RequestURI()), http.StatusSeeOther)
			return nil
		}
		return handle(v)
	}
}

func (v *visit) knowledge() error {
	if f := v.kbFilter(); f.Any() {
		return v.knowledgeRules()
	}
	return v.show("knowledge", knowledgeFrame(v.Book, ""))
}

// knowledgeIndex is what the search in the browser looks at.
func (v *visit) knowledgeIndex() error {
	v.w.Header().Set("Content-Type", "application/json")
	v.w.Header().Set("Cache-Control", "private, max-age=600")
	v.w.Write(v.Book.Index()) //nolint:errcheck // the browser may have gone
	return nil
}

// kbRulesPerPage is how many rules a page lists; a search lists no more.
const kbRulesPerPage = 100

// knowledgeRules lists the rules that fit what is looked for.
func (v *visit) knowledgeRules() error {
	filter := v.kbFilter()
	f := knowledgeRulesFrame(v.Book, "", filter)
	body := f.Body.(*kbRulesBody)
	number := max(1, v.number("page"))
	body.Pager = v.pager(number, int64(len(body.Rules)), kbRulesPerPage)
	from := min(len(body.Rules), (number-1)*kbRulesPerPage)
	body.Rules = body.Rules[from:min(len(body.Rules), from+kbRulesPerPage)]
	return v.show("knowledge-rules", f)
}

func (v *visit) kbFilter() kbFilter {
	return kbFilter{Query: strings.TrimSpace(v.query("q")), Risk: v.query("risk"), Category: v.query("category")}
}

func (v *visit) knowledgeService() error {
	name := v.param("service")
	s, ok := v.Book.Service(name)
	if !ok {
		if e, ok := v.Book.Entry(strings.TrimSuffix(name, ".html")); ok {
			return v.moved(e.Path)
		}
	}
	switch {
	case !ok:
		return v.knowledgeMissing(name)
	case v.r.URL.Path != s.Path:
		return v.moved(s.Path)
	}
	return v.show("knowledge-service", knowledgeServiceFrame(s, ""))
}

func (v *visit) knowledgeRule() error {
	e, canonical, ok := v.Book.Find(v.param("service"), v.param("name"))
	switch {
	case !ok:
		return v.knowledgeMissing(v.param("service") + " " + v.param("name"))
	case !canonical:
		return v.moved(e.Path)
	}
	f, err := knowledgeRuleFrame(v.Book, e, "")
	if err != nil {
		return err
	}
	if v.who != nil {
		if f.Body.(*kbRuleBody).Own, err = v.ownFailures(e); err != nil {
			return err
		}
	}
	return v.show("knowledge-rule", f)
}

func (v *visit) knowledgeStandards() error {
	return v.show("knowledge-standards", knowledgeStandardsFrame(v.Book, ""))
}

func (v *visit) knowledgeStandard() error {
	s, ok := v.Book.Standard(v.param("name"))
	switch {
	case !ok:
		return v.knowledgeMissing(v.param("name"))
	case v.r.URL.Path != s.Path:
		return v.moved(s.Path)
	}
	return v.show("knowledge-standard", knowledgeStandardFrame(s, ""))
}

// knowledgeElse is for addresses that are nearly right: a folder without its
// slash, or a rule's id alone.
func (v *visit) knowledgeElse() error {
	rest := strings.Trim(v.param("rest"), "/")
	parts := strings.Split(rest, "/")
	last := parts[len(parts)-1]
	switch {
	case rest == "aws" || rest == "standards":
		return v.moved(kb.Root + rest + "/")
	case len(parts) == 1 || len(parts) == 2 && parts[0] == "aws":
		if s, ok := v.Book.Service(last); ok {
			return v.moved(s.Path)
		}
		if e, ok := v.Book.Entry(strings.TrimSuffix(last, ".html")); ok {
			return v.moved(e.Path)
		}
	}
	return v.knowledgeMissing(rest)
}

// moved sends a browser to where a page is now.
func (v *visit) moved(to string) error {
	http.Redirect(v.w, v.r, to, http.StatusMovedPermanently)
	return nil
}

// A kbMissingBody is what the page says for an address that is none.
type kbMissingBody struct {
	Suggestions []kb.Hit
}

// knowledgeMissing shows what the words of an address find.
func (v *visit) knowledgeMissing(name string) error {
	name = strings.TrimSuffix(name, ".html")
	words := strings.NewReplacer("-", " ", "_", " ", "/", " ").Replace(name)
	body := &kbMissingBody{Suggestions: v.Book.Search(words, 8)}
	if len(body.Suggestions) == 0 {
		body.Suggestions = v.Book.Search(name, 8)
	}
	return v.showAs(http.StatusNotFound, "knowledge-missing", &look.Frame{
		Title: "There is no such page", Section: kb.Root, Crumbs: knowledgeCrumbs(), Body: body,
		Lead: "The knowledge base has no page at this address. The rule may have another name.",
	})
}
