package remedy

import "strings"

// An invocation is a call of aws, taken apart.
type invocation struct {
	service   string
	operation string
	verb      string   // the first word of the operation: "describe"
	noun      []string // the others
	last      int      // end of the operation's word
	options   []option
	arguments []word // that follow the operation without an option
}

// An option has the words that follow it, up to the next option.
type option struct {
	word   word
	name   string
	joined string // the value of --name=value; the word holds it, too
	values []word
}

// read takes the words after "aws" apart; ok is false where they are no whole
// command.
func read(c call) (in invocation, ok bool) {
	var plain []word
	for _, w := range c.words {
		name, isOption := strings.CutPrefix(w.value, "--")
		switch {
		case isOption && !w.expands:
			name, joined, _ := strings.Cut(name, "=")
			in.options = append(in.options, option{word: w, name: name, joined: joined})
		case len(plain) < 2 && !w.expands:
			// Options before the operation have one value.
			if n := len(in.options); n > 0 && len(in.options[n-1].values) == 0 && in.options[n-1].joined == "" {
				in.options[n-1].values = append(in.options[n-1].values, w)
				continue
			}
			plain = append(plain, w)
		default:
			if n := len(in.options); n > 0 {
				in.options[n-1].values = append(in.options[n-1].values, w)
			} else {
				plain = append(plain, w)
			}
		}
	}
	if len(plain) < 2 {
		return in, false
	}
	in.arguments = plain[2:]
	in.service, in.operation, in.last = plain[0].value, plain[1].value, plain[1].end
	if in.operation == "wait" && len(plain) > 2 {
		in.operation, in.last = "wait-"+plain[2].value, plain[2].end
	}
	words := strings.Split(in.operation, "-")
	in.verb, in.noun = words[0], words[1:]
	return in, true
}

func (in *invocation) has(name string) bool {
	for _, o := range in.options {
		if o.name == name {
			return true
		}
	}
	return false
}

// reading are the verbs of operations that change nothing.
var reading = map[string]bool{
	"describe": true, "get": true, "head": true, "list": true, "lookup": true, "ls": true, "search": true, "simulate": true,
	"validate": true, "wait": true,
}

// changes tells whether a call may change something. What is not known to read
// is taken for a change.
func (in *invocation) changes() bool {
	if in.verb == "batch" && len(in.noun) > 0 {
		return !reading[in.noun[0]]
	}
	switch in.operation {
	case "generate-credential-report", "generate-db-auth-token":
		return false // what is made is only the answer
	}
	return !reading[in.verb]
}
