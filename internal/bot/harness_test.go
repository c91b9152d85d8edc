package bot

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/internal/store"
	"github.com/surety-cloud/surety/internal/store/pgtest"
	"github.com/surety-cloud/surety/rules"
)

func TestMain(m *testing.M) {
	if os.Getenv(childDatabase) != "" {
		os.Exit(child())
	}
	status := pgtest.Main(m)
	awstest.StopShared()
	os.Exit(status)
}

// library has the rules of the services that the tests read: to compile the
// others takes a worker longer than it lives.
var library = sync.OnceValues(func() (*rule.Library, error) {
	files := fstest.MapFS{}
	for _, pattern := range []string{"sqs/*.md", "shared/*.md"} {
		names, err := fs.Glob(rules.Files, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			data, err := fs.ReadFile(rules.Files, name)
			if err != nil {
				return nil, err
			}
			files[name] = &fstest.MapFile{Data: data}
		}
	}
	return rule.NewLibrary(files, "rules/")
})

// onBoth runs a test on a fresh database of each kind.
func onBoth(t *testing.T, test func(t *testing.T, f *fixture)) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			database := filepath.Join(t.TempDir(), "surety.db")
			if kind == "postgres" {
				database = pgtest.Database(t)
			}
			test(t, newFixture(t, database))
		})
	}
}

// A fixture is a store, and an AWS that refuses what it is told to.
type fixture struct {
	*testing.T
	database string
	key      string // file
	store    *store.Store
	moto     *awstest.Server
	registry *prometheus.Registry

	mu      sync.Mutex
	refused []string // parts of requests
	called  []string // the roles that were assumed

	held     string        // part of requests that wait
	released chan struct{} // closed when they go on
	arrived  int

	delay time.Duration // of every answer
}

func newFixture(t *testing.T, database string) *fixture {
	t.Helper()
	f := &fixture{T: t, database: database, key: filepath.Join(t.TempDir(), "key"), moto: awstest.Moto(t), registry: prometheus.NewRegistry()}
	f.store = openStore(t, f.database, f.key)
	t.Cleanup(func() { f.store.Close() })
	target, err := url.Parse(f.moto.URL)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	forward.ErrorLog = log.New(io.Discard, "", 0) // a worker that is killed breaks its calls off
	proxy := httptest.NewServer(f.gate(forward))
	t.Cleanup(proxy.Close)
	for name, value := range environment(proxy.URL) {
		t.Setenv(name, value)
	}
	return f
}

// environment points the SDK's own configuration at a server.
func environment(url string) map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
		"AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": "",
	}
}

// gate refuses the requests whose body has one of the texts in f.refused.
func (f *fixture) gate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		text := string(body) + " " + r.Header.Get("X-Amz-Target")
		f.mu.Lock()
		refused := false
		for _, part := range f.refused {
			refused = refused || strings.Contains(text, part)
		}
		if strings.Contains(text, "Action=AssumeRole") {
			f.called = append(f.called, text)
		}
		var wait chan struct{}
		if f.held != "" && strings.Contains(text, f.held) {
			wait = f.released
			f.arrived++
		}
		delay := f.delay
		f.mu.Unlock()
		time.Sleep(delay)
		if wait != nil {
			select {
			case <-wait:
			case <-r.Context().Done():
				return
			}
		}
		if refused {
			w.WriteHeader(http.StatusForbidden)
			if r.Header.Get("X-Amz-Target") != "" {
				io.WriteString(w, `{"__type":"AccessDeniedException","message":"not authorized"}`)
				return
			}
			io.WriteString(w, `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>`)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (f *fixture) refuse(parts ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refused = parts
}

// pause makes the requests with a text wait until they are released.
func (f *fixture) pause(part string) (release func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.held, f.released, f.arrived = part, make(chan struct{}), 0
	return sync.OnceFunc(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.held = ""
		close(f.released)
	})
}

// waiting tells whether a request has come that was to wait.
func (f *fixture) waiting() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.arrived > 0
}

func openStore(t testing.TB, database, key string) *store.Store {
	t.Helper()
	box, err := secretbox.LoadOrCreate(key)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), database, store.Options{Key: box})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// options are those of a bot that waits for nothing for long, and reads little.
func (f *fixture) options(change ...func(*Options)) Options {
	lib, err := library()
	if err != nil {
		f.Fatal(err)
	}
	o := Options{
		Store: f.store, Library: lib, Log: slog.New(slog.NewTextHandler(f.Output(), nil)), Registerer: f.registry, Workers: 2,
		Sweep: 100 * time.Millisecond, Lease: 2 * time.Second, Backoff: 200 * time.Millisecond, poll: 50 * time.Millisecond,
		services: []string{"sqs"}, regions: []string{"us-east-1", "eu-west-1"},
	}
	for _, c := range change {
		c(&o)
	}
	return o
}

// start starts a bot that is stopped at the end of the test.
func (f *fixture) start(change ...func(*Options)) *Bot {
	f.Helper()
	b := f.make(change...)
	if err := b.Start(f.Context()); err != nil {
		f.Fatal(err)
	}
	return b
}

// make makes a bot that has not been started.
func (f *fixture) make(change ...func(*Options)) *Bot {
	f.Helper()
	b, err := New(f.Context(), f.options(change...))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := b.Stop(ctx); err != nil {
			f.Error(err)
		}
	})
	return b
}

// addAccount adds an account, due at once.
func (f *fixture) addAccount(number string) store.Account {
	f.Helper()
	a := store.Account{Name: "account " + number, Environment: "test", AWSID: number, RoleARN: "arn:aws:iam::" + number + ":role/Audit", ExternalID: "external-" + number}
	if err := f.store.AddAccount(f.Context(), &a); err != nil {
		f.Fatal(err)
	}
	return a
}

// queueClient makes calls in an account as its owner.
func (f *fixture) queueClient(number, region string) *sqs.Client {
	f.Helper()
	accounts, err := aws.Accounts(f.Context(), aws.Login{Role: "arn:aws:iam::" + number + ":role/Owner"})
	if err != nil {
		f.Fatal(err)
	}
	cfg := accounts[0].Config
	cfg.Region = region
	return sqs.NewFromConfig(cfg)
}

// addQueue makes a queue with or without encryption.
func (f *fixture) addQueue(number, region, name string, encrypted bool) {
	f.Helper()
	managed := "false"
	if encrypted {
		managed = "true"
	}
	_, err := f.queueClient(number, region).CreateQueue(f.Context(), &sqs.CreateQueueInput{
		QueueName: &name, Attributes: map[string]string{string(types.QueueAttributeNameSqsManagedSseEnabled): managed},
	})
	if err != nil {
		f.Fatal(err)
	}
}

// patience is how long a test waits for what has to come.
const patience = 3 * time.Minute

// until waits until something holds.
func (f *fixture) until(what string, holds func() bool) {
	f.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
		if time.Now().After(end) {
			f.Fatalf("waited in vain: %s", what)
		}
	}
}

// scanned waits until an account has had a number of scans that ended with an
// outcome, and gives the last scan.
func (f *fixture) scanned(a store.Account, outcome string, n int) store.Scan {
	f.Helper()
	var last store.Scan
	f.until(outcome+" scan of "+a.AWSID, func() bool {
		scans, err := f.store.Scans(f.Context(), a.Num, 1000)
		if err != nil {
			f.Fatal(err)
		}
		ended := 0
		for i, s := range scans {
			if s.Outcome == outcome {
				if ended == 0 {
					last = scans[i]
				}
				ended++
			}
		}
		return ended >= n
	})
	return last
}

// checks are those of an account, by rule, region and resource.
func (f *fixture) checks(a store.Account) map[string]store.Check {
	f.Helper()
	page, total, err := f.store.PageChecks(f.Context(), []int64{a.Num}, &store.CheckFilter{}, 0, 10_000)
	if err != nil {
		f.Fatal(err)
	}
	by := map[string]store.Check{}
	for _, c := range page {
		by[c.Rule+" "+c.Region+" "+c.Resource] = c
	}
	if int64(len(by)) != total {
		f.Errorf("%d checks have %d names", total, len(by))
	}
	return by
}

// account is an account as the store has it now.
func (f *fixture) account(a store.Account) store.Account {
	f.Helper()
	got, err := f.store.AccountByNum(f.Context(), a.Num)
	if err != nil {
		f.Fatal(err)
	}
	return got
}
