package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/bot"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/server"
	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/internal/store"
)

// A daemon is what surety serve and surety worker have in common: they run
// until they are stopped, on a database.
type daemon struct {
	database      string
	keyFile       string
	pages         string
	metricsListen string
	logFormat     string
	logLevel      string
	workers       int
	grace         time.Duration

	log       *slog.Logger
	store     *store.Store
	key       *secretbox.Box
	library   *rule.Library
	standards *standard.Set
	bot       *bot.Bot
	registry  *prometheus.Registry
	access    api.AccessCheck // of the server; the zero value where nothing talks to AWS

	privateKnowledge bool // of the server, too
}

func (d *daemon) flags(c *cobra.Command, workers int) {
	f := c.Flags()
	databaseFlag(c, &d.database)
	keyFlag(c, &d.keyFile)
	pagesFlag(c, &d.pages)
	f.StringVar(&d.metricsListen, "metrics-listen", "", "`address` for Prometheus metrics, such as 127.0.0.1:9090; none when not given")
	f.StringVar(&d.logFormat, "log-format", "text", "`format` of the log: text, json")
	f.StringVar(&d.logLevel, "log-level", "info", "`level` of the log: debug, info, warn, error")
	f.IntVar(&d.workers, "workers", workers, "`number` of accounts to scan at a time in this process; 0 for none")
	f.DurationVar(&d.grace, "grace", 25*time.Second, "`time` that scans and requests get to end when the process is stopped")
	configFlag(c)
}

func keyFlag(c *cobra.Command, file *string) {
	c.Flags().StringVar(file, "key-file", "", "`file` with the key for secrets in the database, surety.key beside the SQLite database when not given; SURETY_KEY may hold the key itself")
}

// keyVariable holds the key itself, where there are no files.
const keyVariable = "SURETY_KEY"

// open opens everything that the process works on. make says whether a key may
// be made: only the server may, once.
func (d *daemon) open(c *cobra.Command, make bool) error {
	if err := configure(c); err != nil {
		return err
	}
	if d.workers < 0 || d.workers > 100 {
		return usage(c, fmt.Sprintf("--workers is %d; 0 to 100 are possible", d.workers))
	}
	if err := store.CheckName(d.database); err != nil {
		return usage(c, "--database: "+err.Error())
	}
	var err error
	if d.log, err = d.logger(c); err != nil {
		return err
	}
	if d.library, err = loadLibrary(d.pages); err != nil {
		return err
	}
	if d.standards, err = loadStandards(); err != nil {
		return err
	}
	if d.key, err = d.openKey(make); err != nil {
		return err
	}
	return d.connect(c.Context(), nil)
}

// connect opens the database, and makes the bot that works on it. read takes
// the place of AWS; nil for AWS.
func (d *daemon) connect(ctx context.Context, read func(context.Context, *store.Account) (*bot.Reading, error)) error {
	var err error
	if d.store, err = store.Open(ctx, d.database, store.Options{Key: d.key, Connections: 10 + d.workers}); err != nil {
		return err
	}
	// Something sealed stands in every database: another key shows at once.
	if _, err := d.store.Organisation(ctx); err != nil {
		return errors.Join(err, d.store.Close())
	}
	d.registry = prometheus.NewRegistry()
	d.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	d.bot, err = bot.New(ctx, bot.Options{
		Store: d.store, Library: d.library, Log: d.log, Registerer: d.registry, Workers: d.workers, Read: read,
	})
	if err != nil {
		return errors.Join(err, d.store.Close())
	}
	return nil
}

func (d *daemon) logger(c *cobra.Command) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(d.logLevel)); err != nil {
		return nil, usage(c, fmt.Sprintf("--log-level %q is no level; use debug, info, warn or error", d.logLevel))
	}
	options := &slog.HandlerOptions{Level: level}
	switch d.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(c.ErrOrStderr(), options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(c.ErrOrStderr(), options)), nil
	}
	return nil, usage(c, fmt.Sprintf("--log-format %q is no format; use text or json", d.logFormat))
}

// openKey reads the key for secrets. It is made where it may be and there is
// none, but never beside a database that another key has written.
func (d *daemon) openKey(make bool) (*secretbox.Box, error) {
	if os.Getenv(keyVariable) != "" {
		return secretbox.FromEnv(keyVariable)
	}
	file := d.keyFile
	if file == "" {
		file = "surety.key"
		if !store.IsPostgres(d.database) {
			file = filepath.Join(filepath.Dir(d.database), file)
		}
	}
	if make {
		return secretbox.LoadOrCreate(file)
	}
	box, err := secretbox.Load(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no key file %s; give --key-file the one that surety serve uses", file)
	}
	return box, err
}

// close ends the connections to the database.
func (d *daemon) close() {
	if err := d.store.Close(); err != nil {
		d.log.Warn("the database was not closed well", "error", err)
	}
}

// metrics opens the listener for Prometheus; nil without one.
func (d *daemon) metrics() (*server.Listener, error) {
	if d.metricsListen == "" {
		return nil, nil
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(d.registry, promhttp.HandlerOpts{}))
	l, err := server.Listen(d.metricsListen, "", "", mux, d.log)
	if err != nil {
		return nil, fmt.Errorf("--metrics-listen: %w", err)
	}
	return l, nil
}

// run starts the bot and the listeners, and ends them in order when the
// context does: first no new requests and scans, then what is being done gets
// the time of grace.
func (d *daemon) run(ctx context.Context, listeners ...*server.Listener) error {
	// What was needed only to start is garbage: the migrations' parser alone
	// leaves buffers of 16 MB in a pool, which two collections empty.
	runtime.GC()
	debug.FreeOSMemory()
	if err := d.bot.Start(ctx); err != nil {
		return err
	}
	ended := make(chan error, len(listeners))
	for _, l := range listeners {
		d.log.Info("listening", "address", l.Addr().String())
		go func() { ended <- l.Serve() }()
	}
	var failed error
	select {
	case <-ctx.Done():
		d.log.Info("stopping", "grace", d.grace)
	case failed = <-ended:
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.grace)
	defer cancel()
	for _, l := range listeners {
		failed = errors.Join(failed, l.Shutdown(grace))
	}
	return errors.Join(failed, d.bot.Stop(grace))
}
