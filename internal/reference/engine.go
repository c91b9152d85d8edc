package reference

import (
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud"
)

// An engine is a database, cache or broker with the values that anyone who
// knows the product guesses first.
type engine struct {
	Port int // the default, which the service uses when none is given

	// Users are the master user names that AWS's console and examples
	// propose; empty for an engine without a master user.
	Users []string
}

type engineTable struct {
	Sources []source
	Engines map[string]engine
}

var engines = sync.OnceValues(func() (*engineTable, error) {
	return load[*engineTable]("engines.yaml")
})

// DefaultPort is the port that an engine ("postgres", "redshift", "valkey")
// listens on when none is chosen.
func DefaultPort(name string) (int, *cloud.Unresolved) {
	e, u := findEngine(name)
	if u != nil {
		return 0, u
	}
	return e.Port, nil
}

// DefaultUserName tells whether user is a master user name that AWS proposes
// for an engine. Letter case is not compared: "Admin" is guessed as soon as
// "admin" is.
func DefaultUserName(name, user string) cloud.Truth {
	e, u := findEngine(name)
	if u != nil {
		return cloud.UnknownTruth(u)
	}
	return cloud.Known(slices.Contains(e.Users, strings.ToLower(user)))
}

func findEngine(name string) (engine, *cloud.Unresolved) {
	table, err := engines()
	if err != nil {
		return engine{}, unresolved("the table of engines could not be read: %v", err)
	}
	if name == "" {
		return engine{}, unresolved("no engine is given")
	}
	e, ok := table.Engines[strings.ToLower(name)]
	if !ok {
		return engine{}, unresolved("the defaults of engine %q are not known", name)
	}
	return e, nil
}
