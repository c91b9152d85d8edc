package rule

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// An Example is a fenced block of a page that is documentation and test at
// once: the info string says the language, and which verdict it must get.
type Example struct {
	Language string // "yaml": CloudFormation; "hcl": Terraform; "json": resources in our own vocabulary
	Fails    bool   // else it passes
	Text     string
	Line     int // of its first line, in the page
}

// Name tells the example from the others of its page: "yaml fails, line 41".
func (e Example) Name() string {
	verdict := "passes"
	if e.Fails {
		verdict = "fails"
	}
	return fmt.Sprintf("%s %s, line %d", e.Language, verdict, e.Line)
}

// A Command is one line of a page's sh block.
type Command struct {
	Text string
	Line int
}

// Examples lists the page's examples in order.
func (r *Rule) Examples() []Example {
	var out []Example
	for _, f := range fences(r.page.text, len(r.page.lines)-strings.Count(r.page.text, "\n")) {
		words := strings.Fields(f.info)
		if len(words) != 2 || words[1] != "fails" && words[1] != "passes" {
			continue
		}
		out = append(out, Example{Language: words[0], Fails: words[1] == "fails", Text: f.text, Line: f.line})
	}
	return out
}

// Unproven is the error of a page that lacks an example that fails or one that
// passes; nil for one that has both.
func (r *Rule) Unproven() error {
	seen := map[bool]bool{}
	for _, e := range r.Examples() {
		seen[e.Fails] = true
	}
	for fails, name := range map[bool]string{true: "fails", false: "passes"} {
		if !seen[fails] {
			return r.page.errorAt(len(r.page.lines)-strings.Count(r.page.text, "\n"), 0,
				"the page has no example that %s; a page proves itself by a fenced block such as ```yaml %s", name, name)
		}
	}
	return nil
}

// Commands lists the shell commands of the page, those of its shared text
// among them, with continued lines joined. Lines count from the top of the
// page as it is shown.
func (r *Rule) Commands() []Command {
	var out []Command
	for _, f := range fences(r.Text, len(r.page.lines)-strings.Count(r.page.text, "\n")) {
		if f.info != "sh" {
			continue
		}
		joined := ""
		start := 0
		for i, line := range strings.Split(f.text, "\n") {
			if joined == "" {
				start = f.line + i
			}
			if rest, ok := strings.CutSuffix(strings.TrimRight(line, " "), `\`); ok {
				joined += rest + " "
				continue
			}
			joined += line
			if text := strings.TrimSpace(joined); text != "" && !strings.HasPrefix(text, "#") {
				out = append(out, Command{Text: text, Line: start})
			}
			joined = ""
		}
	}
	return out
}

type fence struct {
	info, text string
	line       int
}

// fences finds the fenced blocks of a text whose first line is the page's
// first.
func fences(text string, first int) []fence {
	var out []fence
	var open *fence
	var body []string
	indent := ""
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimLeft(line, " ")
		if !strings.HasPrefix(trimmed, "```") {
			if open != nil {
				body = append(body, strings.TrimPrefix(line, indent))
			}
			continue
		}
		if open == nil {
			indent = line[:len(line)-len(trimmed)]
			open = &fence{info: strings.TrimSpace(strings.TrimPrefix(trimmed, "```")), line: first + i + 1}
			body = nil
			continue
		}
		open.text = strings.Join(body, "\n") + "\n"
		out = append(out, *open)
		open = nil
	}
	return out
}

// exampleResource is one resource of a json example.
type exampleResource struct {
	Type       string            `json:"type"`
	ID         string            `json:"id"`
	ARN        string            `json:"arn"`
	Name       string            `json:"name"`
	Account    string            `json:"account"`
	Region     string            `json:"region"`
	Created    time.Time         `json:"created"`
	Tags       map[string]string `json:"tags"`
	Properties map[string]any    `json:"properties"`
}

// ReadResources reads a json example: one resource or a list of them, as
// {"type": …, "id": …, "properties": {…}}, with arn, name, account, region,
// created (RFC 3339) and tags where the rule looks at them.
func ReadResources(text string) (*cloud.Inventory, error) {
	var list []exampleResource
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	var err error
	if strings.HasPrefix(strings.TrimSpace(text), "[") {
		err = decoder.Decode(&list)
	} else {
		list = make([]exampleResource, 1)
		err = decoder.Decode(&list[0])
	}
	if err != nil {
		return nil, err
	}
	inv := &cloud.Inventory{}
	for _, e := range list {
		typ, ok := schema.Lookup(e.Type)
		if !ok {
			return nil, fmt.Errorf("there is no resource type %q%s", e.Type, didYouMean(schema.NearestType(e.Type)))
		}
		if e.Account == "" {
			e.Account = "123456789012"
		}
		inv.Resources = append(inv.Resources, &cloud.Resource{
			Type: e.Type, ID: e.ID, ARN: e.ARN, Name: e.Name, Account: e.Account, Region: e.Region, Created: e.Created,
			Tags: e.Tags, Properties: typ.Coerce(e.Properties), World: e.Account,
		})
	}
	return inv, nil
}
