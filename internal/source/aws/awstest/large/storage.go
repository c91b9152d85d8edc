package large

import (
	"net/http"
	"strconv"
)

// File systems, streams, REST APIs.

func efsOperations() operations {
	own := operations{
		"DescribeFileSystems": describeFileSystems,
		"DescribeMountTargets": func(c *call) *fault {
			c.w.list("MountTargets", 0, nil)
			return nil
		},
		"DescribeFileSystemPolicy": func(c *call) *fault {
			return faultf(http.StatusNotFound, "PolicyNotFound", "No policy found for File System '"+c.str("FileSystemId")+"'")
		},
		"DescribeBackupPolicy": func(c *call) *fault {
			i, ok := c.indexOf(c.str("FileSystemId"), "fs", fileSystems, c.region)
			if !ok {
				return faultf(http.StatusNotFound, "FileSystemNotFound", "File system '"+c.str("FileSystemId")+"' does not exist.")
			}
			c.w.obj("BackupPolicy", func() {
				c.w.str("Status", map[bool]string{true: "ENABLED", false: "DISABLED"}[c.chance(fileSystems, c.region, i, 1, 60)])
			})
			return nil
		},
		"DescribeLifecycleConfiguration": func(c *call) *fault {
			c.w.list("LifecyclePolicies", 0, nil)
			return nil
		},
	}
	return own.none("DescribeAccessPoints", "DescribeReplicationConfigurations", "DescribeAccountPreferences", "ListTagsForResource", "DescribeMountTargetSecurityGroups")
}

func describeFileSystems(c *call) *fault {
	w, f := c.page(paging{size: "MaxItems", token: "Marker", normal: 100, least: 1, most: 100, clipped: true,
		badToken: "BadRequest", badSize: "BadRequest"}, c.count(fileSystems, c.region))
	if f != nil {
		return f
	}
	c.w.list("FileSystems", w.to-w.from, func(n int) {
		i := w.from + n
		id := c.id("fs", fileSystems, c.region, i)
		c.w.str("OwnerId", c.number)
		c.w.str("CreationToken", id)
		c.w.str("FileSystemId", id)
		c.w.str("FileSystemArn", c.arn("elasticfilesystem", c.region, "file-system/"+id))
		c.w.time("CreationTime", c.daysAgo(fileSystems, c.region, i, 2, 900))
		c.w.str("LifeCycleState", "available")
		c.w.str("Name", c.name(fileSystems, c.region, i))
		c.w.num("NumberOfMountTargets", 0)
		c.w.obj("SizeInBytes", func() { c.w.num("Value", c.roll(fileSystems, c.region, i, 3, 1<<30)) })
		c.w.str("PerformanceMode", "generalPurpose")
		c.w.flag("Encrypted", c.chance(fileSystems, c.region, i, 4, 85))
		c.w.str("ThroughputMode", "elastic")
		c.w.tags("Tags", "Key", "Value", c.tags(fileSystems, c.region, i))
	})
	c.next("NextMarker", w)
	return nil
}

func kinesisOperations() operations {
	own := operations{
		"ListStreams":           listStreams,
		"DescribeStreamSummary": ofStream(describeStream),
		"ListTagsForStream": ofStream(func(c *call, i int) *fault {
			c.w.tags("Tags", "Key", "Value", c.tags(streams, c.region, i))
			c.w.flag("HasMoreTags", false)
			return nil
		}),
		"ListTagsForResource": ofStream(func(c *call, i int) *fault {
			c.w.tags("Tags", "Key", "Value", c.tags(streams, c.region, i))
			return nil
		}),
	}
	return own.none("ListStreamConsumers", "DescribeLimits")
}

func (c *call) streamARN(i int) string {
	return c.arn("kinesis", c.region, "stream/"+c.name(streams, c.region, i))
}

func ofStream(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		_, name, found := cutLast(c.str("StreamARN")+c.str("ResourceARN"), "/")
		if !found {
			name = c.str("StreamName")
		}
		if i, ok := c.numbered(name, streams, c.region); ok {
			return do(c, i)
		}
		return faultf(http.StatusBadRequest, "ResourceNotFoundException", "Stream "+name+" under account "+c.number+" not found.")
	}
}

func listStreams(c *call) *fault {
	w, f := c.page(paging{size: "Limit", token: "NextToken", normal: 100, least: 1, most: 100, clipped: true,
		badToken: "ExpiredNextTokenException", badSize: "ValidationException"}, c.count(streams, c.region))
	if f != nil {
		return f
	}
	var names []string
	for i := w.from; i < w.to; i++ {
		names = append(names, c.name(streams, c.region, i))
	}
	c.w.strs("StreamNames", names...)
	c.w.flag("HasMoreStreams", w.next != "")
	c.next("NextToken", w)
	return nil
}

func describeStream(c *call, i int) *fault {
	encrypted := c.chance(streams, c.region, i, 1, 60)
	c.w.obj("StreamDescriptionSummary", func() {
		c.w.str("StreamName", c.name(streams, c.region, i))
		c.w.str("StreamARN", c.streamARN(i))
		c.w.str("StreamStatus", "ACTIVE")
		c.w.num("RetentionPeriodHours", 24)
		c.w.time("StreamCreationTimestamp", c.daysAgo(streams, c.region, i, 2, 700))
		c.w.list("EnhancedMonitoring", 0, nil)
		c.w.str("EncryptionType", map[bool]string{true: "KMS", false: "NONE"}[encrypted])
		if encrypted {
			c.w.str("KeyId", "alias/aws/kinesis")
		}
		c.w.num("OpenShardCount", 1+c.roll(streams, c.region, i, 3, 8))
		c.w.obj("StreamModeDetails", func() { c.w.str("StreamMode", "PROVISIONED") })
	})
	return nil
}

func apiGatewayOperations() operations {
	own := operations{
		"GetRestApis": getRestAPIs,
		"GetStages":   getStages,
		"GetAccount": func(c *call) *fault {
			c.w.obj("throttleSettings", func() {
				c.w.num("burstLimit", 5000)
				c.w.float("rateLimit", 10000)
			})
			return nil
		},
	}
	return own.none("GetApiKeys", "GetDomainNames", "GetUsagePlans", "GetVpcLinks", "GetClientCertificates", "GetAuthorizers", "GetResources", "GetDeployments")
}

func (c *call) restAPIID(i int) string { return c.hex32(restAPIs, c.region, i)[:10] }

func getRestAPIs(c *call) *fault {
	w, f := c.page(paging{size: "limit", token: "position", normal: 25, least: 1, most: 500,
		badToken: "BadRequestException", badSize: "BadRequestException"}, c.count(restAPIs, c.region))
	if f != nil {
		return f
	}
	c.w.list("item", w.to-w.from, func(n int) {
		i := w.from + n
		c.w.str("id", c.restAPIID(i))
		c.w.str("name", c.name(restAPIs, c.region, i))
		c.w.time("createdDate", c.daysAgo(restAPIs, c.region, i, 1, 900))
		c.w.str("apiKeySource", "HEADER")
		c.w.obj("endpointConfiguration", func() {
			c.w.strs("types", pickOf(c.account, restAPIs, c.region, i, 2, []string{"REGIONAL", "EDGE", "PRIVATE"}))
		})
		c.w.flag("disableExecuteApiEndpoint", false)
		c.w.dict("tags", c.tags(restAPIs, c.region, i))
	})
	c.next("position", w)
	return nil
}

func getStages(c *call) *fault {
	for i := range c.count(restAPIs, c.region) {
		if c.restAPIID(i) != c.str("restapi_id") {
			continue
		}
		c.w.list("item", 1, func(int) {
			c.w.str("stageName", "prod")
			c.w.str("deploymentId", strconv.Itoa(1000+i))
			c.w.flag("cacheClusterEnabled", false)
			c.w.flag("tracingEnabled", c.chance(restAPIs, c.region, i, 3, 40))
			c.w.time("createdDate", c.daysAgo(restAPIs, c.region, i, 1, 900))
			c.w.time("lastUpdatedDate", c.daysAgo(restAPIs, c.region, i, 4, 300))
		})
		return nil
	}
	return faultf(http.StatusNotFound, "NotFoundException", "Invalid API identifier specified "+c.number+":"+c.str("restapi_id"))
}
