package large

import (
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// ec2Kind is how EC2 names and lists one kind of thing.
type ec2Kind struct {
	kind   kind
	prefix string
	// ids is the parameter that asks for some of them by id, idFilter the
	// filter that does, and missing the error for one that is not there.
	ids, idFilter, missing string
	pages                  paging
	// exclusive: ids and a page size cannot both be given.
	exclusive bool
}

// selection is a list of the indexes that were asked for: all up to n, or some.
type selection struct {
	n    int
	some []int
	all  bool
}

func (s selection) at(i int) int {
	if s.all {
		return i
	}
	return s.some[i]
}

type filter struct {
	name   string
	values []string
}

func (q *request) filters() []filter {
	var list []filter
	for n := 1; ; n++ {
		prefix := "Filter." + strconv.Itoa(n)
		name := q.form.Get(prefix + ".Name")
		if name == "" {
			return list
		}
		list = append(list, filter{name, q.strs(prefix + ".Value")})
	}
}

// ec2Page selects what a Describe call asks for, by ids and by filters, and the
// page of it. values are what a thing has for a filter of its own kind; ok is
// false for a filter that this server does not know.
func (c *call) ec2Page(k ec2Kind, values func(i int, filter string) (v []string, ok bool)) (selection, window, *fault) {
	return c.ec2Select(k, c.strs(k.ids), values)
}

func (c *call) ec2Select(k ec2Kind, ids []string, values func(i int, filter string) (v []string, ok bool)) (selection, window, *fault) {
	s := selection{n: c.count(k.kind, c.region), all: true}
	if len(ids) > 0 {
		if k.exclusive && c.str("MaxResults") != "" {
			return s, window{}, faultf(http.StatusBadRequest, "InvalidParameterCombination",
				"The parameter "+k.ids+" cannot be used with the parameter maxResults")
		}
		s = selection{}
		for _, id := range ids {
			i, ok := c.indexOf(id, k.prefix, k.kind, c.region)
			if !ok {
				return s, window{}, faultf(http.StatusBadRequest, k.missing, "The ID '"+id+"' does not exist")
			}
			s.some = append(s.some, i)
		}
		s.n = len(s.some)
	}
	for _, f := range c.filters() {
		kept, ok := c.filtered(k, s, f, values)
		if !ok {
			c.server.ledger.miss("ec2 " + c.operation + " filter " + f.name)
			return s, window{}, faultf(http.StatusBadRequest, "InvalidParameterValue", "The filter '"+f.name+"' is invalid")
		}
		s = selection{n: len(kept), some: kept}
	}
	w, fault := c.page(k.pages, s.n)
	return s, w, fault
}

func (c *call) filtered(k ec2Kind, s selection, f filter, values func(int, string) ([]string, bool)) ([]int, bool) {
	kept := []int{}
	for n := range s.n {
		i := s.at(n)
		have, ok := c.filterValues(k, i, f.name, values)
		if !ok {
			return nil, false
		}
		if matchesAny(have, f.values) {
			kept = append(kept, i)
		}
	}
	return kept, true
}

func (c *call) filterValues(k ec2Kind, i int, name string, values func(int, string) ([]string, bool)) ([]string, bool) {
	switch {
	case name == k.idFilter:
		return []string{c.id(k.prefix, k.kind, c.region, i)}, true
	case name == "owner-id":
		return []string{c.number}, true
	case name == "tag-key" || strings.HasPrefix(name, "tag:"):
		var have []string
		for _, t := range c.tags(k.kind, c.region, i) {
			if name == "tag-key" {
				have = append(have, t.key)
			} else if name[len("tag:"):] == t.key {
				have = append(have, t.value)
			}
		}
		return have, true
	case values == nil:
		return nil, false
	}
	return values(i, name)
}

// matchesAny compares as EC2 does, with * and ? in what is wanted.
func matchesAny(have, wanted []string) bool {
	for _, h := range have {
		for _, w := range wanted {
			if h == w {
				return true
			}
			if ok, err := path.Match(w, h); err == nil && ok {
				return true
			}
		}
	}
	return false
}

// unpaged is true of a call that takes from a smaller bucket because it has
// neither a page size nor a filter. See ec2Unpaged.
func unpaged(q *request) bool {
	switch q.operation {
	case "DescribeInstances", "DescribeInstanceStatus", "DescribeNetworkInterfaces", "DescribeSecurityGroups",
		"DescribeSnapshots", "DescribeSpotInstanceRequests", "DescribeVolumes":
		return !q.form.Has("MaxResults") && !q.form.Has("NextToken") && !q.form.Has("Filter.1.Name")
	}
	return false
}

// tagSet writes the tags of a thing as EC2 does.
func (c *call) tagSet(k kind, i int) {
	c.w.tags("tagSet", "key", "value", c.tags(k, c.region, i))
}

// zone is one of the three availability zones of the region, and its id.
func zone(region, i int) string { return regions[region].name + string("abc"[i%3]) }

func zoneID(region, i int) string {
	n := regions[region].name
	parts := strings.Split(n, "-")
	short := parts[0]
	for _, word := range []string{"north", "south", "east", "west", "central"} {
		if strings.Contains(parts[1], word) {
			short += word[:1]
		}
	}
	return fmt.Sprintf("%s%s-az%d", short, parts[2], i%3+1)
}
