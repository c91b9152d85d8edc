package large

import (
	"net/http"
	"slices"
	"strings"
)

func taggingOperations() operations {
	return operations{
		"GetResources": getResources,
		"GetTagKeys": func(c *call) *fault {
			c.w.strs("TagKeys", "CostCentre", "Environment", "Name", "Team")
			c.w.str("PaginationToken", "")
			return nil
		},
		"GetTagValues":         nothing,
		"GetComplianceSummary": nothing,
	}
}

// tagged are the kinds that the tagging API lists, by the type that its filter
// names, in the order of its answers.
var tagged = []struct {
	of  string
	k   kind
	arn func(c *call, i int) string
}{
	{"dynamodb:table", tables, (*call).tableARN},
	{"ec2:instance", instances, func(c *call, i int) string { return c.ec2ARN("instance", "i", instances, i) }},
	{"ec2:security-group", securityGroups, func(c *call, i int) string { return c.ec2ARN("security-group", "sg", securityGroups, i) }},
	{"ec2:snapshot", snapshots, func(c *call, i int) string { return c.ec2ARN("snapshot", "snap", snapshots, i) }},
	{"ec2:subnet", subnets, func(c *call, i int) string { return c.ec2ARN("subnet", "subnet", subnets, i) }},
	{"ec2:volume", volumes, func(c *call, i int) string { return c.ec2ARN("volume", "vol", volumes, i) }},
	{"ec2:vpc", vpcs, func(c *call, i int) string { return c.ec2ARN("vpc", "vpc", vpcs, i) }},
	{"elasticloadbalancing:loadbalancer", balancers, func(c *call, i int) string { return c.balancerARN(c.region, i) }},
	{"kms:key", keys, func(c *call, i int) string { return c.keyARN(c.region, i) }},
	{"lambda:function", functions, (*call).functionARN},
	{"logs:log-group", logGroups, func(c *call, i int) string { return c.arn("logs", c.region, "log-group:"+c.logGroupName(i)) }},
	{"rds:db", databases, func(c *call, i int) string { return c.dbARN("db", databases, i) }},
	{"sns:topic", topics, (*call).topicARN},
	{"sqs:queue", queues, func(c *call, i int) string { return c.arn("sqs", c.region, c.name(queues, c.region, i)) }},
}

func (c *call) ec2ARN(of, prefix string, k kind, i int) string {
	return c.arn("ec2", c.region, of+"/"+c.id(prefix, k, c.region, i))
}

// getResources lists what has tags, 100 at a time, as the API does without
// being asked for fewer.
func getResources(c *call) *fault {
	wanted := c.strs("ResourceTypeFilters")
	type span struct{ which, from, n int }
	var spans []span
	total := 0
	for which, t := range tagged {
		service, _, _ := strings.Cut(t.of, ":")
		if len(wanted) == 0 || slices.Contains(wanted, t.of) || slices.Contains(wanted, service) {
			spans = append(spans, span{which, total, c.count(t.k, c.region)})
			total += c.count(t.k, c.region)
		}
	}
	if len(c.objs("TagFilters")) > 0 || len(c.strs("ResourceARNList")) > 0 {
		c.server.ledger.miss("tagging GetResources with TagFilters or ResourceARNList")
		return faultf(http.StatusBadRequest, "InvalidParameterException", "Only ResourceTypeFilters are answered here")
	}
	w, f := c.page(paging{size: "ResourcesPerPage", token: "PaginationToken", normal: 100, least: 1, most: 100,
		badToken: "PaginationTokenExpiredException", badSize: "InvalidParameterException"}, total)
	if f != nil {
		return f
	}
	c.w.list("ResourceTagMappingList", w.to-w.from, func(n int) {
		at := w.from + n
		for _, s := range spans {
			if at < s.from+s.n {
				t := tagged[s.which]
				c.w.str("ResourceARN", t.arn(c, at-s.from))
				c.w.tags("Tags", "Key", "Value", c.tags(t.k, c.region, at-s.from))
				return
			}
		}
	})
	c.w.str("PaginationToken", w.next)
	return nil
}
