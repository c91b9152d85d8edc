package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
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
	var services, standards []string
	for _, r := range all {
		services = append(services, r.Service)
		standards = append(standards, standardNames(r)...)
	}
	for _, asked := range []struct {
		flag        string
		names, have []string
	}{{"service", trimmed(l.services), services}, {"standard", trimmed(l.standards), standards}} {
		for _, name := range asked.names {
			if containsFold(asked.have, name) {
				continue
			}
			text := fmt.Sprintf("no rule is of the %s %q", asked.flag, name)
			if near := schema.Nearest(name, asked.have); near != "" {
				text += fmt.Sprintf("; did you mean %s?", near)
			}
			return nil, usage(c, text)
		}
	}
	var kept []*rule.Rule
	for _, r := range all {
		if len(l.services) > 0 && !containsFold(trimmed(l.services), r.Service) {
			continue
		}
		bears := slices.ContainsFunc(standardNames(r), func(name string) bool { return containsFold(trimmed(l.standards), name) })
		if len(l.standards) > 0 && !bears {
			continue
		}
		kept = append(kept, r)
	}
	return kept, nil
}

// standardNames are the standards of a rule without their controls: "CIS-V8"
// of "CIS-V8:4.4".
func standardNames(r *rule.Rule) []string {
	var names []string
	for _, standard := range r.Standards {
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

func rulesMarkdown(w io.Writer, all []*rule.Rule) error {
	var b bytes.Buffer
	b.WriteString("| Rule | Risk | Service | Title |\n| --- | --- | --- | --- |\n")
	for _, r := range all {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.ID, r.Risk, r.Service, strings.ReplaceAll(r.Title, "|", `\|`))
	}
	_, err := b.WriteTo(w)
	return err
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
		template, err := r.Template()
		if err != nil {
			return err
		}
		lacking, err := aws.Lacking(r)
		if err != nil {
			return err
		}
		line := ruleJSON{
			ID: r.ID, Title: r.Title, Risk: r.Risk, Categories: append([]string{}, r.Categories...),
			Service: r.Service, Resource: r.Resource, Standards: append([]string{}, r.Standards...),
			Live: len(lacking) == 0, Template: template, Fix: r.HasFix, Settings: []settingJSON{},
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
