package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/source/template"
)

// templateFlags are what a user says about the templates to read.
type templateFlags struct {
	parameters  []string
	vars        []string
	varFiles    []string
	maxFileSize size
}

func (t *templateFlags) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&t.parameters, "parameters", nil, "CloudFormation parameter as `Key=Value`, or a file of them (may be repeated)")
	f.StringArrayVar(&t.vars, "var", nil, "Terraform variable as `name=value` (may be repeated)")
	f.StringArrayVar(&t.varFiles, "var-file", nil, "`file` of Terraform variables (may be repeated)")
	t.maxFileSize = template.DefaultMaxFileSize
	f.Var(&t.maxFileSize, "max-file-size", "refuse a file above this `size`: bytes, or with a unit, such as 800KB")
}

// options turns the flags into what the source takes.
func (t *templateFlags) options(c *cobra.Command) (template.Options, error) {
	options := template.Options{
		VarFiles:    t.varFiles,
		MaxFileSize: int64(t.maxFileSize),
		Stdin:       c.InOrStdin(),
	}
	var err error
	if options.Parameters, err = template.ParseParameters(t.parameters, readConfiguration); err != nil {
		return options, err
	}
	options.Vars = map[string]string{}
	for _, assignment := range t.vars {
		name, value, ok := strings.Cut(assignment, "=")
		if !ok || strings.TrimSpace(name) == "" {
			return options, usage(c, fmt.Sprintf("--var %q is not name=value", assignment))
		}
		options.Vars[strings.TrimSpace(name)] = value
	}
	for _, name := range t.varFiles {
		if _, err := os.Stat(name); err != nil {
			return options, fmt.Errorf("--var-file: %w", err)
		}
	}
	return options, nil
}

// size is a number of bytes as a flag.
type size int64

var units = []struct {
	suffix string
	bytes  int64
}{{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"B", 1}}

func (s *size) Set(text string) error {
	number, factor := strings.ToUpper(strings.TrimSpace(text)), int64(1)
	for _, unit := range units {
		if rest, ok := strings.CutSuffix(number, unit.suffix); ok {
			number, factor = strings.TrimSpace(rest), unit.bytes
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 || n > (1<<40)/factor {
		return errors.New("a size such as 500000, 800KB or 20MB is expected")
	}
	*s = size(n * factor)
	return nil
}

func (s *size) String() string {
	if *s > 0 && *s%(1<<20) == 0 {
		return fmt.Sprintf("%dMB", *s>>20)
	}
	return strconv.FormatInt(int64(*s), 10)
}

func (s *size) Type() string { return "size" }
