package large

import (
	"bytes"
	"sync"
)

// mostKept bounds the memory of the answers that are kept, with mostKeptBody for
// each. A page of a thousand instances is 4 MB and is made in a few
// milliseconds; it is made again rather than kept.
const (
	mostKept     = 16 << 20
	mostKeptBody = 64 << 10
)

// kept holds answers that were given before. What would go beyond the bound is
// not kept: which answers are is decided by who asked first, and nothing but
// time depends on it.
type kept struct {
	mu      sync.RWMutex
	answers map[string]answer
	size    int
}

func (k *kept) get(key string) (answer, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	a, ok := k.answers[key]
	return a, ok
}

func (k *kept) put(key string, a answer) {
	// Some 500 bytes are the entry in the map and the headers.
	size := len(key) + len(a.body) + 500
	if size > mostKeptBody {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.answers[key]; ok || k.size+size > mostKept {
		return
	}
	if k.answers == nil {
		k.answers = map[string]answer{}
	}
	a.body = bytes.Clone(a.body) // without the room it was written in
	k.answers[key] = a
	k.size += size
}
