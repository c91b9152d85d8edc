package large

import (
	"net/http"
	"strconv"
	"strings"
)

// The services at the edge: Route 53 and CloudFront.

const (
	route53Namespace    = ` xmlns="https://route53.amazonaws.com/doc/2013-04-01/"`
	cloudFrontNamespace = ` xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"`
)

func route53Operations() operations {
	blank := func(root string, fill func(c *call)) func(*call) *fault {
		return func(c *call) *fault {
			c.root(root, route53Namespace, func() { fill(c) })
			return nil
		}
	}
	return operations{
		"ListHostedZones":        listHostedZones,
		"GetHostedZone":          ofZone(getHostedZone),
		"ListResourceRecordSets": ofZone(listRecords),
		"ListTagsForResource":    ofZone(zoneTags),
		"GetDNSSEC": ofZone(func(c *call, _ int) *fault {
			c.root("GetDNSSECResponse", route53Namespace, func() {
				c.w.obj("Status", func() { c.w.str("ServeSignature", "NOT_SIGNING") })
				c.w.obj("KeySigningKeys", func() {})
			})
			return nil
		}),
		"ListQueryLoggingConfigs": blank("ListQueryLoggingConfigsResponse", func(c *call) { c.w.obj("QueryLoggingConfigs", func() {}) }),
		"ListHealthChecks": blank("ListHealthChecksResponse", func(c *call) {
			c.w.obj("HealthChecks", func() {})
			c.w.flag("IsTruncated", false)
			c.w.num("MaxItems", 100)
		}),
	}
}

func (c *call) zoneName(i int) string { return c.name(zones, 0, i) + ".example.com." }

func (c *call) zoneID(i int) string { return c.unique("Z", 20, zones, 0, i) }

func ofZone(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		asked := c.str("Id") + c.str("HostedZoneId") + c.str("ResourceId")
		asked = asked[strings.LastIndexByte(asked, '/')+1:]
		for i := range c.count(zones, 0) {
			if c.zoneID(i) == asked {
				return do(c, i)
			}
		}
		return faultf(http.StatusNotFound, "NoSuchHostedZone", "No hosted zone found with ID: "+asked)
	}
}

func (c *call) writeZone(i int) {
	private := c.chance(zones, 0, i, 1, 40)
	c.w.str("Id", "/hostedzone/"+c.zoneID(i))
	c.w.str("Name", c.zoneName(i))
	c.w.str("CallerReference", c.uuid(zones, 0, i))
	c.w.obj("Config", func() { c.w.flag("PrivateZone", private) })
	c.w.num("ResourceRecordSetCount", 3)
}

func listHostedZones(c *call) *fault {
	w, f := c.page(paging{size: "maxitems", token: "marker", normal: 100, least: 1, most: 100, clipped: true,
		badToken: "NoSuchHostedZone", badSize: "InvalidInput"}, c.count(zones, 0))
	if f != nil {
		return f
	}
	c.root("ListHostedZonesResponse", route53Namespace, func() {
		c.w.listOf("HostedZones", "HostedZone", w.to-w.from, func(n int) { c.writeZone(w.from + n) })
		c.w.flag("IsTruncated", w.next != "")
		c.w.num("MaxItems", 100)
		c.next("NextMarker", w)
	})
	return nil
}

func getHostedZone(c *call, i int) *fault {
	c.root("GetHostedZoneResponse", route53Namespace, func() {
		c.w.obj("HostedZone", func() { c.writeZone(i) })
		c.w.obj("DelegationSet", func() {
			c.w.strsOf("NameServers", "NameServer", "ns-1.awsdns-01.com", "ns-2.awsdns-02.net")
		})
		if c.chance(zones, 0, i, 1, 40) {
			c.w.listOf("VPCs", "VPC", 1, func(int) {
				c.w.str("VPCRegion", regions[0].name)
				c.w.str("VPCId", c.id("vpc", vpcs, 0, i%c.count(vpcs, 0)))
			})
		}
	})
	return nil
}

func listRecords(c *call, i int) *fault {
	records := []pair{{"NS", "ns-1.awsdns-01.com."}, {"SOA", "ns-1.awsdns-01.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"}, {"A", "203.0.113.10"}}
	c.root("ListResourceRecordSetsResponse", route53Namespace, func() {
		c.w.listOf("ResourceRecordSets", "ResourceRecordSet", len(records), func(n int) {
			c.w.str("Name", c.zoneName(i))
			c.w.str("Type", records[n].key)
			c.w.num("TTL", 300)
			c.w.listOf("ResourceRecords", "ResourceRecord", 1, func(int) { c.w.str("Value", records[n].value) })
		})
		c.w.flag("IsTruncated", false)
		c.w.num("MaxItems", 300)
	})
	return nil
}

func zoneTags(c *call, i int) *fault {
	tags := c.tags(zones, 0, i)
	c.root("ListTagsForResourceResponse", route53Namespace, func() {
		c.w.obj("ResourceTagSet", func() {
			c.w.str("ResourceType", "hostedzone")
			c.w.str("ResourceId", c.zoneID(i))
			c.w.listOf("Tags", "Tag", len(tags), func(n int) {
				c.w.str("Key", tags[n].key)
				c.w.str("Value", tags[n].value)
			})
		})
	})
	return nil
}

func cloudFrontOperations() operations {
	own := operations{
		"ListDistributions": listDistributions,
		"GetDistribution":   ofDistribution(getDistribution),
		"GetDistributionConfig": ofDistribution(func(c *call, i int) *fault {
			c.root("DistributionConfig", cloudFrontNamespace, func() { c.writeDistributionConfig(i) })
			return nil
		}),
		"ListTagsForResource": func(c *call) *fault {
			asked := c.str("Resource")
			i, ok := c.distributionOf(asked[strings.LastIndexByte(asked, '/')+1:])
			if !ok {
				return faultf(http.StatusNotFound, "NoSuchResource", "The specified resource does not exist.")
			}
			tags := c.tags(distributions, 0, i)
			c.root("Tags", cloudFrontNamespace, func() {
				c.w.listOf("Items", "Tag", len(tags), func(n int) {
					c.w.str("Key", tags[n].key)
					c.w.str("Value", tags[n].value)
				})
			})
			return nil
		},
	}
	return own.none("ListCloudFrontOriginAccessIdentities", "ListOriginAccessControls", "ListFunctions", "ListCachePolicies",
		"ListResponseHeadersPolicies", "ListKeyGroups", "ListPublicKeys", "ListFieldLevelEncryptionConfigs",
		"ListStreamingDistributions", "ListRealtimeLogConfigs", "ListOriginRequestPolicies", "ListVpcOrigins")
}

func (c *call) distributionID(i int) string { return c.unique("E", 13, distributions, 0, i) }

func (c *call) distributionOf(id string) (int, bool) {
	for i := range c.count(distributions, 0) {
		if c.distributionID(i) == id {
			return i, true
		}
	}
	return 0, false
}

func ofDistribution(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		if i, ok := c.distributionOf(c.str("Id")); ok {
			return do(c, i)
		}
		return faultf(http.StatusNotFound, "NoSuchDistribution", "The specified distribution does not exist.")
	}
}

// writeDistribution writes what list and detail have in common.
func (c *call) writeDistribution(i int) {
	c.w.str("Id", c.distributionID(i))
	c.w.str("ARN", arn("cloudfront", "", c.number, "distribution/"+c.distributionID(i)))
	c.w.str("Status", "Deployed")
	c.w.time("LastModifiedTime", c.daysAgo(distributions, 0, i, 1, 600))
	c.w.str("DomainName", strings.ToLower(c.distributionID(i))+".cloudfront.net")
}

func (c *call) writeDistributionConfig(i int) {
	c.w.str("CallerReference", c.uuid(distributions, 0, i))
	c.writeDistributionSettings(i)
	c.w.obj("Logging", func() {
		c.w.flag("Enabled", c.chance(distributions, 0, i, 4, 50))
		c.w.flag("IncludeCookies", false)
		c.w.str("Bucket", "")
		c.w.str("Prefix", "")
	})
	c.w.str("DefaultRootObject", "index.html")
}

func (c *call) writeDistributionSettings(i int) {
	w := c.w
	w.obj("Aliases", func() { w.num("Quantity", 0) })
	w.obj("Origins", func() {
		w.num("Quantity", 1)
		w.listOf("Items", "Origin", 1, func(int) {
			w.str("Id", "bucket")
			w.str("DomainName", c.bucketName(i)+".s3.amazonaws.com")
			w.str("OriginPath", "")
			w.obj("S3OriginConfig", func() { w.str("OriginAccessIdentity", "") })
		})
	})
	w.obj("DefaultCacheBehavior", func() {
		w.str("TargetOriginId", "bucket")
		w.str("ViewerProtocolPolicy", pickOf(c.account, distributions, 0, i, 2, []string{"redirect-to-https", "https-only", "allow-all"}))
		w.flag("Compress", true)
	})
	w.obj("CacheBehaviors", func() { w.num("Quantity", 0) })
	w.str("Comment", c.name(distributions, 0, i))
	w.str("PriceClass", "PriceClass_100")
	w.flag("Enabled", true)
	w.obj("ViewerCertificate", func() {
		w.flag("CloudFrontDefaultCertificate", true)
		w.str("MinimumProtocolVersion", pickOf(c.account, distributions, 0, i, 3, []string{"TLSv1", "TLSv1.2_2021"}))
	})
	w.obj("Restrictions", func() {
		w.obj("GeoRestriction", func() {
			w.str("RestrictionType", "none")
			w.num("Quantity", 0)
		})
	})
	w.str("WebACLId", "")
	w.str("HttpVersion", "http2")
	w.flag("IsIPV6Enabled", true)
}

func listDistributions(c *call) *fault {
	w, f := c.page(paging{size: "MaxItems", token: "Marker", normal: 100, least: 1, most: 100, clipped: true,
		badToken: "InvalidArgument", badSize: "InvalidArgument"}, c.count(distributions, 0))
	if f != nil {
		return f
	}
	c.root("DistributionList", cloudFrontNamespace, func() {
		c.w.str("Marker", c.str("Marker"))
		c.next("NextMarker", w)
		c.w.num("MaxItems", 100)
		c.w.flag("IsTruncated", w.next != "")
		c.w.num("Quantity", w.to-w.from)
		c.w.listOf("Items", "DistributionSummary", w.to-w.from, func(n int) {
			c.writeDistribution(w.from + n)
			c.writeDistributionSettings(w.from + n)
		})
	})
	return nil
}

func getDistribution(c *call, i int) *fault {
	c.header.Set("Etag", "E"+strconv.Itoa(1000+i))
	c.root("Distribution", cloudFrontNamespace, func() {
		c.writeDistribution(i)
		c.w.num("InProgressInvalidationBatches", 0)
		c.w.obj("DistributionConfig", func() { c.writeDistributionConfig(i) })
	})
	return nil
}
