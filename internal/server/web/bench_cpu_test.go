package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/store/pgtest"
)

// processorTime is what this process and the cluster have used of the
// processors, which other work on the machine leaves as it is. It is 0 where
// the system does not tell as Linux does.
func processorTime() time.Duration {
	file, err := os.ReadFile(filepath.Join(os.Getenv(pgtest.DataVariable), "postmaster.pid"))
	if err != nil {
		return 0
	}
	server, _, _ := strings.Cut(string(file), "\n")
	// Of the server with the processes that have ended, of those that run.
	ticks := usedTicks("self", 2) + usedTicks(server, 4)
	children, err := os.ReadFile(fmt.Sprintf("/proc/%s/task/%s/children", server, server))
	if err != nil {
		return 0
	}
	for _, child := range strings.Fields(string(children)) {
		ticks += usedTicks(child, 2)
	}
	return time.Duration(ticks) * (time.Second / 100) // USER_HZ, see proc(5)
}

// usedTicks sums the first so many of the fields utime, stime, cutime and
// cstime, the 14th and following of /proc/PID/stat.
func usedTicks(process string, fields int) (sum int64) {
	stat, err := os.ReadFile("/proc/" + process + "/stat")
	if err != nil {
		return 0 // it has ended
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // the name may have spaces
	parts := strings.Fields(rest)
	for i := 11; i < 11+fields && i < len(parts); i++ {
		n, _ := strconv.ParseInt(parts[i], 10, 64) // the kernel writes numbers
		sum += n
	}
	return sum
}
