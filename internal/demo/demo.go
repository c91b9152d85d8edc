// Package demo is a recorded account: every request of a scan of a deliberately
// flawed account, and every answer, so that a scan can be shown on a machine
// without an account and without a network. What is played goes through the AWS
// SDK and the collectors as the answers of AWS would.
//
// A World makes three accounts of the one, and the 30 days before now: so the
// web interface can be shown, too. What it shows was judged by the engine; only
// the days on which resources went from one state to another are made up.
//
// The recording is made by the command in record, of the account that package
// account builds: go run ./internal/demo/record
package demo

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/surety-cloud/surety/internal/source/aws"
)

//go:embed account.yaml.gz
var recording []byte

//go:embed account.time
var taken string

// Account is the recorded account, read as of the time of its recording. What
// is asked that was not recorded fails, as a call that is denied would.
func Account() (aws.Options, error) {
	now, err := time.Parse(time.RFC3339, strings.TrimSpace(taken))
	if err != nil {
		return aws.Options{}, err
	}
	tape, err := Play(recording)
	if err != nil {
		return aws.Options{}, fmt.Errorf("the recorded account could not be read: %w", err)
	}
	return Options(awssdk.Config{HTTPClient: tape, BaseEndpoint: awssdk.String("http://" + Host)}, now), nil
}

// Options are how the account is read when it is recorded and when it is
// played: three regions, and the services that the recorded server has.
func Options(cfg awssdk.Config, now time.Time) aws.Options {
	cfg.Region = "us-east-1"
	cfg.Credentials = credentials.NewStaticCredentialsProvider("demo", "demo", "")
	return aws.Options{
		Accounts: []aws.Account{{Config: cfg}},
		Regions:  []string{"ap-southeast-2", "eu-central-1", "us-east-1"},
		Services: services(),
		Thorough: true,
		Now:      now,
		Attempts: 1,
		// The machine that answers is this one.
		Unlimited: true,
	}
}

// services leaves out what is read through Cloud Control, which the recorded
// server does not have.
func services() []string {
	own := aws.Services()
	return slices.DeleteFunc(own, func(name string) bool {
		return slices.ContainsFunc(aws.ListedTypes(), func(typ string) bool {
			return strings.ToLower(strings.Split(typ, "::")[1]) == name
		})
	})
}
