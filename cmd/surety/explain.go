package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/charmbracelet/glamour"
	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/rule"
)

// newExplain makes the command that shows a rule's page.
func newExplain() *cobra.Command {
	var pages string
	var noColor bool
	c := &cobra.Command{
		Use:     "explain RULE",
		Short:   "Show why a rule matters, how to audit and how to repair",
		Long:    "Show the page of a rule: rendered in a terminal, as Markdown in a pipe.",
		Example: "  surety explain EC2-075",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(c, "name one rule")
			}
			library, err := loadLibrary(pages)
			if err != nil {
				return err
			}
			r, err := library.Rule(args[0])
			if err != nil {
				return err
			}
			page, s := markdownPage(r), screenOf(c.OutOrStdout(), noColor)
			if s.width > 0 {
				if page, err = rendered(labelled(page), s); err != nil {
					return err
				}
			}
			_, err = io.WriteString(c.OutOrStdout(), page)
			return err
		},
	}
	pagesFlag(c, &pages)
	noColorFlag(c, &noColor)
	return c
}

// markdownPage is the page with its front matter told for a reader.
func markdownPage(r *rule.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n\n", r.ID, r.Title)
	fact := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "- %s: %s\n", name, value)
		}
	}
	fact("Deprecated", r.Deprecated)
	fact("Risk", string(r.Risk))
	fact("Categories", strings.Join(r.Categories, ", "))
	fact("Resource", "`"+r.Resource+"`")
	fact("Standards", standardsText(r.Controls()))
	for _, s := range r.Settings {
		fact("Setting", settingText(s))
	}
	fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(r.Text))
	return b.String()
}

// standardsText puts the controls of one standard together: "CIS-V8 3.11; NIST5
// SC-13, SC-28".
func standardsText(controls []string) string {
	var parts []string
	before := ""
	for _, control := range controls {
		standard, number, _ := strings.Cut(control, ":")
		if standard == before {
			parts[len(parts)-1] += ", " + number
			continue
		}
		before = standard
		parts = append(parts, standard+" "+number)
	}
	return strings.Join(parts, "; ")
}

// settingText is "`ports` (multiple-number-values): Memcached ports; default 11211".
func settingText(s rule.Setting) string {
	text := fmt.Sprintf("`%s` (%s)", s.Name, s.Type)
	if s.Label != "" {
		text += ": " + s.Label
	}
	if s.Default == nil {
		return text + "; must be set before the rule makes checks"
	}
	return text + "; default " + valueText(s.Default)
}

func valueText(v any) string {
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprintf("`%v`", v)
	}
	if len(list) == 0 {
		return "none"
	}
	var parts []string
	for _, element := range list {
		parts = append(parts, valueText(element))
	}
	return strings.Join(parts, ", ")
}

// exampleFence begins an example, whose info string tells its verdict.
var exampleFence = regexp.MustCompile("(?m)^```([a-z]+) (fails|passes)$")

// labelled puts the verdict of each example before it, for the renderer shows
// no info string.
func labelled(markdown string) string {
	return exampleFence.ReplaceAllStringFunc(markdown, func(fence string) string {
		part := exampleFence.FindStringSubmatch(fence)
		return map[string]string{"fails": "Fails:", "passes": "Passes:"}[part[2]] + "\n\n```" + part[1]
	})
}

// rendered is Markdown as a terminal shows it.
func rendered(markdown string, s screen) (string, error) {
	style := glamour.WithAutoStyle()
	if !s.color {
		style = glamour.WithStandardStyle("notty")
	}
	renderer, err := glamour.NewTermRenderer(style, glamour.WithWordWrap(min(s.width, 100)))
	if err != nil {
		return "", err
	}
	return renderer.Render(markdown)
}
