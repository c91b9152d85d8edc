package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// checkID names a check for good: the same rule on the same resource has it in
// every scan. It is ccc:<account>:<rule>:<service>:<region>:<resource>, where
// the resource may hold colons. A resource of a template has no account and no
// region, and its logical id is unique only beside the template's name.
func (r *Report) checkID(c *engine.Check) string {
	resource := c.Resource.ID
	if c.Resource.Template {
		file, _ := place(c)
		resource = r.relative(cmp.Or(c.Resource.World, file)) + "#" + resource
	}
	return fmt.Sprintf("ccc:%s:%s:%s:%s:%s", c.Resource.Account, c.Rule.ID, c.Rule.Service, c.Resource.Region, resource)
}

// live tells whether a check is of an account rather than of a template.
func live(c *engine.Check) bool { return c.Resource.Account != "" }

// partition is the part of AWS that a resource's ARN or region is in: aws,
// aws-cn, aws-us-gov; empty where neither tells.
func partition(r *cloud.Resource) string {
	if parts := strings.SplitN(r.ARN, ":", 3); len(parts) == 3 && parts[0] == "arn" {
		return parts[1]
	}
	switch {
	case r.Region == "" || r.Region == globalRegion:
		return ""
	case strings.HasPrefix(r.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(r.Region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// globalRegion stands for the region of what AWS keeps once for all regions.
const globalRegion = "global"

// partitions tells the partition of each account of the report, which all its
// resources share.
func (r *Report) partitions() map[string]string {
	of := map[string]string{}
	for _, c := range r.Checks {
		account := c.Resource.Account
		if account == "" || of[account] != "" {
			continue
		}
		if p := partition(c.Resource); p != "" {
			of[account] = p
		}
	}
	return of
}

// unread tells whether a check stands for resources that could not be listed,
// rather than for one resource.
func unread(r *cloud.Resource) bool { return r.ID == "" || r.ID == "*" }

// A severity is a risk on the scale of the formats that have four.
type severity int

// What passed has no severity: nothing is to be done.
const (
	informational severity = iota
	low
	medium
	high
	critical
)

// severityOf places a check on that scale, as SARIF's security-severity does:
// very-high is high, extreme is critical. What is unknown keeps the weight
// that it would have, so that it cannot be taken for a pass.
func severityOf(c *engine.Check) severity {
	if c.Verdict == engine.Pass {
		return informational
	}
	switch c.Risk {
	case rule.Extreme:
		return critical
	case rule.VeryHigh, rule.High:
		return high
	case rule.Medium:
		return medium
	}
	return low
}
