package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// newRoot makes the tree of commands.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "surety",
		Short: "Continuous assurance of AWS",
		Long: "Surety reads how an AWS account, or a template that will become one, is\n" +
			"configured, and holds every resource against best-practice rules.",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	// A command that only holds others can be run so as to refuse a wrong name,
	// but that is no way to call it.
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(),
		"{{if .Runnable}}", "{{if and .Runnable (not .HasAvailableSubCommands)}}", 1))
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		text := err.Error()
		_, word, _ := strings.Cut(text, " in ")
		if _, err := os.Lstat(word); err == nil && word != "" {
			text += fmt.Sprintf("; the file of that name is called ./%s", word)
		}
		return usage(c, text)
	})
	root.AddCommand(
		group("scan", "Hold resources against the rules", newScanAWS(), newScanTemplate(), newScanSnapshot()),
		group("collect", "Read resources, to be judged later", newCollectAWS()),
		newRules(),
		newExplain(),
		newKB(),
		newFix(),
		newSchema(),
		newPolicy(),
		newDemo(),
		newServe(),
		newWorker(),
		newUser(),
		newBackup(),
		newRestore(),
	)
	return withGroup(root)
}

// group is a command that only holds others.
func group(name, short string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: name, Short: short}
	c.AddCommand(commands...)
	return withGroup(c)
}

// withGroup makes a command that only holds others refuse a name that is none
// of them; cobra by itself shows help and reports success.
func withGroup(c *cobra.Command) *cobra.Command {
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			c.SetOut(c.ErrOrStderr())
			_ = c.Help()
			return failed
		}
		var names []string
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				names = append(names, sub.Name())
			}
		}
		text := fmt.Sprintf("there is no command %q", args[0])
		if near := schema.Nearest(args[0], names); near != "" {
			text += fmt.Sprintf("; did you mean %q?", near)
		}
		return usage(c, text)
	}
	return c
}

// usage is the error for a wrong call: what is wrong, and where help is.
func usage(c *cobra.Command, text string) error {
	return errors.New(strings.TrimSpace(text) + "\nrun " + c.CommandPath() + " --help to see how it is called")
}

// version is the module's, as the Go tool recorded it in the binary.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
