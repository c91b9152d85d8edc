package auth

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

var (
	home   = netip.MustParseAddr("192.0.2.1")
	office = netip.MustParseAddr("198.51.100.7")
)

// attempt makes one when it may, after waiting as told, and says how long that
// was.
func attempt(t *testing.T, throttle *Throttle, clock *clock, account string, address netip.Addr) time.Duration {
	t.Helper()
	wait := throttle.Begin(account, address)
	clock.advance(wait)
	if wait > 0 && throttle.Begin(account, address) != 0 {
		t.Errorf("after %v it is not yet time", wait)
	}
	return wait
}

func TestThrottleAccount(t *testing.T) {
	for name, test := range map[string]struct {
		make func(func() time.Time) *Throttle
		most time.Duration
	}{"passwords": {NewLoginThrottle, time.Minute}, "codes": {NewCodeThrottle, time.Hour}} {
		clock := newClock()
		throttle := test.make(clock.now)
		want := time.Duration(0)
		for i := range 40 {
			switch {
			case i == 5:
				want = time.Second
			case i > 5:
				want = min(2*want, test.most)
			}
			// Each from another address: it is the account that counts.
			address := netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})
			if got := attempt(t, throttle, clock, "grace", address); got != want {
				t.Errorf("%s, attempt %d: waited %v, want %v", name, i+1, got, want)
			}
		}
		if wait := throttle.Begin("ada", home); wait != 0 {
			t.Errorf("%s: another account waits %v", name, wait)
		}
		if throttle.Begin(" GRACE ", home) == 0 {
			t.Errorf("%s: the name written otherwise is another account", name)
		}
		clock.advance(test.most)
		throttle.Begin("grace", home)
		throttle.Succeeded("grace", home)
		for i := range 5 {
			if wait := throttle.Begin("grace", home); wait != 0 {
				t.Errorf("%s: after signing in, attempt %d waits %v", name, i+1, wait)
			}
		}
	}
}

func TestThrottleAddress(t *testing.T) {
	clock := newClock()
	throttle := NewLoginThrottle(clock.now)
	for i := range 20 {
		if wait := throttle.Begin(fmt.Sprint("user", i), home); wait != 0 {
			t.Fatalf("attempt %d waits %v", i+1, wait)
		}
	}
	if wait := throttle.Begin("another", home); wait != time.Second {
		t.Errorf("attempt 21 waits %v", wait)
	}
	if wait := throttle.Begin("another", office); wait != 0 {
		t.Errorf("another address waits %v", wait)
	}
	var wait time.Duration
	for i := range 30 {
		wait = attempt(t, throttle, clock, fmt.Sprint("more", i), home)
	}
	if wait != 15*time.Minute {
		t.Errorf("in the end an address waits %v", wait)
	}
	clock.advance(wait)

	// An attacker with an account of their own gains nothing by it.
	throttle.Begin("mallory", home)
	throttle.Succeeded("mallory", home)
	throttle.Begin("grace", home)
	if throttle.Begin("ada", home) == 0 {
		t.Error("a success set the address free")
	}
}

func TestThrottleSuccessDoesNotCount(t *testing.T) {
	clock := newClock()
	throttle := NewLoginThrottle(clock.now)
	for i := range 200 {
		name := fmt.Sprint("user", i)
		if wait := throttle.Begin(name, office); wait != 0 {
			t.Fatalf("sign-in %d of an office waits %v", i+1, wait)
		}
		throttle.Succeeded(name, office)
	}
	throttle.Succeeded("never tried", netip.MustParseAddr("203.0.113.9"))
}

func TestThrottleAtOnce(t *testing.T) {
	throttle := NewLoginThrottle(newClock().now)
	begun := 0
	for range 100 { // none of which has ended yet
		if throttle.Begin("grace", home) == 0 {
			begun++
		}
	}
	if begun != 5 {
		t.Errorf("%d attempts were let through at once", begun)
	}
}

func TestThrottleForgets(t *testing.T) {
	clock := newClock()
	throttle := NewLoginThrottle(clock.now)
	for range 5 {
		throttle.Begin("grace", home)
	}
	clock.advance(forgetAfter + time.Minute)
	for i := range 5 {
		if wait := throttle.Begin("grace", home); wait != 0 {
			t.Errorf("a day later, attempt %d waits %v", i+1, wait)
		}
	}
}

func TestThrottleIsBounded(t *testing.T) {
	throttle := NewLoginThrottle(newClock().now)
	throttle.tracked = 100
	for i := range 1000 {
		throttle.Begin(fmt.Sprint("user", i), netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))
	}
	if len(throttle.tries) > 100 || throttle.order.Len() != len(throttle.tries) {
		t.Errorf("%d are remembered, %d in order", len(throttle.tries), throttle.order.Len())
	}
}

func TestThrottleKeepsTheLatest(t *testing.T) {
	throttle := NewLoginThrottle(newClock().now)
	throttle.tracked = 20
	for i := range 5 {
		throttle.Begin("grace", netip.AddrFrom4([4]byte{10, 1, 0, byte(i)}))
		throttle.Begin(fmt.Sprint("user", i), netip.AddrFrom4([4]byte{10, 2, 0, byte(i)}))
	}
	if throttle.Begin("grace", home) == 0 {
		t.Error("a name that was just tried is forgotten")
	}
}

func TestAddressKey(t *testing.T) {
	key := func(text string) tryKey {
		address, _ := netip.ParseAddr(text)
		return addressKey(address)
	}
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"2001:db8::1", "2001:db8::ffff:1", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::1%eth0", "fe80::1%eth1", true},
		{"unknown", "", true},
	} {
		if (key(test.a) == key(test.b)) != test.same {
			t.Errorf("%s and %s count as one: %v", test.a, test.b, !test.same)
		}
	}
	if key("") == accountKey("") {
		t.Error("an account counts as an address")
	}
}
