package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/demo"
	"github.com/surety-cloud/surety/internal/report"
	"github.com/surety-cloud/surety/internal/source/aws"
)

// newDemo makes the command that scans the recorded account.
func newDemo() *cobra.Command {
	var (
		rules selection
		out   presentation
	)
	c := &cobra.Command{
		Use:   "demo",
		Short: "Scan a recorded account, to see what a scan shows",
		Long: `Scan the account of a made-up online shop as surety scan aws would scan yours.
Its answers were recorded and are part of Surety: no account, no credentials and
no network are needed.`,
		Example: `  surety demo
  surety demo --format html -o demo.html`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return runDemo(c, &rules, &out) },
	}
	rules.flags(c)
	out.flags(c)
	return c
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
