package large

import "net/http"

// Macie and Inspector, which are on in a part of the regions.

const (
	macieRegions     = 4
	inspectorRegions = 8
)

func macieOperations() operations {
	own := operations{
		"GetMacieSession": func(c *call) *fault {
			c.w.str("createdAt", "2023-04-05T06:07:08Z")
			c.w.str("updatedAt", "2024-04-05T06:07:08Z")
			c.w.str("findingPublishingFrequency", "SIX_HOURS")
			c.w.str("serviceRole", arn("iam", "", c.number, "role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"))
			c.w.str("status", "ENABLED")
			return nil
		},
		"GetAutomatedDiscoveryConfiguration": func(c *call) *fault {
			c.w.str("status", "DISABLED")
			return nil
		},
		"GetClassificationExportConfiguration": func(c *call) *fault {
			c.w.obj("configuration", func() {
				c.w.obj("s3Destination", func() {
					c.w.str("bucketName", c.bucketName(0))
					c.w.str("kmsKeyArn", c.keyARN(c.region, 0))
				})
			})
			return nil
		},
		"GetFindingStatistics": findingStatistics,
	}
	own.none("ListClassificationJobs")
	for name, answer := range own {
		own[name] = func(c *call) *fault {
			if c.region >= macieRegions {
				return faultf(http.StatusForbidden, "AccessDeniedException", "Macie is not enabled.")
			}
			return answer(c)
		}
	}
	return own
}

// findingStatistics: every twentieth bucket has three findings of high
// severity.
func findingStatistics(c *call) *fault {
	var names []string
	for i := 0; i < c.count(buckets, 0); i += 20 {
		if c.bucketRegion(i) == c.region {
			names = append(names, c.bucketName(i))
		}
	}
	if c.str("groupBy") == "severity.description" {
		c.w.list("countsByGroup", min(len(names), 1), func(int) {
			c.w.str("groupKey", "High")
			c.w.num("count", 3*len(names))
		})
		return nil
	}
	c.w.list("countsByGroup", len(names), func(i int) {
		c.w.str("groupKey", names[i])
		c.w.num("count", 3)
	})
	return nil
}

// Inspector has found thousands of vulnerabilities where it is on, most of
// them of medium severity.
func inspectorOperations() operations {
	return operations{
		"BatchGetAccountStatus": func(c *call) *fault {
			status := "DISABLED"
			if c.region < inspectorRegions {
				status = "ENABLED"
			}
			c.w.list("accounts", 1, func(int) {
				c.w.str("accountId", c.number)
				c.w.obj("state", func() { c.w.str("status", status) })
				c.w.obj("resourceState", func() {
					for _, what := range []string{"ec2", "ecr", "lambda", "lambdaCode"} {
						c.w.obj(what, func() { c.w.str("status", status) })
					}
				})
			})
			c.w.list("failedAccounts", 0, nil)
			return nil
		},
		"ListFindings": func(c *call) *fault {
			severity, total := "MEDIUM", 6000
			if criteria, ok := c.doc["filterCriteria"].(map[string]any); ok {
				if asked, ok := criteria["severity"].([]any); ok && len(asked) > 0 {
					filter, _ := asked[0].(map[string]any)
					severity = text(filter, "value")
					total = map[string]int{"HIGH": 900, "MEDIUM": 5000, "LOW": 100}[severity]
				}
			}
			w, f := c.page(jsonPages("maxResults", "nextToken", 100, 100), total)
			if f != nil {
				return f
			}
			c.w.list("findings", w.to-w.from, func(int) {
				c.w.str("awsAccountId", c.number)
				c.w.str("severity", severity)
				c.w.str("status", "ACTIVE")
			})
			c.next("nextToken", w)
			return nil
		},
	}
}
