package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
)

// newRules makes the command that lists the rules.
func newRules() *cobra.Command {
	var list ruleList
	c := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Example: `  surety rules --service S3
  surety rules --standard CIS-V8 --format markdown`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(c, fmt.Sprintf("%q is not understood; surety explain RULE shows one rule", args[0]))
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return list.run(c) },
	}
	pagesFlag(c, &list.pages)
	f := c.Flags()
	f.StringSliceVar(&list.services, "service", nil, "rules of these services only (`name,name`)")
	f.StringSliceVar(&list.standards, "standard", nil, "rules that bear on these standards only (`name,name`)")
	f.StringVar(&list.format, "format", "table", "`format` of the list: table, jsonl, markdown")
	outputFlag(c, &list.output)
	return c
}

// A ruleList is what a user asks to be listed, and how.
type ruleList struct {
	pages               string
	services, standards []string
	format, output      string
}

func (l *ruleList) run(c *cobra.Command) error {
	write, ok := map[string]func(io.Writer, []*rule.Rule) error{
		"table": rulesTable, "jsonl": rulesJSONLines, "markdown": rulesMarkdown,
	}[l.format]
	if !ok {
		return usage(c, fmt.Sprintf("there is no format %q; the formats are table, jsonl, markdown", l.format))
	}
	library, err := loadLibrary(l.pages)
	if err != nil {
		return err
	}
	var all []*rule.Rule
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			return err
		}
		if r.Deprecated == "" {
			all = append(all, r)
		}
	}
	all, err = l.chosen(c, all)
	if err != nil {
		return err
	}
	return writeOutput(c, l.output, func(w io.Writer) error { return write(w, all) })
}

// chosen leaves the rules of the services and standards that were asked for.
func (l *ruleList) chosen(c *cobra.Command, all []*rule.Rule) ([]*rule.Rule, error) {
	var services []string
	for _, r := range all {
		services = append(services, r.Service)
	}
	for _, name := range trimmed(l.services) {
		if containsFold(services, name) {
			continue
		}
		text := fmt.Sprintf("no rule is of the service %q", name)
		if near := schema.Nearest(name, services); near != "" {
			text += fmt.Sprintf("; did you mean %s?", near)
		}
		return nil, usage(c, text)
	}
	standards, err := l.standardIDs(c, all)
	if err != nil {
		return nil, err
	}
	var kept []*rule.Rule
	for _, r := range all {
		if len(l.services) > 0 && !containsFold(trimmed(l.services), r.Service) {
			continue
		}
		if len(l.standards) > 0 && !slices.ContainsFunc(standardNames(r), func(id string) bool { return slices.Contains(standards, id) }) {
			continue
		}
		kept = append(kept, r)
	}
	return kept, nil
}

// standardIDs are the ids of the standards that were asked for by name or id:
// Surety's, or those that only a page of the user names.
func (l *ruleList) standardIDs(c *cobra.Command, all []*rule.Rule) ([]string, error) {
	set, err := loadStandards()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, name := range trimmed(l.standards) {
		one, err := set.Standard(name)
		if err == nil {
			ids = append(ids, one.ID)
			continue
		}
		own := ""
		for _, r := range all {
			for _, id := range standardNames(r) {
				if strings.EqualFold(id, name) {
					own = id
				}
			}
		}
		if own == "" {
			return nil, usage(c, "--standard: "+err.Error())
		}
		ids = append(ids, own)
	}
	return ids, nil
}

// standardNames are the standards of a rule without their controls: "CIS-V8"
// of "CIS-V8:4.4".
func standardNames(r *rule.Rule) []string {
	var names []string
	for _, standard := range r.Controls() {
		name, _, _ := strings.Cut(standard, ":")
		names = append(names, name)
	}
	return names
}

func containsFold(list []string, name string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
}

func rulesTable(w io.Writer, all []*rule.Rule) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.ID, r.Risk, r.Title)
	}
	return table.Flush()
}

// rulesMarkdown writes the index that stands in rules/README.md: a table a
// service, each rule with a link to its page.
func rulesMarkdown(w io.Writer, all []*rule.Rule) error {
	services := map[string][]*rule.Rule{}
	for _, r := range all {
		services[r.Service] = append(services[r.Service], r)
	}
	names := slices.SortedFunc(maps.Keys(services), func(a, b string) int {
		return cmp.Compare(strings.ToLower(a), strings.ToLower(b))
	})
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Rules\n\n%s. **Live**: judges running accounts; **Template**: judges CloudFormation and\nTerraform; **Fix**: `surety fix template` repairs what fails.\n", counted(len(all), "rule")+" of "+counted(len(names), "service"))
	for _, name := range names {
		fmt.Fprintf(&b, "\n## %s\n\n| Rule | Good condition | Risk | Kind | Live | Template | Fix |\n| --- | --- | --- | --- | --- | --- | --- |\n", name)
		for _, r := range services[name] {
			j, err := judges(r)
			if err != nil {
				return err
			}
			kind, err := r.Kind()
			if err != nil {
				return err
			}
			page := strings.TrimPrefix(r.File, "rules/")
			fmt.Fprintf(&b, "| [%s](%s) | %s | %s | %s | %s | %s | %s |\n", r.ID, page, strings.ReplaceAll(r.Title, "|", `\|`),
				r.Risk, kind, mark(j.live), mark(j.template), mark(r.HasFix))
		}
	}
	_, err := b.WriteTo(w)
	return err
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func mark(yes bool) string {
	if yes {
		return "yes"
	}
	return ""
}

// judging is what a rule can judge.
type judging struct{ live, template bool }

func judges(r *rule.Rule) (judging, error) {
	template, err := r.Template()
	if err != nil {
		return judging{}, err
	}
	lacking, err := aws.Lacking(r)
	return judging{live: len(lacking) == 0, template: template}, err
}

// ruleJSON is one rule as scripts see it. All keys are always there.
type ruleJSON struct {
	ID         string        `json:"id"`
	Title      string        `json:"title"`
	Risk       rule.Risk     `json:"risk"`
	Categories []string      `json:"categories"`
	Service    string        `json:"service"`
	Resource   string        `json:"resource"`
	Standards  []string      `json:"standards"`
	Live       bool          `json:"live"`
	Template   bool          `json:"template"`
	Fix        bool          `json:"fix"`
	Settings   []settingJSON `json:"settings"`
}

type settingJSON struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Label   string `json:"label"`
	Default any    `json:"default"` // null: must be configured
}

func rulesJSONLines(w io.Writer, all []*rule.Rule) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	for _, r := range all {
		j, err := judges(r)
		if err != nil {
			return err
		}
		line := ruleJSON{
			ID: r.ID, Title: r.Title, Risk: r.Risk, Categories: append([]string{}, r.Categories...),
			Service: r.Service, Resource: r.Resource, Standards: append([]string{}, r.Controls()...),
			Live: j.live, Template: j.template, Fix: r.HasFix, Settings: []settingJSON{},
		}
		for _, s := range r.Settings {
			line.Settings = append(line.Settings, settingJSON{s.Name, s.Type, s.Label, s.Default})
		}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	_, err := b.WriteTo(w)
	return err
}
