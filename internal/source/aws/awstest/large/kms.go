package large

import (
	"net/http"
	"strings"
)

func kmsOperations() operations {
	own := operations{
		"ListKeys":             listKeys,
		"ListAliases":          listKeyAliases,
		"DescribeKey":          ofKey(describeKey),
		"GetKeyRotationStatus": ofKey(getKeyRotationStatus),
		"GetKeyPolicy":         ofKey(getKeyPolicy),
		"ListKeyPolicies": ofKey(func(c *call, _ int) *fault {
			c.w.strs("PolicyNames", "default")
			c.w.flag("Truncated", false)
			return nil
		}),
		"ListResourceTags": ofKey(func(c *call, i int) *fault {
			c.w.tags("Tags", "TagKey", "TagValue", c.tags(keys, c.region, i))
			c.w.flag("Truncated", false)
			return nil
		}),
		"ListGrants": ofKey(func(c *call, _ int) *fault {
			c.w.list("Grants", 0, nil)
			c.w.flag("Truncated", false)
			return nil
		}),
	}
	return own.none("DescribeCustomKeyStores", "ListKeyRotations", "ListRetirableGrants")
}

func kmsPages(normal, most int) paging {
	return paging{size: "Limit", token: "Marker", normal: normal, least: 1, most: most, badToken: "InvalidMarkerException", badSize: "ValidationException"}
}

func (a *account) keyARN(region, i int) string {
	return a.arn("kms", region, "key/"+a.uuid(keys, region, i))
}

// awsKey is true of the keys that a service of AWS made for itself.
func (c *call) awsKey(i int) bool { return c.chance(keys, c.region, i, 1, 25) }

func (c *call) keyAlias(i int) string {
	if c.awsKey(i) {
		return "alias/aws/" + pickOf(c.account, keys, c.region, i, 2, []string{"ebs", "s3", "rds", "lambda", "sqs", "sns"})
	}
	return "alias/" + c.name(keys, c.region, i)
}

// ofKey finds the key of a call by its id, ARN or alias.
func ofKey(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		asked := c.str("KeyId")
		id := asked[strings.LastIndexByte(asked, ':')+1:]
		if i, ok := c.uuidIndex(strings.TrimPrefix(id, "key/"), keys, c.region); ok {
			return do(c, i)
		}
		if strings.HasPrefix(id, "alias/") {
			for i := range c.count(keys, c.region) {
				if c.keyAlias(i) == id {
					return do(c, i)
				}
			}
		}
		return faultf(http.StatusBadRequest, "NotFoundException", "Key '"+asked+"' does not exist")
	}
}

func (c *call) nextMarker(w window) {
	c.w.flag("Truncated", w.next != "")
	c.next("NextMarker", w)
}

func listKeys(c *call) *fault {
	w, f := c.page(kmsPages(100, 1000), c.count(keys, c.region))
	if f != nil {
		return f
	}
	c.w.list("Keys", w.to-w.from, func(n int) {
		c.w.str("KeyId", c.uuid(keys, c.region, w.from+n))
		c.w.str("KeyArn", c.keyARN(c.region, w.from+n))
	})
	c.nextMarker(w)
	return nil
}

func listKeyAliases(c *call) *fault {
	s := selection{n: c.count(keys, c.region), all: true}
	if id := c.str("KeyId"); id != "" {
		i, ok := c.uuidIndex(id[strings.LastIndexByte(id, '/')+1:], keys, c.region)
		if !ok {
			return faultf(http.StatusBadRequest, "NotFoundException", "Key '"+id+"' does not exist")
		}
		s = selection{n: 1, some: []int{i}}
	}
	w, f := c.page(kmsPages(50, 100), s.n)
	if f != nil {
		return f
	}
	c.w.list("Aliases", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("AliasName", c.keyAlias(i))
		c.w.str("AliasArn", c.arn("kms", c.region, c.keyAlias(i)))
		c.w.str("TargetKeyId", c.uuid(keys, c.region, i))
		c.w.time("CreationDate", c.daysAgo(keys, c.region, i, 3, 1500))
	})
	c.nextMarker(w)
	return nil
}

func describeKey(c *call, i int) *fault {
	state := "Enabled"
	switch roll := c.roll(keys, c.region, i, 4, 100); {
	case c.awsKey(i):
	case roll < 3:
		state = "PendingDeletion"
	case roll < 8:
		state = "Disabled"
	}
	c.w.obj("KeyMetadata", func() {
		c.w.str("AWSAccountId", c.number)
		c.w.str("KeyId", c.uuid(keys, c.region, i))
		c.w.str("Arn", c.keyARN(c.region, i))
		c.w.time("CreationDate", c.daysAgo(keys, c.region, i, 3, 1500))
		c.w.flag("Enabled", state == "Enabled")
		c.w.str("Description", "")
		c.w.str("KeyUsage", "ENCRYPT_DECRYPT")
		c.w.str("KeyState", state)
		c.w.str("Origin", "AWS_KMS")
		c.w.str("KeyManager", map[bool]string{true: "AWS", false: "CUSTOMER"}[c.awsKey(i)])
		c.w.str("CustomerMasterKeySpec", "SYMMETRIC_DEFAULT")
		c.w.str("KeySpec", "SYMMETRIC_DEFAULT")
		c.w.strs("EncryptionAlgorithms", "SYMMETRIC_DEFAULT")
		c.w.flag("MultiRegion", false)
		if state == "PendingDeletion" {
			c.w.time("DeletionDate", c.now.AddDate(0, 0, 20))
		}
	})
	return nil
}

func getKeyRotationStatus(c *call, i int) *fault {
	on := c.awsKey(i) || c.chance(keys, c.region, i, 5, 70)
	c.w.flag("KeyRotationEnabled", on)
	c.w.str("KeyId", c.keyARN(c.region, i))
	if on {
		c.w.num("RotationPeriodInDays", 365)
	}
	return nil
}

func getKeyPolicy(c *call, i int) *fault {
	principal := `{"AWS":"` + arn("iam", "", c.number, "root") + `"}`
	if c.chance(keys, c.region, i, 6, 2) {
		principal = `"*"`
	}
	c.w.str("Policy", `{"Version":"2012-10-17","Statement":[{"Sid":"Enable IAM User Permissions","Effect":"Allow","Principal":`+
		principal+`,"Action":"kms:*","Resource":"*"}]}`)
	c.w.str("PolicyName", "default")
	return nil
}
