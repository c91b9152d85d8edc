package large

import (
	"net/http"
	"strings"
)

// Secrets Manager, Systems Manager and Certificate Manager.

func secretsOperations() operations {
	return operations{
		"ListSecrets": listSecrets,
		"DescribeSecret": ofSecret(func(c *call, i int) *fault {
			c.writeSecret(i)
			return nil
		}),
		"GetResourcePolicy": ofSecret(func(c *call, i int) *fault {
			c.w.str("ARN", c.secretARN(i))
			c.w.str("Name", c.name(secrets, c.region, i))
			return nil
		}),
		"ListSecretVersionIds": nothing,
	}
}

func (c *call) secretARN(i int) string {
	return c.arn("secretsmanager", c.region, "secret:"+c.name(secrets, c.region, i))
}

func ofSecret(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		asked := c.str("SecretId")
		if i, ok := c.numbered(asked[strings.LastIndexByte(asked, ':')+1:], secrets, c.region); ok {
			return do(c, i)
		}
		return faultf(http.StatusBadRequest, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	}
}

func (c *call) writeSecret(i int) {
	rotated := c.chance(secrets, c.region, i, 1, 45)
	c.w.str("ARN", c.secretARN(i))
	c.w.str("Name", c.name(secrets, c.region, i))
	if n := c.count(keys, c.region); n > 0 && c.chance(secrets, c.region, i, 2, 40) {
		c.w.str("KmsKeyId", c.keyARN(c.region, i%n))
	}
	c.w.flag("RotationEnabled", rotated)
	if rotated {
		c.w.obj("RotationRules", func() { c.w.num("AutomaticallyAfterDays", 30) })
		c.w.time("LastRotatedDate", c.daysAgo(secrets, c.region, i, 3, 120))
	}
	c.w.time("CreatedDate", c.daysAgo(secrets, c.region, i, 4, 900))
	c.w.time("LastChangedDate", c.daysAgo(secrets, c.region, i, 5, 300))
	c.w.time("LastAccessedDate", c.daysAgo(secrets, c.region, i, 6, 200))
	c.w.tags("Tags", "Key", "Value", c.tags(secrets, c.region, i))
}

func listSecrets(c *call) *fault {
	w, f := c.page(jsonPages("MaxResults", "NextToken", 100, 100), c.count(secrets, c.region))
	if f != nil {
		return f
	}
	c.w.list("SecretList", w.to-w.from, func(n int) { c.writeSecret(w.from + n) })
	c.next("NextToken", w)
	return nil
}

func ssmOperations() operations {
	own := operations{
		"DescribeParameters":          describeParameters,
		"DescribeInstanceInformation": describeInstanceInformation,
		"ListTagsForResource": func(c *call) *fault {
			i, ok := c.numbered(c.str("ResourceId"), parameters, c.region)
			if !ok {
				return faultf(http.StatusBadRequest, "InvalidResourceId", "")
			}
			c.w.tags("TagList", "Key", "Value", c.tags(parameters, c.region, i))
			return nil
		},
		"GetServiceSetting": func(c *call) *fault {
			c.w.obj("ServiceSetting", func() {
				c.w.str("SettingId", c.str("SettingId"))
				c.w.str("SettingValue", "Disable")
				c.w.str("Status", "Default")
			})
			return nil
		},
	}
	return own.none("ListDocuments", "DescribeDocumentPermission", "ListAssociations", "DescribeMaintenanceWindows",
		"DescribePatchBaselines", "ListResourceDataSync", "DescribeSessions", "DescribeInstancePatchStates",
		"ListResourceComplianceSummaries", "ListComplianceItems")
}

func describeParameters(c *call) *fault {
	w, f := c.page(paging{size: "MaxResults", token: "NextToken", normal: 10, least: 1, most: 50,
		badToken: "InvalidNextToken", badSize: "ValidationException"}, c.count(parameters, c.region))
	if f != nil {
		return f
	}
	c.w.list("Parameters", w.to-w.from, func(n int) {
		i := w.from + n
		c.w.str("Name", c.name(parameters, c.region, i))
		c.w.str("ARN", c.arn("ssm", c.region, "parameter/"+c.name(parameters, c.region, i)))
		c.w.str("Type", pickOf(c.account, parameters, c.region, i, 1, []string{"String", "SecureString", "SecureString"}))
		c.w.time("LastModifiedDate", c.daysAgo(parameters, c.region, i, 2, 900))
		c.w.num("Version", 1)
		c.w.str("Tier", "Standard")
		c.w.str("DataType", "text")
	})
	c.next("NextToken", w)
	return nil
}

// describeInstanceInformation: Systems Manager looks after three in five
// instances.
func describeInstanceInformation(c *call) *fault {
	var managed []int
	for i := range c.count(instances, c.region) {
		if c.chance(instances, c.region, i, 16, 60) {
			managed = append(managed, i)
		}
	}
	w, f := c.page(paging{size: "MaxResults", token: "NextToken", normal: 10, least: 5, most: 50,
		badToken: "InvalidNextToken", badSize: "ValidationException"}, len(managed))
	if f != nil {
		return f
	}
	c.w.list("InstanceInformationList", w.to-w.from, func(n int) {
		one := c.instance(c.region, managed[w.from+n])
		c.w.str("InstanceId", one.id)
		c.w.str("PingStatus", map[bool]string{true: "Online", false: "ConnectionLost"}[one.state == "running"])
		c.w.time("LastPingDateTime", c.now)
		c.w.str("AgentVersion", "3.3.987.0")
		c.w.flag("IsLatestVersion", c.chance(instances, c.region, one.i, 17, 70))
		c.w.str("PlatformType", "Linux")
		c.w.str("PlatformName", "Amazon Linux")
		c.w.str("PlatformVersion", "2023")
		c.w.str("ResourceType", "EC2Instance")
		c.w.str("IPAddress", one.ip)
		c.w.str("SourceId", one.id)
		c.w.str("SourceType", "AWS::EC2::Instance")
	})
	c.next("NextToken", w)
	return nil
}

func acmOperations() operations {
	own := operations{
		"ListCertificates":    listCertificates,
		"DescribeCertificate": ofCertificate(describeCertificate),
		"ListTagsForCertificate": ofCertificate(func(c *call, i int) *fault {
			c.w.tags("Tags", "Key", "Value", c.tags(certificates, c.region, i))
			return nil
		}),
		"GetAccountConfiguration": func(c *call) *fault {
			c.w.obj("ExpiryEvents", func() { c.w.num("DaysBeforeExpiry", 45) })
			return nil
		},
	}
	return own
}

// certificateARN is the ARN of one of the region's certificates; of none, in a
// region without.
func (c *call) certificateARN(region, i int) string {
	return c.arn("acm", region, "certificate/"+c.uuid(certificates, region, i%max(1, c.count(certificates, region))))
}

func ofCertificate(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		asked := c.str("CertificateArn")
		if i, ok := c.uuidIndex(asked[strings.LastIndexByte(asked, '/')+1:], certificates, c.region); ok {
			return do(c, i)
		}
		return faultf(http.StatusBadRequest, "ResourceNotFoundException", "Could not find certificate "+asked+".")
	}
}

func (c *call) certificateName(i int) string {
	return c.name(certificates, c.region, i) + ".example.com"
}

func listCertificates(c *call) *fault {
	w, f := c.page(jsonPages("MaxItems", "NextToken", 100, 1000), c.count(certificates, c.region))
	if f != nil {
		return f
	}
	c.w.list("CertificateSummaryList", w.to-w.from, func(n int) {
		c.w.str("CertificateArn", c.certificateARN(c.region, w.from+n))
		c.w.str("DomainName", c.certificateName(w.from+n))
		c.w.str("Status", "ISSUED")
		c.w.str("Type", "AMAZON_ISSUED")
		c.w.str("KeyAlgorithm", "RSA-2048")
		c.w.flag("InUse", true)
	})
	c.next("NextToken", w)
	return nil
}

func describeCertificate(c *call, i int) *fault {
	c.w.obj("Certificate", func() {
		c.w.str("CertificateArn", c.certificateARN(c.region, i))
		c.w.str("DomainName", c.certificateName(i))
		c.w.strs("SubjectAlternativeNames", c.certificateName(i))
		c.w.str("Status", "ISSUED")
		c.w.str("Type", "AMAZON_ISSUED")
		c.w.str("KeyAlgorithm", "RSA-2048")
		c.w.str("SignatureAlgorithm", "SHA256WITHRSA")
		c.w.str("RenewalEligibility", "ELIGIBLE")
		c.w.time("NotBefore", c.now.AddDate(0, -6, 0))
		c.w.time("NotAfter", c.now.AddDate(0, 0, 5+c.roll(certificates, c.region, i, 1, 200)))
		c.w.strs("InUseBy")
		c.w.obj("Options", func() { c.w.str("CertificateTransparencyLoggingPreference", "ENABLED") })
	})
	return nil
}
