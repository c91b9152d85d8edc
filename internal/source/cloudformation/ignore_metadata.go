package cloudformation

import (
	"fmt"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

// metadataIgnores reads the ignores in a resource's Metadata.
func (t *template) metadataIgnores(d *declared) {
	surety := d.node.get("Metadata").get("Surety")
	if surety == nil {
		return
	}
	const usage = "Write Metadata: {Surety: {ignore: [{rule: EC2-075, until: 2027-01-01, reason: why, path: Property}]}}; until and path may be left out."
	wrong := func(at pos, summary string) { t.fail(at, summary, usage) }
	if surety.kind != object {
		wrong(surety.pos, "Metadata.Surety is "+surety.describe()+" and should be an object")
		return
	}
	for _, e := range surety.entries {
		if e.key != "ignore" {
			wrong(e.pos, fmt.Sprintf("Metadata.Surety has no key %q", clip(e.key, 60)))
		}
	}
	list := surety.get("ignore")
	if list == nil || len(list.items) == 0 {
		wrong(surety.pos, "Metadata.Surety ignores nothing")
		return
	}
	for _, item := range list.items {
		if ignore, problem, at := metadataIgnore(item); problem != "" {
			wrong(at, problem)
		} else {
			t.ignore(d.resource, ignore)
		}
	}
}

func metadataIgnore(item *node) (ignore cloud.Ignore, problem string, at pos) {
	ignore.Line = item.line
	if item.kind != object {
		return ignore, "an ignore is " + item.describe() + " and should be an object", item.pos
	}
	for _, e := range item.entries {
		s, ok := e.node.text()
		if !ok {
			return ignore, fmt.Sprintf("%s of an ignore is %s and should be a text", clip(e.key, 60), e.node.describe()), e.pos
		}
		s = strings.TrimSpace(s)
		switch e.key {
		case "rule":
			ignore.Rule = s
		case "reason":
			ignore.Reason = s
		case "path":
			ignore.Path = s
		case "until":
			until, err := time.Parse(time.DateOnly, s)
			if err != nil {
				return ignore, fmt.Sprintf("until is %q, which is no date", clip(s, 60)), e.pos
			}
			ignore.Until = until
		default:
			return ignore, fmt.Sprintf("an ignore has no key %q", clip(e.key, 60)), e.pos
		}
	}
	switch {
	case ignore.Rule == "":
		return ignore, "an ignore names no rule", item.pos
	case ignore.Reason == "":
		return ignore, "the ignore of " + clip(ignore.Rule, 60) + " gives no reason", item.pos
	}
	return ignore, "", item.pos
}
