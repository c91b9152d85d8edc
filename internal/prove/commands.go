package prove

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
)

// awscli holds the AWS CLI's services, operations and parameters: service →
// operation → parameters without their dashes; under the service "" the
// operation "global" has the parameters that every command takes. It was read
// from AWS CLI 1.45.11.
//
//go:embed awscli.json.gz
var awscli []byte

var operations = sync.OnceValues(func() (cli, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(awscli))
	if err != nil {
		return nil, err
	}
	var all cli
	err = json.NewDecoder(unzipped).Decode(&all)
	return all, err
})

type cli map[string]map[string]operation

// An operation has parameters, or as `wait` does, operations of its own.
type operation struct {
	parameters []string
	below      map[string]operation
}

// UnmarshalJSON reads a list of parameters or an object of operations.
func (o *operation) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, &o.parameters)
	}
	return json.Unmarshal(data, &o.below)
}

// Commands reports the AWS CLI commands of a page that name a service, an
// operation or a parameter which the CLI does not have.
func Commands(r *rule.Rule) ([]string, error) {
	known, err := operations()
	if err != nil {
		return nil, fmt.Errorf("embedded AWS CLI data: %w", err)
	}
	var faults []string
	for _, c := range r.Commands() {
		for _, words := range invocations(c.Text) {
			if fault := invocation(known, words); fault != "" {
				faults = append(faults, fmt.Sprintf("%s:%d: %s", r.File, c.Line, fault))
			}
		}
	}
	return faults, nil
}

// invocation checks the words of one command after "aws"; empty when right.
func invocation(known cli, words []string) string {
	var plain, flags []string
	for i, w := range words {
		if name, ok := strings.CutPrefix(w, "--"); ok {
			name, _, _ = strings.Cut(name, "=")
			flags = append(flags, name)
			continue
		}
		// What follows a flag is its value, unless no word of the command
		// itself has come yet.
		if i == 0 || !strings.HasPrefix(words[i-1], "--") {
			plain = append(plain, w)
		}
	}
	if len(plain) < 2 {
		return fmt.Sprintf("%q is no whole AWS CLI command", "aws "+strings.Join(words, " "))
	}
	name, what := plain[0], plain[1]
	operations := known[name]
	if name == "" || operations == nil {
		return fmt.Sprintf("the AWS CLI has no service %q; did you mean %q?", name, schema.Nearest(name, sortedKeys(known)))
	}
	found, ok := operations[what]
	if ok && found.below != nil && len(plain) > 2 {
		name, what = name+" "+what, plain[2]
		operations = found.below
		found, ok = operations[what]
	}
	if !ok {
		return fmt.Sprintf("aws %s has no operation %q; did you mean %q?", name, what, schema.Nearest(what, sortedKeys(operations)))
	}
	for _, f := range flags {
		if !slices.Contains(found.parameters, f) && !slices.Contains(known[""]["global"].parameters, f) {
			return fmt.Sprintf("aws %s %s takes no --%s; did you mean --%s?", name, what, f, schema.Nearest(f, found.parameters))
		}
	}
	return ""
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// invocations finds the calls of aws in a shell line, each as the words after
// it, through pipes, lists, loops and command substitution. Quoted text is
// one word.
func invocations(line string) [][]string {
	var out [][]string
	var words []string
	inside := false
	end := func() {
		if inside {
			out = append(out, words)
		}
		words, inside = nil, false
	}
	word := func(w string) {
		switch {
		case inside:
			words = append(words, w)
		case w == "aws":
			inside = true
		}
	}
	var current strings.Builder
	flush := func() {
		if current.Len() > 0 {
			word(current.String())
			current.Reset()
		}
	}
	var quote byte
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			current.WriteByte(c)
		case c == '\'' || c == '"':
			quote = c
			current.WriteByte(c)
		case c == ' ' || c == '\t' || c == '\n':
			flush()
		case c == '|' || c == ';' || c == '&' || c == '(' || c == ')' || c == '`':
			flush()
			end()
		default:
			current.WriteByte(c)
		}
	}
	flush()
	end()
	return out
}
