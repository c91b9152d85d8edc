package large

import (
	"net/http"
	"strconv"
)

// The account's domains, and the quotas of EC2.

// domainCount is how many domains are registered through the account, as many
// as AWS lets an account have that has not asked for more.
const domainCount = 20

func (c *call) domainName(i int) string { return c.name(details, 0, 300+i) + ".example.com" }

func (c *call) writeDomain(i int, expiry string) {
	c.w.str("DomainName", c.domainName(i))
	c.w.flag("AutoRenew", !c.chance(details, 0, i, 11, 10))
	c.w.time(expiry, c.daysAgo(details, 0, i, 14, 900).AddDate(0, 0, 890))
}

func route53DomainsOperations() operations {
	return operations{
		"ListDomains": func(c *call) *fault {
			w, f := c.page(paging{size: "MaxItems", token: "Marker", normal: 20, least: 0, most: 100,
				badToken: "InvalidInput", badSize: "InvalidInput"}, domainCount)
			if f != nil {
				return f
			}
			c.w.list("Domains", w.to-w.from, func(n int) {
				c.writeDomain(w.from+n, "Expiry")
				c.w.flag("TransferLock", !c.chance(details, 0, w.from+n, 12, 20))
			})
			c.next("NextPageMarker", w)
			return nil
		},
		"GetDomainDetail": func(c *call) *fault {
			for i := range domainCount {
				if c.domainName(i) != c.str("DomainName") {
					continue
				}
				c.writeDomain(i, "ExpirationDate")
				open := c.chance(details, 0, i, 13, 15)
				for _, contact := range []string{"AdminPrivacy", "RegistrantPrivacy", "TechPrivacy"} {
					c.w.flag(contact, !open)
				}
				c.w.str("RegistrarName", "Amazon Registrar, Inc.")
				c.w.strs("StatusList", "clientTransferProhibited")
				return nil
			}
			return faultf(http.StatusBadRequest, "InvalidInput", "Domain "+c.str("DomainName")+" not found in this account")
		},
	}
}

// onDemandFamilies are the groups of families that EC2 has a quota of vCPUs
// for, with the class that CloudWatch counts each under.
var onDemandFamilies = []pair{
	{"DL", "DL/OnDemand"}, {"F", "F/OnDemand"}, {"G and VT", "G/OnDemand"}, {"HPC", "HPC/OnDemand"}, {"High Memory", "HighMem/OnDemand"},
	{"Inf", "Inf/OnDemand"}, {"P", "P/OnDemand"}, {"Standard (A, C, D, H, I, M, R, T, Z)", "Standard/OnDemand"},
	{"Trn", "Trn/OnDemand"}, {"X", "X/OnDemand"},
}

// quotaCount is about how many quotas EC2 has, most of Dedicated Hosts.
const quotaCount = 165

func serviceQuotasOperations() operations {
	return operations{
		"ListServiceQuotas": func(c *call) *fault {
			if c.str("ServiceCode") != "ec2" {
				return faultf(http.StatusBadRequest, "NoSuchResourceException", "Service does not exist.")
			}
			w, f := c.page(paging{size: "MaxResults", token: "NextToken", normal: 100, least: 1, most: 100,
				badToken: "InvalidPaginationTokenException", badSize: "IllegalArgumentException"}, quotaCount)
			if f != nil {
				return f
			}
			c.w.list("Quotas", w.to-w.from, func(n int) { c.writeQuota(w.from + n) })
			c.next("NextToken", w)
			return nil
		},
	}
}

func (c *call) writeQuota(i int) {
	code := "L-" + strconv.FormatInt(int64(0x10000000+i*0x12345), 16)
	c.w.str("ServiceCode", "ec2")
	c.w.str("ServiceName", "Amazon Elastic Compute Cloud (Amazon EC2)")
	c.w.str("QuotaArn", c.arn("servicequotas", c.region, "ec2/"+code))
	c.w.str("QuotaCode", code)
	c.w.flag("Adjustable", true)
	c.w.flag("GlobalQuota", false)
	c.w.str("Unit", "None")
	if i >= len(onDemandFamilies) {
		c.w.str("QuotaName", "Running Dedicated m"+strconv.Itoa(i)+" Hosts")
		c.w.float("Value", 2)
		return
	}
	c.w.str("QuotaName", "Running On-Demand "+onDemandFamilies[i].key+" instances")
	c.w.float("Value", 12000)
	c.w.obj("UsageMetric", func() {
		c.w.str("MetricNamespace", "AWS/Usage")
		c.w.str("MetricName", "ResourceCount")
		c.w.dict("MetricDimensions", []pair{
			{"Class", onDemandFamilies[i].value}, {"Resource", "vCPU"}, {"Service", "EC2"}, {"Type", "Resource"},
		})
		c.w.str("MetricStatisticRecommendation", "Maximum")
	})
}
