package main

import (
	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/server"
)

// newWorker makes the command that only scans.
func newWorker() *cobra.Command {
	var d daemon
	c := &cobra.Command{
		Use:   "worker",
		Short: "Scan accounts for an assurance server",
		Long: `Scan the accounts of a server as they are due, beside it or instead of it. Any
number of workers share the work; no two scan the same account at a time, and
what a worker that dies has not finished another takes up.`,
		Example: "  surety worker --database postgres://surety@db/surety --key-file surety.key --workers 4",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := d.open(c, false); err != nil {
				return err
			}
			defer d.close()
			metrics, err := d.metrics()
			if err != nil {
				return err
			}
			var listeners []*server.Listener
			if metrics != nil {
				listeners = append(listeners, metrics)
			}
			return d.run(c.Context(), listeners...)
		},
	}
	d.flags(c, 2)
	return c
}
