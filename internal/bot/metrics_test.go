package bot

import (
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// TestMetrics scrapes after a scan, and after one that failed.
func TestMetrics(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		f.addQueue(number, "us-east-1", "orders", false)
		a := f.addAccount(number)
		b := f.start(func(o *Options) { o.Attempts = 1 })
		f.scanned(a, store.Complete, 1)
		f.refuse("role%2FAudit")
		f.now(b, a, store.Failed, 1)
		f.until("the job is dead", func() bool { return f.pending(b) == 0 })
		families, err := f.registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		for _, family := range families {
			for _, m := range family.Metric {
				name := family.GetName()
				for _, label := range m.Label {
					name += " " + label.GetValue()
				}
				got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
		for name, want := range map[string]float64{
			"surety_scans_total complete": 1, "surety_scans_total failed": 1, "surety_scan_duration_seconds": 2,
			"surety_jobs running": 0, "surety_jobs waiting": 0, "surety_jobs retrying": 0, "surety_jobs dead": 1,
			"surety_checks failure": 2, "surety_checks success": 1, "surety_checks unknown": 0,
			"surety_accounts_failing": 1, "surety_workers": 1,
		} {
			if value, ok := got[name]; !ok || value != want {
				t.Errorf("%s is %v (%v), not %v", name, value, ok, want)
			}
		}
		if got["surety_aws_calls_total"] == 0 {
			t.Error("no calls are counted")
		}
	})
}
