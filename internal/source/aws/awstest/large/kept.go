package large

import "sync"

// mostKept bounds the memory of the answers that are kept, with mostKeptBody for
// each. A page of a thousand instances is 2 MB and is made in a few
// milliseconds; it is made again rather than kept.
const (
	mostKept     = 16 << 20
	mostKeptBody = 64 << 10
)

// kept holds answers that were given before. What would go beyond the bound is
// not kept: which answers are is decided by who asked first, and nothing but
// time depends on it.
type kept struct {
	mu     sync.RWMutex
	bodies map[string][]byte
	size   int
}

func (k *kept) get(key string) ([]byte, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	body, ok := k.bodies[key]
	return body, ok
}

func (k *kept) put(key string, body []byte) {
	// 64 bytes for the entry itself in the map.
	size := len(key) + cap(body) + 64
	if size > mostKeptBody {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.bodies[key]; ok || k.size+size > mostKept {
		return
	}
	if k.bodies == nil {
		k.bodies = map[string][]byte{}
	}
	k.bodies[key] = body
	k.size += size
}
