package large

import (
	"net/http"
	"strings"
)

func dynamoOperations() operations {
	own := operations{
		"ListTables":                listTables,
		"DescribeTable":             ofTable(describeTable),
		"DescribeContinuousBackups": ofTable(describeContinuousBackups),
		"DescribeTimeToLive": ofTable(func(c *call, i int) *fault {
			c.w.obj("TimeToLiveDescription", func() {
				c.w.str("TimeToLiveStatus", map[bool]string{true: "ENABLED", false: "DISABLED"}[c.chance(tables, c.region, i, 6, 30)])
			})
			return nil
		}),
		"ListTagsOfResource": ofTable(func(c *call, i int) *fault {
			c.w.tags("Tags", "Key", "Value", c.tags(tables, c.region, i))
			return nil
		}),
		"GetResourcePolicy": ofTable(func(*call, int) *fault {
			return faultf(http.StatusBadRequest, "PolicyNotFoundException", "Resource-based policy not found for the provided ResourceArn")
		}),
		"DescribeContributorInsights": ofTable(func(c *call, i int) *fault {
			c.w.str("TableName", c.name(tables, c.region, i))
			c.w.str("ContributorInsightsStatus", "DISABLED")
			return nil
		}),
		"DescribeKinesisStreamingDestination": ofTable(func(c *call, i int) *fault {
			c.w.str("TableName", c.name(tables, c.region, i))
			c.w.list("KinesisDataStreamDestinations", 0, nil)
			return nil
		}),
		"DescribeLimits": func(c *call) *fault {
			c.w.num("AccountMaxReadCapacityUnits", 80000)
			c.w.num("AccountMaxWriteCapacityUnits", 80000)
			c.w.num("TableMaxReadCapacityUnits", 40000)
			c.w.num("TableMaxWriteCapacityUnits", 40000)
			return nil
		},
	}
	return own.none("ListBackups", "ListGlobalTables", "ListExports", "ListImports", "ListContributorInsights", "DescribeEndpoints")
}

func (c *call) tableARN(i int) string {
	return c.arn("dynamodb", c.region, "table/"+c.name(tables, c.region, i))
}

func ofTable(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		asked := c.str("TableName") + c.str("ResourceArn")
		if i, ok := c.numbered(asked[strings.LastIndexByte(asked, '/')+1:], tables, c.region); ok {
			return do(c, i)
		}
		return faultf(http.StatusBadRequest, "ResourceNotFoundException", "Requested resource not found: Table: "+asked+" not found")
	}
}

// listTables pages by the name of the last table of a page.
func listTables(c *call) *fault {
	total, from := c.count(tables, c.region), 0
	if last := c.str("ExclusiveStartTableName"); last != "" {
		i, ok := c.numbered(last, tables, c.region)
		if !ok {
			return faultf(http.StatusBadRequest, "ValidationException", "ExclusiveStartTableName "+last+" is not a table")
		}
		from = i + 1
	}
	w, f := c.page(paging{size: "Limit", normal: 100, least: 1, most: 100, badSize: "ValidationException"}, total-from)
	if f != nil {
		return f
	}
	names := make([]string, 0, w.to)
	for i := from; i < from+w.to; i++ {
		names = append(names, c.name(tables, c.region, i))
	}
	c.w.strs("TableNames", names...)
	if w.next != "" {
		c.w.str("LastEvaluatedTableName", names[len(names)-1])
	}
	return nil
}

func describeTable(c *call, i int) *fault {
	r := c.region
	onDemand := c.chance(tables, r, i, 1, 65)
	c.w.obj("Table", func() {
		w := c.w
		w.str("TableName", c.name(tables, r, i))
		w.str("TableArn", c.tableARN(i))
		w.str("TableId", c.uuid(tables, r, i))
		w.str("TableStatus", "ACTIVE")
		w.time("CreationDateTime", c.daysAgo(tables, r, i, 2, 1200))
		w.list("AttributeDefinitions", 1, func(int) {
			w.str("AttributeName", "id")
			w.str("AttributeType", "S")
		})
		w.list("KeySchema", 1, func(int) {
			w.str("AttributeName", "id")
			w.str("KeyType", "HASH")
		})
		w.obj("ProvisionedThroughput", func() {
			w.num("NumberOfDecreasesToday", 0)
			w.num("ReadCapacityUnits", map[bool]int{true: 0, false: 10}[onDemand])
			w.num("WriteCapacityUnits", map[bool]int{true: 0, false: 10}[onDemand])
		})
		if onDemand {
			w.obj("BillingModeSummary", func() { w.str("BillingMode", "PAY_PER_REQUEST") })
		}
		w.num("TableSizeBytes", c.roll(tables, r, i, 3, 1<<30))
		w.num("ItemCount", c.roll(tables, r, i, 4, 1<<20))
		w.flag("DeletionProtectionEnabled", c.chance(tables, r, i, 5, 45))
		if c.chance(tables, r, i, 7, 40) && c.count(keys, r) > 0 {
			w.obj("SSEDescription", func() {
				w.str("Status", "ENABLED")
				w.str("SSEType", "KMS")
				w.str("KMSMasterKeyArn", c.keyARN(r, i%c.count(keys, r)))
			})
		}
	})
	return nil
}

func describeContinuousBackups(c *call, i int) *fault {
	c.w.obj("ContinuousBackupsDescription", func() {
		c.w.str("ContinuousBackupsStatus", "ENABLED")
		c.w.obj("PointInTimeRecoveryDescription", func() {
			c.w.str("PointInTimeRecoveryStatus", map[bool]string{true: "ENABLED", false: "DISABLED"}[c.chance(tables, c.region, i, 8, 60)])
		})
	})
	return nil
}
