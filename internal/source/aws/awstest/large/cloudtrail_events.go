package large

import (
	"encoding/json"
	"net/http"
	"time"
)

// The write events of the last day: a few in every region, and in the largest
// ones more than one answer holds. The root user did nothing.

// deeds are what was done, by turns.
var deeds = []struct{ source, name string }{
	{"ssm.amazonaws.com", "UpdateInstanceInformation"},
	{"ecs.amazonaws.com", "SubmitTaskStateChange"},
	{"logs.amazonaws.com", "CreateLogStream"},
	{"ec2.amazonaws.com", "CreateTags"},
	{"ssm.amazonaws.com", "UpdateInstanceInformation"},
	{"elasticloadbalancing.amazonaws.com", "RegisterTargets"},
	{"ecs.amazonaws.com", "UpdateService"},
}

// deedsIn is how many there are in a region.
func (c *call) deedsIn() int { return 3 + c.count(instances, c.region)/40 }

func lookupEvents(c *call) *fault {
	total := c.deedsIn()
	for _, attribute := range c.objs("LookupAttributes") {
		switch key, value := attribute["AttributeKey"], attribute["AttributeValue"]; {
		case key == "ReadOnly" && value == "false":
		case key == "Username": // the root user, or the alias that it goes by
			total = 0
		default:
			return faultf(http.StatusBadRequest, "InvalidLookupAttributesException", "The simulated history is looked up by ReadOnly=false and Username")
		}
	}
	w, f := c.page(jsonPages("MaxResults", "NextToken", 50, 50), total)
	if f != nil {
		return f
	}
	c.w.list("Events", w.to-w.from, func(n int) { c.writeEvent(w.from+n, total) })
	c.next("NextToken", w)
	return nil
}

// writeEvent writes one of so many events, of which the first is the newest.
func (c *call) writeEvent(i, total int) {
	done := deeds[i%len(deeds)]
	role := c.role(i % 20)
	id := c.uuid(details, c.region, 5000+i)
	at := c.now.Add(-time.Duration(i+1) * 24 * time.Hour / time.Duration(total+1))
	record, err := json.Marshal(map[string]any{
		"eventVersion": "1.11", "eventID": id, "eventType": "AwsApiCall", "eventSource": done.source, "eventName": done.name,
		"awsRegion": c.regionName(), "eventTime": at.Format(time.RFC3339), "readOnly": false, "sourceIPAddress": "198.51.100.7",
		"userIdentity": map[string]any{
			"type": "AssumedRole", "arn": arn("sts", "", c.number, "assumed-role/"+role.name+"/session"), "accountId": c.number,
			"sessionContext": map[string]any{"sessionIssuer": map[string]any{"type": "Role", "arn": role.arn, "userName": role.name}},
		},
		"requestParameters": map[string]any{"instanceId": "i-0123456789abcdef0"}, "responseElements": nil,
	})
	if err != nil {
		record = nil // nothing in it cannot be written
	}
	c.w.str("EventId", id)
	c.w.str("EventName", done.name)
	c.w.str("EventSource", done.source)
	c.w.time("EventTime", at)
	c.w.str("ReadOnly", "false")
	c.w.str("Username", "session")
	c.w.str("CloudTrailEvent", string(record))
}
