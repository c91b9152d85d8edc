package demo_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/demo"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/report"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/snapshot"
)

func account(t testing.TB) aws.Options {
	t.Helper()
	options, err := demo.Account()
	if err != nil {
		t.Fatal(err)
	}
	return options
}

// TestPlay reads the recorded account: whatever the collectors ask must have
// been recorded, and two readings are equal.
func TestPlay(t *testing.T) {
	first, stats := aws.Read(t.Context(), account(t))
	for _, p := range first.Problems {
		t.Error(p)
	}
	for _, f := range stats.Failures {
		if f.Action == "ec2:GetSerialConsoleAccessStatus" {
			continue // the permission that is missing on purpose
		}
		t.Errorf("%s: %s; make the recording anew: go run ./internal/demo/record -o internal/demo/account", f.Action, f.Reason)
	}
	if len(first.Resources) < 200 {
		t.Errorf("%d resources", len(first.Resources))
	}
	second, _ := aws.Read(t.Context(), account(t))
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("a second reading differs:\n%s", diff)
	}
}

func BenchmarkDemo(b *testing.B) {
	options := account(b)
	for b.Loop() {
		inv, stats := aws.Read(b.Context(), options)
		b.ReportMetric(float64(len(inv.Resources)), "resources")
		b.ReportMetric(float64(stats.Calls), "calls")
	}
}

// TestSnapshot judges the recorded account as it is read and from a snapshot:
// the checks must be the same in every word.
func TestSnapshot(t *testing.T) {
	options := account(t)
	inv, _ := aws.Read(t.Context(), options)
	var file bytes.Buffer
	if err := snapshot.Write(&file, inv, snapshot.Header{Taken: options.Now}); err != nil {
		t.Fatal(err)
	}
	if file.Len() > 1<<20 {
		t.Errorf("the snapshot has %d bytes", file.Len())
	}
	raw := uncompressed(t, file.Bytes())
	for _, r := range inv.Resources {
		if r.Type == "AWS::IAM::AccessKey" {
			raw = bytes.ReplaceAll(raw, []byte(r.ID), nil) // the id of a key is no secret; elsewhere it would be told with one
		}
	}
	for _, secret := range []string{"AKIA", "BEGIN RSA", "hunter2"} {
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("the snapshot holds %q", secret)
		}
	}
	again, header, err := snapshot.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	want, got := judged(t, inv, options.Now), judged(t, again, header.Taken)
	if len(want) < 1000 {
		t.Errorf("%d checks", len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checks (-live +snapshot):\n%s", diff)
	}
}

func uncompressed(t *testing.T, data []byte) []byte {
	t.Helper()
	reader, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	raw, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// judged is the report of an inventory as scripts see it.
func judged(t *testing.T, inv *cloud.Inventory, now time.Time) []string {
	t.Helper()
	library, live := pages()
	result, err := engine.Run(t.Context(), inv, engine.Options{Library: library, Rules: live, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.Write(&out, "jsonl", &report.Report{Checks: result.Checks}); err != nil {
		t.Fatal(err)
	}
	return strings.Split(out.String(), "\n")
}
