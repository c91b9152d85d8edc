package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/customrule"
	"github.com/surety-cloud/surety/internal/source/snapshot"
	"github.com/surety-cloud/surety/internal/store"
)

const number = "111122223333"

// url is how moto names a queue, which is the resource's id.
func (f *fixture) url(number, region, name string) string {
	f.Helper()
	out, err := f.queueClient(number, region).GetQueueUrl(f.Context(), &sqs.GetQueueUrlInput{QueueName: &name})
	if err != nil {
		f.Fatal(err)
	}
	return *out.QueueUrl
}

// now scans an account and waits for the n-th scan with an outcome.
func (f *fixture) now(b *Bot, a store.Account, outcome string, n int) store.Scan {
	f.Helper()
	// The job of the scan before ends a moment after the scan does.
	f.until("the queue is empty", func() bool { return f.pending(b) == 0 })
	if err := b.ScanNow(f.Context(), a.Num); err != nil {
		f.Fatal(err)
	}
	return f.scanned(a, outcome, n)
}

// pending counts the jobs that are not at their end.
func (f *fixture) pending(b *Bot) int64 {
	f.Helper()
	lengths, err := b.queue.lengths(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	return lengths[store.JobWaiting] + lengths[store.JobRunning] + lengths[store.JobRetrying]
}

// TestScan follows an account through its scans: the first, what changes, what
// cannot be read.
func TestScan(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		f.addQueue(number, "us-east-1", "orders", false)
		f.addQueue(number, "eu-west-1", "mail", true)
		a := f.addAccount(number)
		b := f.start()
		scan := f.scanned(a, store.Complete, 1)
		if scan.Reason != bySchedule || scan.Counts["resources"] != 2 || scan.Counts["calls"] == 0 || scan.Counts["created"] != int64(len(f.checks(a))) {
			t.Errorf("the first scan is %+v", scan)
		}
		orders := "SQS-004 us-east-1 " + f.url(number, "us-east-1", "orders")
		mail := "SQS-004 eu-west-1 " + f.url(number, "eu-west-1", "mail")
		first := f.checks(a)
		if c := first[orders]; c.Status != store.Failure || c.Service != "SQS" || c.Risk != 3 || c.Type != "AWS::SQS::Queue" || !strings.Contains(c.Message, "no server-side encryption") {
			t.Errorf("the check of the plain queue is %+v", c)
		}
		if c := first[mail]; c.Status != store.Success {
			t.Errorf("the check of the encrypted queue is %+v", c)
		}
		if now := f.account(a); now.NextScan.Before(time.Now()) || now.ScanID != "" || now.LastScan.IsZero() {
			t.Errorf("after the scan the account is %+v", now)
		}
		f.mu.Lock()
		if got := strings.Join(f.called, "\n"); !strings.Contains(got, "ExternalId=external-"+number) || !strings.Contains(got, "role%2FAudit") {
			t.Errorf("the roles that were assumed are %s", got)
		}
		f.mu.Unlock()

		// What changes changes, and nothing else.
		address := f.url(number, "us-east-1", "orders")
		if _, err := f.queueClient(number, "us-east-1").SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
			QueueUrl: &address, Attributes: map[string]string{"SqsManagedSseEnabled": "true"},
		}); err != nil {
			t.Fatal(err)
		}
		if scan := f.now(b, a, store.Complete, 2); scan.Reason != byHand || scan.Counts["resolved"] != 1 || scan.Counts["changed"] != 1 || scan.Counts["created"] != 0 {
			t.Errorf("the second scan is %+v", scan)
		}
		second := f.checks(a)
		if second[orders].Status != store.Success || second[orders].Resolved.IsZero() {
			t.Errorf("the repaired check is %+v", second[orders])
		}
		if d := cmp.Diff(first[mail], second[mail]); d != "" {
			t.Errorf("the other check changed:\n%s", d)
		}

		// What cannot be told keeps what was known of it.
		f.refuse("AmazonSQS.GetQueueAttributes")
		if scan := f.now(b, a, store.Partial, 1); !strings.Contains(scan.Error, "sqs:GetQueueAttributes is denied") {
			t.Errorf("the scan without attributes is %+v", scan)
		}
		unread := f.checks(a)
		for name, before := range second {
			if c := unread[name]; c.Status != before.Status || c.StaleSince.IsZero() || !strings.Contains(c.Reason, "sqs:GetQueueAttributes is denied") {
				t.Errorf("%s that could not be told is %+v", name, c)
			}
		}
		f.refuse()
		f.now(b, a, store.Complete, 3)
		for name, c := range f.checks(a) {
			if !c.StaleSince.IsZero() || c.Reason != "" {
				t.Errorf("%s is still stale: %+v", name, c)
			}
		}
	})
}

// TestRefused has an account whose role cannot be assumed: it keeps its checks,
// says why it fails, and is tried a few times only.
func TestRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		f.addQueue(number, "us-east-1", "orders", false)
		a := f.addAccount(number)
		b := f.start(func(o *Options) { o.Attempts = 2 })
		f.scanned(a, store.Complete, 1)
		before := f.checks(a)
		f.refuse("role%2FAudit")
		f.now(b, a, store.Failed, 2)
		f.until("the job is dead", func() bool { return f.pending(b) == 0 })
		now := f.account(a)
		if now.FailedSince.IsZero() || !strings.Contains(now.Failure, "trust policy") || strings.Contains(now.Failure, "external-") || now.NextScan.Before(time.Now()) {
			t.Errorf("the account is %+v", now)
		}
		if d := cmp.Diff(before, f.checks(a)); d != "" {
			t.Errorf("the checks changed:\n%s", d)
		}
		dead, err := b.Jobs(t.Context(), store.JobDead, 10)
		if err != nil || len(dead) != 1 || dead[0].Account != a.Num || dead[0].Attempt != 2 || !strings.Contains(dead[0].Error, "could not be read") || dead[0].Worker != b.options.Name {
			t.Fatalf("the dead jobs are %+v, %v", dead, err)
		}
		// The role is repaired, and the job done anew.
		f.refuse()
		if err := b.RetryJob(t.Context(), dead[0].ID); err != nil {
			t.Fatal(err)
		}
		f.scanned(a, store.Complete, 2)
		if now := f.account(a); !now.FailedSince.IsZero() || now.Failure != "" {
			t.Errorf("the account still fails: %+v", now)
		}
		f.until("the queue is empty", func() bool { return f.pending(b) == 0 })
		if dead, err := b.Jobs(t.Context(), store.JobDead, 10); err != nil || len(dead) != 0 {
			t.Errorf("the dead jobs are %+v, %v", dead, err)
		}

		// A role that may be assumed and may do nothing is no better.
		f.refuse("AmazonSQS.ListQueues")
		f.now(b, a, store.Failed, 3)
		if now := f.account(a); !strings.Contains(now.Failure, "sqs:ListQueues is denied") || !strings.Contains(now.Failure, "surety iam-policy") {
			t.Errorf("the failure is %q", now.Failure)
		}
		if len(f.checks(a)) != len(before) {
			t.Error("the checks are gone")
		}

		// Of failures that follow each other the last is kept.
		f.now(b, a, store.Failed, 5)
		f.until("the job is dead", func() bool { return f.pending(b) == 0 })
		if dead, err := b.Jobs(t.Context(), store.JobDead, 10); err != nil || len(dead) != 1 {
			t.Errorf("the dead jobs are %+v, %v", dead, err)
		}
		if jobs, err := b.Jobs(t.Context(), "lost", 10); err == nil {
			t.Errorf("the jobs of a state that there is not: %+v", jobs)
		}
	})
}

// TestOtherAccount has credentials of another account than is to be read.
func TestOtherAccount(t *testing.T) {
	f := newFixture(t, t.TempDir()+"/surety.db")
	a := store.Account{Name: "own", Environment: "test", AWSID: number} // without a role: the server's own account
	if err := f.store.AddAccount(t.Context(), &a); err != nil {
		t.Fatal(err)
	}
	f.start()
	f.scanned(a, store.Failed, 1)
	if now := f.account(a); !strings.Contains(now.Failure, "123456789012") {
		t.Errorf("the failure is %q", now.Failure)
	}
	if got := f.checks(a); len(got) != 0 {
		t.Errorf("the checks of another account: %v", got)
	}
}

// TestRegionOff switches a region off and on.
func TestRegionOff(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		f.addQueue(number, "us-east-1", "orders", false)
		f.addQueue(number, "eu-west-1", "mail", true)
		a := f.addAccount(number)
		b := f.start()
		f.scanned(a, store.Complete, 1)
		set := func(off map[string]bool) {
			t.Helper()
			if err := f.store.SetBot(t.Context(), a.Num, &store.Bot{Delay: 1, DisabledRegions: off}); err != nil {
				t.Fatal(err)
			}
		}
		regions := func() map[string]bool {
			in := map[string]bool{}
			for _, c := range f.checks(a) {
				in[c.Region] = true
			}
			return in
		}
		set(map[string]bool{"eu-west-1": true})
		f.now(b, a, store.Complete, 2)
		if d := cmp.Diff(map[string]bool{"us-east-1": true}, regions()); d != "" {
			t.Errorf("regions (-want +got):\n%s", d)
		}
		set(nil)
		f.now(b, a, store.Complete, 3)
		if d := cmp.Diff(map[string]bool{"us-east-1": true, "eu-west-1": true}, regions()); d != "" {
			t.Errorf("regions (-want +got):\n%s", d)
		}
	})
}

const longNames = `{"name": "Names of queues are short", "description": "d", "service": "SQS", "resourceType": "%s", "severity": "HIGH",
	"enabled": true, "provider": "aws", "categories": ["operational-excellence"], "attributes": [{"name": "name", "path": "data.QueueName", "required": true}],
	"rules": [{"conditions": {"all": [{"fact": "name", "operator": "pattern", "value": "^.{1,5}$"}]}, "event": {"type": "the name is longer than 5 characters"}}]}`

// TestRules scans with a custom rule, a rule that is off, and an exception.
func TestRules(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		f.addQueue(number, "us-east-1", "orders", false)
		f.addQueue(number, "us-east-1", "mail", false)
		a := f.addAccount(number)
		b := f.start()
		f.scanned(a, store.Complete, 1)
		orders, mail := f.url(number, "us-east-1", "orders"), f.url(number, "us-east-1", "mail")

		written, err := customrule.Parse(fmt.Appendf(nil, longNames, conformity.Descriptor("AWS::SQS::Queue").Descriptor))
		if err != nil {
			t.Fatal(err)
		}
		custom, err := f.store.AddCustomRule(t.Context(), written)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := f.store.ChangeAccountSettings(t.Context(), a.Num, store.RuleNote{}, func([]conformity.Setting) ([]conformity.Setting, error) {
			return []conformity.Setting{
				{ID: "SQS-003", Enabled: false, RiskLevel: "MEDIUM", Provider: "aws"},
				{ID: "SQS-004", Enabled: true, RiskLevel: "EXTREME", Provider: "aws", Exceptions: &conformity.Exceptions{Resources: []string{mail}}},
			}, nil
		}); err != nil {
			t.Fatal(err)
		}
		f.now(b, a, store.Complete, 2)
		got := map[string]string{}
		for name, c := range f.checks(a) {
			got[name] = fmt.Sprintf("%d %d", c.Status, c.Risk)
		}
		want := map[string]string{
			"SQS-004 us-east-1 " + orders: "2 5",
			"SQS-005 us-east-1 " + orders: "2 2", "SQS-005 us-east-1 " + mail: "2 2",
			custom.ID + " us-east-1 " + orders: "2 3", custom.ID + " us-east-1 " + mail: "1 3",
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("checks (-want +got):\n%s", d)
		}
		c := f.checks(a)[custom.ID+" us-east-1 "+orders]
		if c.Origin != store.ByCustomRule || c.Service != "SQS" || c.Message != "the name is longer than 5 characters" || !strings.Contains(c.Extra, `"title":"Names of queues are short"`) {
			t.Errorf("the check of the custom rule is %+v", c)
		}
		kept, err := f.store.ResourcesNamed(t.Context(), a.Num, "AWS::SQS::Queue", orders)
		if err != nil || len(kept) != 1 {
			t.Fatalf("the resource is %+v, %v", kept, err)
		}
		r, err := snapshot.Unmarshal(kept[0].Doc)
		if err != nil || r.Properties["QueueName"] != "orders" || r.Properties["VisibilityTimeout"] == nil {
			t.Errorf("the document is %+v, %v", r, err)
		}
	})
}

// TestSchedule pauses an account, and scans it by hand.
func TestSchedule(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		a := f.addAccount(number)
		if err := f.store.SetBot(t.Context(), a.Num, &store.Bot{Delay: 1, Disabled: true}); err != nil {
			t.Fatal(err)
		}
		idle := f.make(func(o *Options) { o.Workers, o.Registerer = 0, nil }) // puts jobs into the queue only
		// A job of the schedule that was waiting when the account was paused.
		if err := idle.insert(t.Context(), scanArgs{Account: a.Num, Reason: bySchedule}, once(scans, regular)); err != nil {
			t.Fatal(err)
		}
		b := f.start()
		f.until("the waiting job is dropped", func() bool { return f.pending(b) == 0 })
		if scans, err := f.store.Scans(t.Context(), a.Num, 10); err != nil || len(scans) != 0 {
			t.Errorf("a paused account was scanned: %+v, %v", scans, err)
		}
		if err := idle.ScanNow(t.Context(), a.Num); err != nil {
			t.Fatal(err)
		}
		if scan := f.scanned(a, store.Complete, 1); scan.Reason != byHand {
			t.Errorf("the scan by hand is %+v", scan)
		}
		if now := f.account(a); !now.NextScan.IsZero() {
			t.Errorf("a paused account is due at %v", now.NextScan)
		}
		// A user's request turns the waiting job of the schedule into one of
		// their own, and does not add a second.
		f.until("the queue is empty", func() bool { return f.pending(b) == 0 })
		if err := b.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, do := range []func() error{
			func() error {
				return idle.insert(t.Context(), scanArgs{Account: a.Num, Reason: bySchedule}, once(scans, regular))
			},
			func() error { return idle.ScanNow(t.Context(), a.Num) },
			func() error { return idle.ScanNow(t.Context(), a.Num) },
		} {
			if err := do(); err != nil {
				t.Fatal(err)
			}
		}
		waiting, err := idle.Jobs(t.Context(), store.JobWaiting, 10)
		if err != nil || len(waiting) != 1 || waiting[0].Reason != byHand {
			t.Fatalf("the waiting jobs are %+v, %v", waiting, err)
		}
		if err := idle.DeleteJob(t.Context(), waiting[0].ID); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{"retry": idle.RetryJob(t.Context(), waiting[0].ID), "delete": idle.DeleteJob(t.Context(), waiting[0].ID)} {
			if err != store.ErrNotFound {
				t.Errorf("%s of a job that is gone: %v", name, err)
			}
		}
	})
}

// TestStop breaks a scan off: the account is free at once, and another worker
// does the job.
func TestStop(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		a := f.addAccount(number)
		b := f.start(func(o *Options) { o.Lease = time.Minute }) // nothing is to run out here
		f.scanned(a, store.Complete, 1)
		release := f.pause("AmazonSQS.ListQueues")
		defer release()
		f.until("the queue is empty", func() bool { return f.pending(b) == 0 })
		if err := b.ScanNow(t.Context(), a.Num); err != nil {
			t.Fatal(err)
		}
		f.until("the scan is at work", f.waiting)
		if running, err := b.Jobs(t.Context(), store.JobRunning, 10); err != nil || len(running) != 1 {
			t.Errorf("the running jobs are %+v, %v", running, err)
		} else if err := b.DeleteJob(t.Context(), running[0].ID); err != store.ErrRunning {
			t.Errorf("the deletion of a running job: %v", err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := b.Stop(ended); err != nil {
			t.Fatal(err)
		}
		f.scanned(a, store.Abandoned, 1)
		if now := f.account(a); now.ScanID != "" {
			t.Errorf("the account is not free: %+v", now)
		}
		release()
		second := f.start()
		f.scanned(a, store.Complete, 2)
		f.until("the queue is empty", func() bool { return f.pending(second) == 0 })
	})
}
