package engine

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// unreadRows gives a row for what was not read of a type, as far as it bears
// on a join of r. The same reason is told once.
func (ix *index) unreadRows(key typeKey, r *cloud.Resource, bears func(cloud.Unread) bool) []rule.Joined {
	if r.Template {
		return nil // its world is the template, whatever its name
	}
	var rows openRows
	for _, u := range ix.unread[key] {
		same := func(row rule.Joined) bool { return row.Unresolved.Reason == u.Reason }
		if bears(u) && !slices.ContainsFunc(rows, same) {
			rows.add(rule.Joined{Unresolved: &cloud.Unresolved{Reason: u.Reason, Many: true}})
		}
	}
	return rows
}

// mayHold tells whether what was not read may be what r refers to. arns are
// the ARNs that it refers to.
func mayHold(u cloud.Unread, r *cloud.Resource, arns []string) bool {
	switch {
	case u.Region == r.Region, everywhere(u.Region), everywhere(r.Region), u.Type == bucket:
		return true
	case r.Type == bucket && !strings.HasPrefix(u.Type, "AWS::S3::"):
		// Others name a bucket from every region; what S3 itself keeps of it
		// is in its own.
		return true
	}
	return slices.ContainsFunc(arns, func(arn string) bool {
		parts := strings.SplitN(arn, ":", 5)
		return len(parts) == 5 && parts[3] == u.Region
	})
}

// A gap is a type of which not everything was read in one account and region,
// with every reason.
type gap struct {
	resource *cloud.Resource // stands for what was not read
	group    *group
	reasons  []string
}

// gapsOf lists the gaps of an inventory in its order.
func gapsOf(inv *cloud.Inventory) []*gap {
	var gaps []*gap
	known := map[cloud.Unread]*gap{} // without the reason
	for _, u := range inv.Unread {
		where := u
		where.Reason = ""
		g := known[where]
		if g == nil {
			g = &gap{resource: &cloud.Resource{
				Type: u.Type, ID: "*", Account: u.Account, Region: u.Region, World: u.Account,
			}}
			known[where] = g
			gaps = append(gaps, g)
		}
		if !slices.Contains(g.reasons, u.Reason) {
			g.reasons = append(g.reasons, u.Reason)
		}
	}
	return gaps
}

// unread makes the checks of what was not read: that nothing can be told.
func (p *plan) unread() []*Check {
	var checks []*Check
	for _, g := range p.gaps {
		for _, a := range g.group.rules {
			a.made = true
			checks = append(checks, &Check{
				Rule: a.rule, Risk: a.risk, Resource: g.resource, Verdict: Unknown,
				Message: couldNotTell(g.reasons), Missing: g.reasons,
			})
		}
	}
	return checks
}
