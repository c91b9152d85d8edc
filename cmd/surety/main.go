// Surety holds AWS accounts and templates against best-practice rules.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// A status ends the program with that exit status and no message.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// The exit statuses: 0 is done and nothing at or above --fail-on.
const (
	found  status = 1 // something at or above --fail-on
	failed status = 2 // the scan could not be done, or the call was wrong
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// What does not end on the first signal ends on the second.
	context.AfterFunc(ctx, stop)
	err := newRoot().ExecuteContext(ctx)
	stop()
	var ended status
	switch {
	case err == nil:
	case errors.As(err, &ended):
		os.Exit(int(ended))
	default:
		fmt.Fprintln(os.Stderr, "surety:", err)
		os.Exit(int(failed))
	}
}
