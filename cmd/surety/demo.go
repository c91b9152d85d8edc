package main

import (
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/surety-cloud/surety/internal/demo"
	"github.com/surety-cloud/surety/internal/report"
	"github.com/surety-cloud/surety/internal/source/aws"
)

// newDemo makes the command that scans the recorded account, and shows what it
// looks like in the browser.
func newDemo() *cobra.Command {
	var (
		rules  selection
		out    presentation
		listen string
	)
	c := &cobra.Command{
		Use:   "demo",
		Short: "Scan a recorded account, and open the web interface on it",
		Long: `Scan the account of a made-up online shop as surety scan aws would scan yours.
Its answers were recorded and are part of Surety: no account, no credentials and
no network are needed.

On a terminal, the web interface is then served on this machine until Ctrl-C,
with three such accounts and 30 days of their history. Everything can be tried:
nothing is kept, and nothing is ever asked of AWS. In a pipe, and with --format
or --output, there is only the report; with --listen only the web interface.`,
		Example: `  surety demo
  surety demo --listen 127.0.0.1:9000
  surety demo --format html -o demo.html`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("listen") {
				return serveDemo(c, listen, false, rules.pages)
			}
			if err := runDemo(c, &rules, &out); err != nil {
				return err
			}
			if c.Flags().Changed("format") || c.Flags().Changed("output") || !isTerminal(c.OutOrStdout()) {
				return nil
			}
			return serveDemo(c, listen, true, rules.pages)
		},
	}
	rules.flags(c)
	out.flags(c)
	c.Flags().StringVar(&listen, "listen", demoAddress, "`address` of this machine on which the web interface is served, without the report; port 0 is any that is free")
	return c
}

// isTerminal tells whether somebody looks at what is written.
func isTerminal(stream io.Writer) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

func runDemo(c *cobra.Command, rules *selection, out *presentation) error {
	start := time.Now()
	if err := out.check(c); err != nil {
		return err
	}
	judging, err := rules.options()
	if err != nil {
		return err
	}
	reading, err := demo.Account()
	if err != nil {
		return err
	}
	judging.Now = reading.Now
	// All of it is read whatever the rules need: so it was recorded.
	inv, stats := aws.Read(c.Context(), reading)
	return judge(c, inv, judging, rules, out, func(r *report.Report) {
		r.Live, r.Elapsed = liveReport(stats), time.Since(start)
	})
}
