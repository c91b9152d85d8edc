package web_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/bot"
	"github.com/surety-cloud/surety/internal/demo"
	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/server"
	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/signin"
	"github.com/surety-cloud/surety/internal/server/web"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/store"
)

// Users of the demo's world, who all get the same password.
const (
	demoAdmin    = demo.Admin
	demoReader   = "jonas.weber@harbourline.example" // a USER who may read one account
	demoPassword = "correct Horse 1 battery"
)

// The demo's accounts.
const (
	shopAccount    = "Shop production"
	stagingAccount = "Shop staging" // open to demoReader
)

// A past is the database of the demo's world and the key to it, as files.
type past struct {
	world         *demo.World
	database, key []byte
}

// demoPast makes the past of the demo's world, once: every test works on a copy.
var demoPast = sync.OnceValues(func() (p *past, err error) {
	dir, err := os.MkdirTemp("", "surety-web-test-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	database, keyFile := filepath.Join(dir, "surety.db"), filepath.Join(dir, "key")
	key, err := secretbox.LoadOrCreate(keyFile)
	if err != nil {
		return nil, err
	}
	library, set := knowledge()
	p = &past{world: demo.NewWorld(library)}
	if err := p.world.Build(context.Background(), database, key, set); err != nil {
		return nil, err
	}
	if err := givePasswords(database, key); err != nil {
		return nil, err
	}
	if p.database, err = os.ReadFile(database); err != nil {
		return nil, err
	}
	p.key, err = os.ReadFile(keyFile)
	return p, err
})

// givePasswords lets all users of a database sign in.
func givePasswords(database string, key *secretbox.Box) (err error) {
	ctx := context.Background()
	s, err := store.Open(ctx, database, store.Options{Key: key})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	hash, err := auth.NewHasher(1).Hash(ctx, demoPassword)
	if err != nil {
		return err
	}
	users, err := s.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if err := s.SetPassword(ctx, u.ID, hash, ""); err != nil {
			return err
		}
	}
	return nil
}

// A live is the whole server, on a copy of the demo's world: pages, API, signing
// in, and the bot that scans.
type live struct {
	t       *testing.T
	url     string
	store   *store.Store
	log     *serverLog
	pages   *http.ServeMux
	browser context.Context // of chromedp
}

// newLive starts a server and a browser. The test is skipped where there is no
// browser.
func newLive(t *testing.T) *live {
	t.Helper()
	l := &live{t: t, log: &serverLog{}, browser: startBrowser(t)}
	p, err := demoPast()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	database, keyFile := filepath.Join(dir, "surety.db"), filepath.Join(dir, "key")
	for file, data := range map[string][]byte{database: p.database, keyFile: p.key} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	key, err := secretbox.Load(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	if l.store, err = store.Open(t.Context(), database, store.Options{Key: key}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.store.Close() })
	library, _ := knowledge()
	log := slog.New(slog.NewTextHandler(l.log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	worker, err := bot.New(t.Context(), bot.Options{Store: l.store, Library: library, Log: log, Workers: 1, Read: p.world.Read})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		if err := worker.Stop(ctx); err != nil {
			t.Errorf("the bot did not stop: %v", err)
		}
	})
	if err := worker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(l.handler(key, worker, log))
	t.Cleanup(listener.Close)
	l.url = listener.URL
	t.Cleanup(func() {
		if text := l.log.String(); text != "" {
			t.Logf("the server's log:\n%s", text)
		}
	})
	return l
}

// handler puts the server together as surety serve does.
func (l *live) handler(key *secretbox.Box, worker *bot.Bot, log *slog.Logger) http.Handler {
	l.t.Helper()
	library, set := knowledge()
	signing, err := signin.New(signin.Options{Store: l.store, Box: key, Log: log})
	if err != nil {
		l.t.Fatal(err)
	}
	calls := api.New(api.Options{
		Store: l.store, Library: library, Standards: set, Queue: worker, Identify: signing.Identify,
		Address: signing.Address, Sessions: signing.Sessions(), Version: "test", Log: log, Now: time.Now, Access: madeUpAccess(),
	})
	judgesLive := func(r *rule.Rule) (bool, error) {
		lacking, err := aws.Lacking(r)
		return len(lacking) == 0, err
	}
	site, err := web.New(web.Options{
		API: calls, Identify: signing.Identify, Library: library, Book: kb.New(library, set, kb.Options{Live: judgesLive}), Log: log,
	})
	if err != nil {
		l.t.Fatal(err)
	}
	l.pages = http.NewServeMux()
	signing.Register(l.pages)
	site.Register(l.pages)
	handler, err := server.New(server.Options{API: calls, Pages: l.pages, Ready: l.store.Ping, Log: log})
	if err != nil {
		l.t.Fatal(err)
	}
	return handler
}

// madeUpAccess is that of a role that lacks one permission.
func madeUpAccess() api.AccessCheck {
	return api.AccessCheck{
		Probe: func(_ context.Context, o aws.ProbeOptions) *aws.Access {
			return &aws.Access{
				Role: o.Login.Role, Self: "arn:aws:iam::111122223333:role/Surety", Account: o.Account, Region: "eu-central-1",
				Entry: aws.Entered, Method: aws.Simulated, Needed: 3, Allowed: []string{"ec2:DescribeVolumes", "iam:ListUsers"}, Calls: 2,
				Denied: []aws.Denial{{Service: "s3", Action: "s3:ListAllMyBuckets", By: aws.ByMissing, Rules: []string{"S3-001", "S3-016"}}},
			}
		},
		Identity: func(context.Context, aws.Login) (string, string, error) {
			return "arn:aws:iam::111122223333:role/Surety", "", nil
		},
	}
}

// account is the id of an account of the demo.
func (l *live) account(name string) string {
	l.t.Helper()
	accounts, err := l.store.Accounts(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	for _, a := range accounts {
		if a.Name == name {
			return a.ID
		}
	}
	l.t.Fatalf("there is no account %s", name)
	return ""
}

// A serverLog keeps what the server logs.
type serverLog struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *serverLog) Write(data []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(data)
}

func (l *serverLog) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}
