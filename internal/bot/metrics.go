package bot

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/store"
)

// Metrics are what Prometheus is told: what this process has done, and, at
// each scrape, how the whole stands.
type metrics struct {
	bot *Bot

	scans                     *prometheus.CounterVec
	duration                  prometheus.Histogram
	calls, retries, throttles prometheus.Counter

	jobs, checks     *prometheus.Desc
	failing, workers *prometheus.Desc
}

func newMetrics(b *Bot, registerer prometheus.Registerer) (*metrics, error) {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	m := &metrics{
		bot: b,
		scans: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "surety_scans_total", Help: "Scans that this process has ended, by outcome.",
		}, []string{"outcome"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "surety_scan_duration_seconds", Help: "Time that a scan took, from taking the account to the end of the merge.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 13), // up to an hour and a bit
		}),
		calls:     counter("surety_aws_calls_total", "Calls of the AWS API."),
		retries:   counter("surety_aws_retries_total", "Calls of the AWS API that were tried again."),
		throttles: counter("surety_aws_throttles_total", "Calls of the AWS API that AWS throttled."),
		jobs:      prometheus.NewDesc("surety_jobs", "Jobs in the queue, by state.", []string{"state"}, nil),
		checks:    prometheus.NewDesc("surety_checks", "Checks of all accounts, by status.", []string{"status"}, nil),
		failing:   prometheus.NewDesc("surety_accounts_failing", "Accounts that cannot be read at present.", nil, nil),
		workers:   prometheus.NewDesc("surety_workers", "Processes that scan.", nil, nil),
	}
	if registerer == nil {
		return m, nil
	}
	return m, registerer.Register(m)
}

func (m *metrics) unregister(registerer prometheus.Registerer) { registerer.Unregister(m) }

// scanned counts a scan that has ended.
func (m *metrics) scanned(outcome string, took time.Duration) {
	m.scans.WithLabelValues(outcome).Inc()
	m.duration.Observe(took.Seconds())
}

// called counts the calls of a reading.
func (m *metrics) called(stats *aws.Stats) {
	m.calls.Add(float64(stats.Calls))
	m.retries.Add(float64(stats.Retries))
	m.throttles.Add(float64(stats.Throttles))
}

func (m *metrics) parts() []prometheus.Collector {
	return []prometheus.Collector{m.scans, m.duration, m.calls, m.retries, m.throttles}
}

// Describe is what Prometheus asks.
func (m *metrics) Describe(out chan<- *prometheus.Desc) {
	for _, part := range m.parts() {
		part.Describe(out)
	}
	for _, desc := range []*prometheus.Desc{m.jobs, m.checks, m.failing, m.workers} {
		out <- desc
	}
}

// scrape bounds the queries of one.
const scrape = 5 * time.Second

// Collect is what Prometheus asks. What the database does not tell is left out,
// and the rest told.
func (m *metrics) Collect(out chan<- prometheus.Metric) {
	for _, part := range m.parts() {
		part.Collect(out)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrape)
	defer cancel()
	gauge := func(desc *prometheus.Desc, value int64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(value), labels...)
	}
	failed := func(err error) {
		m.bot.log.WarnContext(ctx, "a metric could not be told", "error", err)
	}
	if lengths, err := m.bot.queue.lengths(ctx); err != nil {
		failed(err)
	} else {
		for state, n := range lengths {
			gauge(m.jobs, n, state)
		}
	}
	if tallies, err := m.bot.store.Tallies(ctx, nil); err != nil {
		failed(err)
	} else {
		sums := map[store.Status]int64{}
		for _, t := range tallies {
			sums[t.Status] += t.N
		}
		for status, word := range map[store.Status]string{store.Success: "success", store.Failure: "failure", store.Unknown: "unknown"} {
			gauge(m.checks, sums[status], word)
		}
	}
	if n, err := m.bot.store.FailingAccounts(ctx); err != nil {
		failed(err)
	} else {
		gauge(m.failing, n)
	}
	if workers, err := m.bot.store.Workers(ctx, m.bot.options.Lease); err != nil {
		failed(err)
	} else {
		gauge(m.workers, int64(len(workers)))
	}
}
