package auth

import (
	"container/list"
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync"
	"time"
)

const (
	// forgetAfter is how long after its last attempt a name or an address
	// starts afresh.
	forgetAfter = 24 * time.Hour
	// maxTracked bounds the names and addresses that are remembered, each
	// some 200 bytes. Those not heard of for the longest time go first.
	maxTracked = 50_000
)

// limit says how attempts in a row are slowed down: so many are free, each one
// after them waits twice as long as the one before, from a second up to most.
type limit struct {
	free int
	most time.Duration
}

func (l limit) delay(attempts int) time.Duration {
	if attempts < l.free {
		return 0
	}
	// Doubled 30 times a second is past every most.
	return min(time.Second<<min(attempts-l.free, 30), l.most)
}

// A Throttle slows down the guessing of passwords or codes, for each user and
// for each client address. It keeps its counts in memory, so a restart is an
// amnesty. It can be used by many goroutines at once.
type Throttle struct {
	account, address limit
	now              func() time.Time
	tracked          int

	mu    sync.Mutex
	tries map[tryKey]*list.Element // of *try
	order *list.List               // the latest first
}

type tryKey struct {
	address bool
	hash    [sha256.Size]byte // names may be of any length
}

type try struct {
	key      tryKey
	attempts int
	last     time.Time
	until    time.Time // no further attempt before
}

// NewLoginThrottle slows down passwords: after 5 attempts for one user up to a
// minute between two, after 20 from one address up to 15 minutes. The wait of
// a user is short because anyone can make a user wait. A nil clock means the
// computer's.
func NewLoginThrottle(now func() time.Time) *Throttle {
	return newThrottle(limit{5, time.Minute}, limit{20, 15 * time.Minute}, now)
}

// NewCodeThrottle slows down codes of the second factor: after 5 attempts for
// one user up to an hour between two. Only who knows the password can make a
// user wait here, and six digits must not be tried out.
func NewCodeThrottle(now func() time.Time) *Throttle {
	return newThrottle(limit{5, time.Hour}, limit{20, 15 * time.Minute}, now)
}

func newThrottle(account, address limit, now func() time.Time) *Throttle {
	if now == nil {
		now = time.Now
	}
	return &Throttle{account: account, address: address, now: now, tracked: maxTracked, tries: map[tryKey]*list.Element{}, order: list.New()}
}

// Begin asks for an attempt to sign in as a user (by the name typed, known or
// not) from an address. A wait of 0 means go ahead: the attempt counts as
// failed until Succeeded is called, so attempts made at once are counted too.
// Otherwise it is how long to wait (Retry-After), and nothing was counted.
func (t *Throttle) Begin(account string, address netip.Addr) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	byAccount, byAddress := accountKey(account), addressKey(address)
	wait = max(t.waitOf(byAccount, now), t.waitOf(byAddress, now))
	if wait > 0 {
		return wait
	}
	t.count(byAccount, t.account, now)
	t.count(byAddress, t.address, now)
	return 0
}

// Succeeded takes back an attempt that was right: the user starts afresh, and
// it does not count for the address. (The address does not start afresh, or an
// attacker's own account would set it free again and again.)
func (t *Throttle) Succeeded(account string, address netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if element, ok := t.tries[accountKey(account)]; ok {
		t.forget(element)
	}
	if element, ok := t.tries[addressKey(address)]; ok {
		entry := element.Value.(*try)
		entry.attempts = max(0, entry.attempts-1)
		entry.until = entry.last.Add(t.address.delay(entry.attempts))
		if entry.attempts < t.address.free {
			entry.until = time.Time{}
		}
	}
}

func (t *Throttle) waitOf(key tryKey, now time.Time) time.Duration {
	element, ok := t.tries[key]
	if !ok {
		return 0
	}
	return max(0, element.Value.(*try).until.Sub(now))
}

func (t *Throttle) count(key tryKey, l limit, now time.Time) {
	element, ok := t.tries[key]
	if ok && now.Sub(element.Value.(*try).last) > forgetAfter {
		t.forget(element)
		ok = false
	}
	if !ok {
		for len(t.tries) >= t.tracked {
			t.forget(t.order.Back())
		}
		element = t.order.PushFront(&try{key: key})
		t.tries[key] = element
	}
	t.order.MoveToFront(element)
	entry := element.Value.(*try)
	entry.attempts++
	entry.last = now
	entry.until = now.Add(l.delay(entry.attempts))
}

func (t *Throttle) forget(element *list.Element) {
	delete(t.tries, element.Value.(*try).key)
	t.order.Remove(element)
}

func accountKey(name string) tryKey {
	return tryKey{hash: sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(name))))}
}

// addressKey counts an IPv6 network of 64 bits as one: that is the least a
// customer gets. An address that is not known counts with all such.
func addressKey(address netip.Addr) tryKey {
	address = address.Unmap().WithZone("")
	if address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			address = network.Addr()
		}
	}
	return tryKey{address: true, hash: sha256.Sum256(address.AsSlice())}
}
