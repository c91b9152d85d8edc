// Command record makes the recording that `surety demo` plays: it starts
// moto_server, builds the demo account there, reads the account with the live
// source, and writes every request and answer of that reading to a cassette.
//
//	go run ./internal/demo/record -o internal/demo/account
//
// Nothing outside of the machine is called.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/surety-cloud/surety/internal/demo/account"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func main() {
	output := flag.String("o", "", "file to write, without its ending .yaml.gz")
	flag.Parse()
	if *output == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := record(ctx, *output); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

// record builds the account and writes the cassette of its reading.
func record(ctx context.Context, output string) (err error) {
	server, err := account.Serve(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()

	start := time.Now()
	if err := account.Build(ctx, server.Config()); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "account built in %v\n", time.Since(start).Round(time.Millisecond))

	return onto(output, func(cfg aws.Config) error { return read(ctx, cfg, output) }, awstest.PlainHost(server.Config()))
}
