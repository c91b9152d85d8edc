package large

import (
	"net/http"
	"strings"
	"time"
)

func cloudTrailOperations() operations {
	own := operations{
		"DescribeTrails":    describeTrails,
		"ListTrails":        listTrails,
		"GetTrail":          ofTrail(func(c *call, i int) *fault { c.w.obj("Trail", func() { c.writeTrail(i) }); return nil }),
		"GetTrailStatus":    ofTrail(getTrailStatus),
		"GetEventSelectors": ofTrail(getEventSelectors),
		"GetInsightSelectors": ofTrail(func(c *call, _ int) *fault {
			return faultf(http.StatusBadRequest, "InsightNotEnabledException", "The trail does not have Insights enabled")
		}),
		"ListTags":     listTrailTags,
		"LookupEvents": lookupEvents,
	}
	return own.none("ListEventDataStores", "ListChannels", "ListQueries", "ListDashboards", "ListImports")
}

// The trails: one of all regions from us-east-1, one of us-west-2 alone, and one
// of all regions from eu-west-1 that is stopped.
var trailHomes = []struct {
	region     int
	everywhere bool
	logging    bool
	logGroup   bool
	encrypted  bool
	validated  bool
}{
	{region: 0, everywhere: true, logging: true, logGroup: true, encrypted: true, validated: true},
	{region: 1, logging: true},
	{region: 2, everywhere: true, validated: true},
}

func (c *call) trailARN(i int) string {
	return c.arn("cloudtrail", trailHomes[i].region, "trail/"+c.name(trails, 0, i))
}

// shownHere are the trails that a region knows: its own, and shadows of those
// that are of all regions.
func (c *call) shownHere(shadows bool) []int {
	var list []int
	for i, t := range trailHomes {
		if t.region == c.region || t.everywhere && shadows {
			list = append(list, i)
		}
	}
	return list
}

func describeTrails(c *call) *fault {
	names := c.strs("trailNameList")
	list := c.shownHere(c.str("includeShadowTrails") != "false")
	if len(names) > 0 {
		var asked []int
		for _, i := range list {
			if matchesAny([]string{c.name(trails, 0, i), c.trailARN(i)}, names) {
				asked = append(asked, i)
			}
		}
		list = asked
	}
	c.w.list("trailList", len(list), func(n int) { c.writeTrail(list[n]) })
	return nil
}

func (c *call) writeTrail(i int) {
	w, t := c.w, trailHomes[i]
	w.str("Name", c.name(trails, 0, i))
	w.str("TrailARN", c.trailARN(i))
	w.str("HomeRegion", regions[t.region].name)
	w.str("S3BucketName", c.bucketName(0))
	w.flag("IncludeGlobalServiceEvents", t.everywhere)
	w.flag("IsMultiRegionTrail", t.everywhere)
	w.flag("IsOrganizationTrail", false)
	w.flag("LogFileValidationEnabled", t.validated)
	w.flag("HasCustomEventSelectors", false)
	w.flag("HasInsightSelectors", false)
	if t.logGroup {
		w.str("CloudWatchLogsLogGroupArn", c.arn("logs", t.region, "log-group:"+trailGroup+":*"))
		w.str("CloudWatchLogsRoleArn", c.role(0).arn)
	}
	if t.encrypted {
		w.str("KmsKeyId", c.keyARN(t.region, 0))
	}
}

func listTrails(c *call) *fault {
	list := c.shownHere(true)
	c.w.list("Trails", len(list), func(n int) {
		c.w.str("TrailARN", c.trailARN(list[n]))
		c.w.str("Name", c.name(trails, 0, list[n]))
		c.w.str("HomeRegion", regions[trailHomes[list[n]].region].name)
	})
	return nil
}

// ofTrail finds the trail of a call by its name or ARN.
func ofTrail(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		asked := c.str("Name") + c.str("TrailName")
		i, ok := c.numbered(asked[strings.LastIndexByte(asked, '/')+1:], trails, 0)
		if !ok || strings.HasPrefix(asked, "arn:") && asked != c.trailARN(i) {
			return faultf(http.StatusBadRequest, "TrailNotFoundException", "Unknown trail: "+asked)
		}
		// By name a trail is found in its own region alone; the ARN of another
		// region's is answered only where it has a shadow.
		if trailHomes[i].region != c.region && (!trailHomes[i].everywhere || !strings.HasPrefix(asked, "arn:")) {
			return faultf(http.StatusBadRequest, "TrailNotFoundException", "Unknown trail: "+asked+" for the user: "+c.number)
		}
		return do(c, i)
	}
}

func getTrailStatus(c *call, i int) *fault {
	c.w.flag("IsLogging", trailHomes[i].logging)
	c.w.time("LatestDeliveryTime", c.now.Add(-4*time.Minute))
	c.w.time("StartLoggingTime", c.daysAgo(trails, 0, i, 1, 900))
	if trailHomes[i].logGroup {
		c.w.time("LatestCloudWatchLogsDeliveryTime", c.now.Add(-3*time.Minute))
	}
	return nil
}

func getEventSelectors(c *call, i int) *fault {
	c.w.str("TrailARN", c.trailARN(i))
	c.w.list("EventSelectors", 1, func(int) {
		c.w.str("ReadWriteType", "All")
		c.w.flag("IncludeManagementEvents", true)
		c.w.list("DataResources", 0, nil)
		c.w.strs("ExcludeManagementEventSources")
	})
	return nil
}

func listTrailTags(c *call) *fault {
	arns := c.strs("ResourceIdList")
	c.w.list("ResourceTagList", len(arns), func(n int) {
		c.w.str("ResourceId", arns[n])
		var tags []pair
		if i, ok := c.numbered(arns[n][strings.LastIndexByte(arns[n], '/')+1:], trails, 0); ok {
			tags = c.tags(trails, 0, i)
		}
		c.w.tags("TagsList", "Key", "Value", tags)
	})
	return nil
}
