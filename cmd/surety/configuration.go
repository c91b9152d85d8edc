package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// configFlag names the file of settings of the commands that run for long.
func configFlag(c *cobra.Command) {
	c.Flags().String("config", "", "`file` of settings: YAML, with the names of these flags as keys")
	c.Long += `

Every flag can be given as an environment variable, too (SURETY_DATABASE for
--database), and in the file that --config names. A flag wins over a variable,
and a variable over the file.`
}

// variable is the name of the environment variable of a flag.
func variable(flag string) string {
	return "SURETY_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// configure fills in the flags that the user did not give from the environment
// and the file. What is not understood is an error that names its place;
// variables of other commands' flags are not, for an image may set them for
// all.
func configure(c *cobra.Command) error {
	flags := c.Flags()
	given := map[string]bool{}
	flags.Visit(func(f *pflag.Flag) { given[f.Name] = true })
	var failed error
	flags.VisitAll(func(f *pflag.Flag) {
		value := os.Getenv(variable(f.Name)) // one that is empty counts as absent
		if value == "" || given[f.Name] || f.Name == "help" || failed != nil {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			failed = fmt.Errorf("the environment variable %s: %w", variable(f.Name), err)
		}
		given[f.Name] = true
	})
	if failed != nil {
		return failed
	}
	file, err := flags.GetString("config")
	if err != nil || file == "" {
		return err
	}
	return fromFile(flags, file, given)
}

// fromFile sets the flags that are not given from a file.
func fromFile(flags *pflag.FlagSet, file string, given map[string]bool) error {
	data, err := readConfiguration(file)
	if err != nil {
		return fmt.Errorf("--config: %w", err)
	}
	var root yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithUniqueKeys())
	if err == nil {
		err = loader.Load(&root)
	}
	if err != nil {
		return fmt.Errorf("--config: %s: %w", file, err)
	}
	if root.Kind == 0 || len(root.Content) == 0 {
		return nil // it holds comments only
	}
	settings := root.Content[0]
	if settings.Kind != yaml.MappingNode {
		return fmt.Errorf("--config: %s:%d: a list of settings is expected, such as database: surety.db", file, settings.Line)
	}
	for i := 0; i+1 < len(settings.Content); i += 2 {
		key, value := settings.Content[i], settings.Content[i+1]
		f := flags.Lookup(key.Value)
		if f == nil || f.Name == "config" || f.Name == "help" {
			return fmt.Errorf("--config: %s:%d: %s", file, key.Line, noFlag(flags, key.Value))
		}
		if given[f.Name] {
			continue
		}
		text, err := textOf(value)
		if err == nil {
			err = flags.Set(f.Name, text)
		}
		if err != nil {
			return fmt.Errorf("--config: %s:%d: %s: %w", file, value.Line, key.Value, err)
		}
	}
	return nil
}

// textOf is a value as a flag takes it; a list has commas between its values.
func textOf(value *yaml.Node) (string, error) {
	switch value.Kind {
	case yaml.ScalarNode:
		return value.Value, nil
	case yaml.SequenceNode:
		var list []string
		for _, e := range value.Content {
			if e.Kind != yaml.ScalarNode {
				return "", errors.New("a list of values is expected")
			}
			list = append(list, e.Value)
		}
		return strings.Join(list, ","), nil
	}
	return "", errors.New("a value or a list of values is expected")
}

func noFlag(flags *pflag.FlagSet, name string) string {
	var names []string
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	slices.Sort(names)
	text := fmt.Sprintf("there is no setting %q", name)
	if near := schema.Nearest(name, names); near != "" {
		return fmt.Sprintf("%s; did you mean %q?", text, near)
	}
	return text
}
