package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/report"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/snapshot"
)

// liveFlags are what a user says about the accounts to read.
type liveFlags struct {
	login    aws.Login
	org      bool
	orgRole  string
	regions  []string
	services []string
	thorough bool
	secrets  bool
	quiet    bool
}

func (l *liveFlags) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&l.login.Profile, "profile", "", "`profile` of the AWS configuration files")
	f.StringVar(&l.login.Role, "role-arn", "", "`ARN` of a role to assume")
	f.StringVar(&l.login.ExternalID, "external-id", "", "`external id` that the role asks for")
	f.BoolVar(&l.org, "org", false, "read every active account of the organisation")
	f.StringVar(&l.orgRole, "org-role", aws.RoleName, "with --org: `name` of the role to assume in each account")
	f.StringSliceVar(&l.regions, "region", nil, "`regions` to read; all that are enabled otherwise")
	f.StringSliceVar(&l.services, "service", nil, "read these `services` only, under the AWS CLI's names (ec2,s3)")
	f.BoolVar(&l.thorough, "thorough", false, "judge what takes a call for each instance or volume, too, such as termination protection")
	f.BoolVar(&l.secrets, "include-secrets", false, "keep text that may hold credentials, such as environment variables, as it is")
	f.BoolVar(&l.quiet, "quiet", false, "show no progress")
}

// options turns the flags into what the source takes.
func (l *liveFlags) options(c *cobra.Command) (aws.Options, error) {
	var none aws.Options
	if c.Flags().Changed("org-role") && !l.org {
		return none, usage(c, "--org-role is of use with --org only")
	}
	if l.login.ExternalID != "" && l.login.Role == "" && !l.org {
		return none, usage(c, "--external-id is of use with --role-arn or --org only")
	}
	services := trimmed(l.services)
	if err := aws.CheckServices(services); err != nil {
		return none, usage(c, "--service: "+err.Error())
	}
	if l.org {
		l.login.Organization = l.orgRole
	}
	return aws.Options{Regions: aws.RegionSet(l.regions), Services: services, Secrets: l.secrets, Thorough: l.thorough}, nil
}

// newScanAWS makes the command that judges live accounts.
func newScanAWS() *cobra.Command {
	var (
		live  liveFlags
		rules selection
		out   presentation
	)
	c := &cobra.Command{
		Use:   "aws",
		Short: "Scan live AWS accounts",
		Long: `Read an account through the AWS API and hold it against the rules. Nothing is
changed: surety iam-policy prints all that is called. Credentials, endpoints and
proxies are those of the AWS SDK (AWS_PROFILE, single sign-on, AWS_ENDPOINT_URL
and so on). Only what the selected rules need is read.

Exit status: 0 when the scan is done, 1 when something fails at or above
--fail-on (where that is given), 2 when an account could not be read at all, the
scan was stopped or the call was wrong. What could not be read is shown, and
what depends on it is unknown.`,
		Example: `  surety scan aws
  surety scan aws --profile production --region eu-central-1 --fail-on high
  surety scan aws --org --org-role SuretyReadOnly --external-id 8a1f… --format html -o report.html`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return scanAWS(c, &live, &rules, &out) },
	}
	live.flags(c)
	rules.flags(c)
	out.flags(c)
	return c
}

func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(c, fmt.Sprintf("%q is not understood: this command takes flags only", args[0]))
	}
	return nil
}

func scanAWS(c *cobra.Command, live *liveFlags, rules *selection, out *presentation) error {
	if err := out.check(c); err != nil {
		return err
	}
	reading, err := live.options(c)
	if err != nil {
		return err
	}
	judging, err := rules.options()
	if err != nil {
		return err
	}
	judging.Now = time.Now().UTC()
	needs, err := engine.Needs(judging, aws.Given(&aws.Options{Services: reading.Services, Thorough: reading.Thorough}))
	if err != nil {
		return err
	}
	reading.Needs, reading.Lean, reading.Now = needs, true, judging.Now
	if reading.Accounts, err = aws.Accounts(c.Context(), live.login); err != nil {
		return err
	}
	inv, stats, stopped := read(c, live, reading)
	return judge(c, inv, judging, rules, out, func(r *report.Report) {
		r.Live, r.Elapsed = liveReport(stats), time.Since(judging.Now)
		r.Problems = slices.Concat(stopped, r.Problems)
	})
}

// read reads accounts; Ctrl-C ends the reading with what there is by then.
func read(c *cobra.Command, live *liveFlags, options aws.Options) (*cloud.Inventory, *aws.Stats, []cloud.Problem) {
	ctx := c.Context()
	if os.Getenv("GOGC") == "" {
		// Answers become resources and are garbage at once; a scan waits for
		// the network anyway.
		defer debug.SetGCPercent(debug.SetGCPercent(30))
	}
	show := &progress{}
	if !live.quiet {
		show = startProgress(c.ErrOrStderr())
	}
	options.Progress = show.update
	inv, stats := aws.Read(ctx, options)
	show.end()
	if ctx.Err() != nil {
		return inv, stats, []cloud.Problem{{
			Severity: cloud.Error, Summary: "the scan was stopped before all was read",
			Detail: "What is shown was judged; what was not read is unknown.",
		}}
	}
	return inv, stats, nil
}

// judge holds an inventory against the rules and writes the report.
func judge(c *cobra.Command, inv *cloud.Inventory, judging engine.Options, rules *selection, out *presentation, fill func(*report.Report)) error {
	// A reading that was stopped is judged all the same.
	result, err := engine.Run(context.WithoutCancel(c.Context()), inv, judging)
	if err != nil {
		return err
	}
	r := &report.Report{
		Checks:    result.Checks,
		Problems:  slices.Concat(rules.idle(judging, idleInAccounts(result.Left)), inv.Problems, result.Problems),
		Standard:  rules.outcome(judging, result.Checks, notRead(result.Left)),
		Resources: len(inv.Resources),
		Rules:     result.Rules,
		Time:      judging.Now,
	}
	fill(r)
	return out.show(c, r)
}

func liveReport(stats *aws.Stats) *report.Live {
	l := &report.Live{
		Accounts: stats.Accounts, Regions: stats.Regions, Calls: stats.Calls,
		Retries: stats.Retries, Throttles: stats.Throttles,
	}
	for _, f := range stats.Failures {
		l.Unread = append(l.Unread, report.Unread{
			Account: f.Account, Action: f.Action, Cause: string(f.Cause), Reason: f.Reason,
			Regions: f.Regions, Types: f.Types, Count: f.Count,
		})
	}
	return l
}

// newCollectAWS makes the command that reads live accounts into a snapshot.
func newCollectAWS() *cobra.Command {
	var (
		live   liveFlags
		output string
	)
	c := &cobra.Command{
		Use:   "aws",
		Short: "Read live AWS accounts into a snapshot",
		Long: `Read accounts as surety scan aws does and keep what was read, to be judged later
by surety scan snapshot. Text that may hold credentials (environment variables,
user data and the like) is replaced by the kinds of credentials in it, unless
--include-secrets is given.`,
		Example: `  surety collect aws -o production.surety
  surety scan snapshot production.surety`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return collectAWS(c, &live, output) },
	}
	live.flags(c)
	outputFlag(c, &output)
	return c
}

func collectAWS(c *cobra.Command, live *liveFlags, output string) error {
	if output == "" {
		return usage(c, "name the file to write with -o")
	}
	reading, err := live.options(c)
	if err != nil {
		return err
	}
	reading.Now = time.Now().UTC()
	if reading.Accounts, err = aws.Accounts(c.Context(), live.login); err != nil {
		return err
	}
	inv, stats, stopped := read(c, live, reading)
	inv.Problems = append(inv.Problems, stopped...)
	header := snapshot.Header{Taken: reading.Now, By: version(), Regions: stats.Regions, Accounts: []string{}}
	for _, a := range reading.Accounts {
		header.Accounts = append(header.Accounts, a.ID)
	}
	if err := writeOutput(c, output, func(w io.Writer) error { return snapshot.Write(w, inv, header) }); err != nil {
		return err
	}
	r := &report.Report{Live: liveReport(stats), Resources: len(inv.Resources), Elapsed: stats.Elapsed, Problems: inv.Problems}
	s := screenOf(c.ErrOrStderr(), false)
	if err := report.WriteReading(c.ErrOrStderr(), r, s.color, s.width); err != nil {
		return err
	}
	if inv.Failed() {
		return failed
	}
	return nil
}

// newScanSnapshot makes the command that judges a snapshot.
func newScanSnapshot() *cobra.Command {
	var (
		rules selection
		out   presentation
	)
	c := &cobra.Command{
		Use:   "snapshot FILE",
		Short: "Scan what surety collect aws has read",
		Long: `Hold a snapshot against the rules, as of the time at which it was taken, so that
it gives the checks that a scan gave then. The file - is standard input.`,
		Example: "  surety scan snapshot production.surety --fail-on high",
		RunE: func(c *cobra.Command, files []string) error {
			if len(files) != 1 {
				return usage(c, "name one snapshot, or - for standard input")
			}
			return scanSnapshot(c, files[0], &rules, &out)
		},
	}
	rules.flags(c)
	out.flags(c)
	return c
}

func scanSnapshot(c *cobra.Command, name string, rules *selection, out *presentation) error {
	start := time.Now()
	if err := out.check(c); err != nil {
		return err
	}
	judging, err := rules.options()
	if err != nil {
		return err
	}
	inv, header, err := readSnapshot(c, name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	judging.Now = header.Taken
	return judge(c, inv, judging, rules, out, func(r *report.Report) {
		r.Elapsed = time.Since(start)
	})
}

func readSnapshot(c *cobra.Command, name string) (*cloud.Inventory, *snapshot.Header, error) {
	if name == "-" {
		return snapshot.Read(c.InOrStdin())
	}
	file, err := os.Open(name)
	if err != nil {
		var path *os.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, nil, err
	}
	defer file.Close()
	return snapshot.Read(file)
}

// newPolicy makes the command that prints what a scan is allowed to read.
func newPolicy() *cobra.Command {
	var format, output string
	c := &cobra.Command{
		Use:   "iam-policy",
		Short: "Print the read-only policy that a scan needs",
		Long: `Print every permission that surety scan aws may use: as policy documents (json,
one a line), or as a role with them for the account that is scanned
(cloudformation, terraform). It is made from what the collectors declare; what
is not in it is never called.`,
		Example: `  surety iam-policy --format cloudformation -o surety-role.yaml`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			text, err := aws.Policy(format)
			if err != nil {
				return usage(c, err.Error())
			}
			return writeOutput(c, output, func(w io.Writer) error {
				_, err := io.WriteString(w, text)
				return err
			})
		},
	}
	c.Flags().StringVar(&format, "format", "json", "`format` of the policy: "+strings.Join(aws.PolicyFormats, ", "))
	outputFlag(c, &output)
	return c
}
