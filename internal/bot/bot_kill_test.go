package bot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

// TestKilled kills workers at random moments while they scan. In the end every
// scan that was asked for has been completed, the checks and their history are
// those of scans that nobody disturbed, and no two scans of an account were at
// work at a time.
func TestKilled(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		rounds := 13 // of four accounts: 52 scans
		if testing.Short() {
			rounds = 3
		}
		seed := uint64(time.Now().UnixNano())
		t.Logf("the seed is %d", seed)
		numbers := []string{"111122220001", "111122220002", "111122220003", "111122220004"}
		var accounts []store.Account
		for _, number := range numbers {
			for n := range 5 {
				f.addQueue(number, "us-east-1", fmt.Sprintf("queue-%d", n), n%2 == 0)
			}
			a := f.addAccount(number)
			// Scans are by hand only, so that they can be counted.
			if err := f.store.SetBot(t.Context(), a.Num, &store.Bot{Delay: 1, Disabled: true}); err != nil {
				t.Fatal(err)
			}
			accounts = append(accounts, a)
		}
		f.mu.Lock()
		f.delay = 60 * time.Millisecond // so that a scan is there to be hit
		f.mu.Unlock()
		asking := f.make(func(o *Options) { o.Workers, o.Registerer, o.Attempts = 0, nil, 1000 })
		t.Cleanup(func() {
			if t.Failed() {
				f.explain(asking, accounts)
			}
		})
		h := f.newHerd(rand.New(rand.NewPCG(seed, seed)))
		stop := h.torment()
		for round := range rounds {
			for _, number := range numbers {
				f.encrypt(number, "queue-1", round%2 == 1)
			}
			for _, a := range accounts {
				if err := asking.ScanNow(t.Context(), a.Num); err != nil {
					t.Fatal(err)
				}
			}
			for _, a := range accounts {
				f.scanned(a, store.Complete, round+1)
			}
			f.until("nothing is at work", func() bool { return f.idle(asking, accounts) })
		}
		kills := stop()
		t.Logf("%d workers were killed", kills)
		if kills == 0 {
			t.Error("nobody was killed")
		}
		for i, a := range accounts {
			f.inOrder(a)
			changes, err := f.store.History(t.Context(), a.Num, store.CheckID("SQS-004", "us-east-1", f.url(numbers[i], "us-east-1", "queue-1")))
			if err != nil {
				t.Fatal(err)
			}
			if len(changes) != rounds-1 {
				t.Errorf("account %s: %d changes of status are in the history, not %d: %+v", a.AWSID, len(changes), rounds-1, changes)
			}
		}
		f.sameAsUndisturbed(accounts)
	})
}

// explain tells how things stand.
func (f *fixture) explain(b *Bot, accounts []store.Account) {
	ctx := context.Background()
	for _, state := range store.JobStates {
		jobs, err := b.Jobs(ctx, state, 100)
		f.Logf("%s jobs: %+v, %v", state, jobs, err)
	}
	workers, err := b.store.Workers(ctx, time.Hour)
	f.Logf("workers: %v, %v", workers, err)
	for _, a := range accounts {
		now, err := f.store.AccountByNum(ctx, a.Num)
		f.Logf("account: %+v, %v", now, err)
	}
}

// encrypt turns the encryption of a queue on or off.
func (f *fixture) encrypt(number, name string, on bool) {
	f.Helper()
	address := f.url(number, "us-east-1", name)
	if _, err := f.queueClient(number, "us-east-1").SetQueueAttributes(f.Context(), &sqs.SetQueueAttributesInput{
		QueueUrl: &address, Attributes: map[string]string{"SqsManagedSseEnabled": fmt.Sprint(on)},
	}); err != nil {
		f.Fatal(err)
	}
}

// idle tells whether no job is left and no account is taken.
func (f *fixture) idle(b *Bot, accounts []store.Account) bool {
	return f.pending(b) == 0 && !slices.ContainsFunc(accounts, func(a store.Account) bool { return f.account(a).ScanID != "" })
}

// inOrder fails the test unless each scan of an account ended before the next
// began.
func (f *fixture) inOrder(a store.Account) {
	f.Helper()
	list, err := f.store.Scans(f.Context(), a.Num, 10_000)
	if err != nil {
		f.Fatal(err)
	}
	slices.Reverse(list)
	outcomes := map[string]int{}
	for i, s := range list {
		outcomes[s.Outcome]++
		if s.Finished.IsZero() || s.Outcome != store.Complete && s.Outcome != store.Abandoned {
			f.Errorf("a scan is left as %+v", s)
		}
		if i > 0 && s.Started.Before(list[i-1].Finished) {
			f.Errorf("two scans at a time:\n%+v\n%+v", list[i-1], s)
		}
	}
	f.Logf("account %s: %v", a.AWSID, outcomes)
}

// sameAsUndisturbed scans the same accounts into another store, and compares
// what is there.
func (f *fixture) sameAsUndisturbed(accounts []store.Account) {
	f.Helper()
	f.mu.Lock()
	f.delay = 0
	f.mu.Unlock()
	fresh := &fixture{T: f.T, store: openStore(f.T, f.TempDir()+"/fresh.db", f.key)}
	f.Cleanup(func() { fresh.store.Close() })
	again := make([]store.Account, len(accounts))
	for i, a := range accounts {
		again[i] = fresh.addAccount(a.AWSID)
	}
	fresh.start(func(o *Options) { o.Registerer, o.regions = nil, []string{"us-east-1"} })
	for i, a := range accounts {
		fresh.scanned(again[i], store.Complete, 1)
		want, got := facts(fresh.checks(again[i])), facts(f.checks(a))
		if len(want) == 0 {
			f.Error("an undisturbed scan finds nothing")
		}
		if d := cmp.Diff(want, got); d != "" {
			f.Errorf("the checks of account %s (-undisturbed +killed):\n%s", a.AWSID, d)
		}
		// The sums are kept beside the checks, and have to fit them.
		sums := map[store.Status]int64{}
		for _, c := range f.checks(a) {
			sums[c.Status]++
		}
		tallies, err := f.store.Tallies(f.Context(), []int64{a.Num})
		if err != nil {
			f.Fatal(err)
		}
		for _, tally := range tallies {
			sums[tally.Status] -= tally.N
		}
		for status, n := range sums {
			if n != 0 {
				f.Errorf("account %s: the tallies of status %d are off by %d", a.AWSID, status, n)
			}
		}
	}
}

// facts are what two scans of the same have to agree on.
func facts(checks map[string]store.Check) map[string]string {
	out := map[string]string{}
	for name, c := range checks {
		out[name] = fmt.Sprintln(c.Service, c.Status, c.Risk, c.Message, c.Type, c.ARN, c.Name, !c.StaleSince.IsZero(), c.Reason)
	}
	return out
}

// A herd is some workers, each a process of its own.
type herd struct {
	*fixture
	random *rand.Rand

	mu   sync.Mutex
	live map[int]*worker // by process
}

type worker struct {
	command *exec.Cmd
	input   io.WriteCloser
	output  bytes.Buffer
}

// herdSize is how many workers there are at a time.
const herdSize = 3

func (f *fixture) newHerd(random *rand.Rand) *herd {
	f.Helper()
	h := &herd{fixture: f, random: random, live: map[int]*worker{}}
	f.Cleanup(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, w := range h.live {
			w.command.Process.Kill() //nolint:errcheck // it may have ended
			w.command.Wait()         //nolint:errcheck // it was killed
			if f.Failed() {
				f.Logf("worker %d:\n%s", w.command.Process.Pid, w.output.String())
			}
		}
	})
	for range herdSize {
		h.add()
	}
	return h
}

// add starts a worker.
func (h *herd) add() {
	w := &worker{command: exec.Command(os.Args[0])}
	w.command.Env = append(os.Environ(), childDatabase+"="+h.database, childKey+"="+h.key)
	w.command.Stdout, w.command.Stderr = &w.output, &w.output
	input, err := w.command.StdinPipe()
	if err == nil {
		w.input = input // it ends with this process, and the worker with it
		err = w.command.Start()
	}
	if err != nil {
		h.Errorf("a worker could not be started: %v", err)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.live[w.command.Process.Pid] = w
}

// torment kills workers at random moments and starts others in their place,
// until it is stopped; it tells how many it has killed. The last ones are told
// to stop, and have to.
func (h *herd) torment() (stop func() int) {
	quit, kills := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for {
			select {
			case <-quit:
				kills <- n
				return
			case <-time.After(350*time.Millisecond + time.Duration(h.random.Int64N(int64(800*time.Millisecond)))):
			}
			h.mu.Lock()
			pids := slices.Sorted(maps.Keys(h.live))
			pid := pids[h.random.IntN(len(pids))]
			w := h.live[pid]
			delete(h.live, pid)
			h.mu.Unlock()
			err := w.command.Process.Kill()
			state := w.command.Wait()
			if err != nil {
				h.Errorf("a worker had ended by itself: %v\n%s", state, w.output.String())
			}
			n++
			h.add()
		}
	}()
	stop = sync.OnceValue(func() int {
		close(quit)
		n := <-kills
		h.mu.Lock()
		defer h.mu.Unlock()
		for pid, w := range h.live {
			w.input.Close()
			if err := w.command.Wait(); err != nil {
				h.Errorf("a worker did not stop as it should: %v\n%s", err, w.output.String())
			} else if h.Failed() {
				h.Logf("worker %d:\n%s", pid, w.output.String())
			}
			delete(h.live, pid)
		}
		return n
	})
	h.Cleanup(func() { stop() })
	return stop
}
