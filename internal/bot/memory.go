package bot

import (
	"os"
	"runtime/debug"
	"sync"
)

// scanPercent is by how much the heap may grow between two collections while
// scans go on: answers become resources and are garbage at once, and a scan
// waits for the network anyway.
const scanPercent = 30

// A memory keeps a process small that scans now and then.
type memory struct {
	mu     sync.Mutex
	scans  int // that go on
	before int // the percentage without them
}

// begin is called before a scan.
func (m *memory) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.scans++; m.scans == 1 && !tuned() {
		m.before = debug.SetGCPercent(scanPercent)
	}
}

// end is called after a scan. What the last one took goes back to the system at
// once rather than over minutes.
func (m *memory) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.scans--; m.scans > 0 {
		return
	}
	if !tuned() {
		debug.SetGCPercent(m.before)
	}
	debug.FreeOSMemory()
}

// tuned tells whether the user has set the percentage.
func tuned() bool { return os.Getenv("GOGC") != "" }
