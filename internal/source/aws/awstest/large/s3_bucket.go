package large

import (
	"net/http"
	"strings"
)

// bucketOperations are the settings of a bucket. One that is not set is an
// error with its own code in some operations and an empty document in others,
// as S3 has it.
func bucketOperations() operations {
	return operations{
		"GetBucketEncryption":                        inBucket(getBucketEncryption),
		"GetBucketVersioning":                        inBucket(getBucketVersioning),
		"GetBucketLogging":                           inBucket(getBucketLogging),
		"GetBucketLifecycleConfiguration":            inBucket(getBucketLifecycle),
		"GetPublicAccessBlock":                       inBucket(getPublicAccessBlock),
		"GetBucketPolicy":                            inBucket(getBucketPolicy),
		"GetBucketPolicyStatus":                      inBucket(getBucketPolicyStatus),
		"GetBucketAcl":                               inBucket(getBucketACL),
		"GetBucketTagging":                           inBucket(getBucketTagging),
		"GetObjectLockConfiguration":                 inBucket(getObjectLock),
		"GetBucketReplication":                       unset("ReplicationConfigurationNotFoundError", "The replication configuration was not found"),
		"GetBucketWebsite":                           inBucket(getBucketWebsite),
		"GetBucketCors":                              unset("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
		"GetBucketOwnershipControls":                 inBucket(getOwnershipControls),
		"GetBucketNotificationConfiguration":         inBucket(blank("NotificationConfiguration")),
		"GetBucketAccelerateConfiguration":           inBucket(blank("AccelerateConfiguration")),
		"ListBucketAnalyticsConfigurations":          inBucket(blank("ListBucketAnalyticsConfigurationResult")),
		"ListBucketInventoryConfigurations":          inBucket(blank("ListInventoryConfigurationsResult")),
		"ListBucketMetricsConfigurations":            inBucket(blank("ListMetricsConfigurationsResult")),
		"ListBucketIntelligentTieringConfigurations": inBucket(blank("ListBucketIntelligentTieringConfigurationsOutput")),
		"GetBucketMetadataConfiguration":             unset("MetadataConfigurationNotFound", "The metadata configuration was not found"),
		"GetBucketMetadataTableConfiguration":        unset("MetadataTableConfigurationNotFound", "The metadata table configuration was not found"),
		"GetBucketRequestPayment": inBucket(func(c *call, _ int) *fault {
			c.s3Root("RequestPaymentConfiguration", func() { c.w.str("Payer", "BucketOwner") })
			return nil
		}),
	}
}

// unset is a setting that no bucket has.
func unset(code, message string) func(*call) *fault {
	return inBucket(func(c *call, _ int) *fault { return c.notSet(code, message) })
}

func (c *call) notSet(code, message string) *fault {
	f := faultf(http.StatusNotFound, code, message)
	f.extra = []pair{{"BucketName", c.bucket}}
	return f
}

func blank(root string) func(*call, int) *fault {
	return func(c *call, _ int) *fault {
		c.s3Root(root, func() {})
		return nil
	}
}

func (c *call) bucketHas(i, trait, percent int) bool { return c.chance(buckets, 0, i, trait, percent) }

// getBucketEncryption: since 2023 every new bucket has AES256; older ones may
// have nothing.
func getBucketEncryption(c *call, i int) *fault {
	if c.bucketHas(i, 3, 4) {
		return c.notSet("ServerSideEncryptionConfigurationNotFoundError", "The server side encryption configuration was not found")
	}
	home := c.bucketRegion(i)
	kms := c.bucketHas(i, 4, 30) && c.count(keys, home) > 0
	c.s3Root("ServerSideEncryptionConfiguration", func() {
		c.w.obj("Rule", func() {
			c.w.obj("ApplyServerSideEncryptionByDefault", func() {
				if kms {
					c.w.str("SSEAlgorithm", "aws:kms")
					c.w.str("KMSMasterKeyID", c.keyARN(home, i%c.count(keys, home)))
				} else {
					c.w.str("SSEAlgorithm", "AES256")
				}
			})
			c.w.flag("BucketKeyEnabled", kms)
		})
	})
	return nil
}

func getBucketVersioning(c *call, i int) *fault {
	c.s3Root("VersioningConfiguration", func() {
		switch {
		case c.bucketHas(i, 5, 55):
			c.w.str("Status", "Enabled")
		case c.bucketHas(i, 6, 10):
			c.w.str("Status", "Suspended")
		}
	})
	return nil
}

func getBucketLogging(c *call, i int) *fault {
	c.s3Root("BucketLoggingStatus", func() {
		if c.bucketHas(i, 7, 45) {
			c.w.obj("LoggingEnabled", func() {
				c.w.str("TargetBucket", c.bucketName(0))
				c.w.str("TargetPrefix", c.bucket+"/")
			})
		}
	})
	return nil
}

func getBucketLifecycle(c *call, i int) *fault {
	if !c.bucketHas(i, 8, 50) {
		return c.notSet("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
	}
	c.s3Root("LifecycleConfiguration", func() {
		c.w.obj("Rule", func() {
			c.w.str("ID", "age")
			c.w.obj("Filter", func() { c.w.str("Prefix", "") })
			c.w.str("Status", "Enabled")
			c.w.obj("Transition", func() {
				c.w.num("Days", 90)
				c.w.str("StorageClass", "STANDARD_IA")
			})
			c.w.obj("AbortIncompleteMultipartUpload", func() { c.w.num("DaysAfterInitiation", 7) })
		})
	})
	return nil
}

// open is true of the few buckets that everybody may read.
func (c *call) open(i int) bool { return c.bucketHas(i, 9, 2) }

func getPublicAccessBlock(c *call, i int) *fault {
	if c.open(i) || c.bucketHas(i, 10, 10) {
		return c.notSet("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
	}
	c.s3Root("PublicAccessBlockConfiguration", func() { writeBlock(c, true, true) })
	return nil
}

func getBucketPolicy(c *call, i int) *fault {
	resource := `["arn:aws:s3:::` + c.bucket + `","arn:aws:s3:::` + c.bucket + `/*"]`
	c.plainText = "application/json"
	switch {
	case c.open(i):
		c.w.b = []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":` + resource + `}]}`)
	case c.bucketHas(i, 11, 60):
		c.w.b = []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":` + resource +
			`,"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`)
	default:
		return c.notSet("NoSuchBucketPolicy", "The bucket policy does not exist")
	}
	return nil
}

func getBucketPolicyStatus(c *call, i int) *fault {
	if !c.open(i) && !c.bucketHas(i, 11, 60) {
		return c.notSet("NoSuchBucketPolicy", "The bucket policy does not exist")
	}
	c.s3Root("PolicyStatus", func() { c.w.str("IsPublic", strings.ToUpper(trueFalse(c.open(i)))) })
	return nil
}

func getBucketACL(c *call, i int) *fault {
	const schema = ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type=`
	c.s3Root("AccessControlPolicy", func() {
		c.w.obj("Owner", c.writeOwner)
		c.w.obj("AccessControlList", func() {
			c.w.obj("Grant", func() {
				c.w.raw("<Grantee" + schema + `"CanonicalUser">`)
				c.writeOwner()
				c.w.end("Grantee")
				c.w.str("Permission", "FULL_CONTROL")
			})
			if c.bucketHas(i, 12, 3) {
				c.w.obj("Grant", func() {
					c.w.raw("<Grantee" + schema + `"Group">`)
					c.w.str("URI", "http://acs.amazonaws.com/groups/s3/LogDelivery")
					c.w.end("Grantee")
					c.w.str("Permission", "WRITE")
				})
			}
		})
	})
	return nil
}

func getBucketTagging(c *call, i int) *fault {
	tags := c.tags(buckets, 0, i)
	if len(tags) == 1 {
		return c.notSet("NoSuchTagSet", "The TagSet does not exist")
	}
	c.s3Root("Tagging", func() {
		c.w.listOf("TagSet", "Tag", len(tags), func(n int) {
			c.w.str("Key", tags[n].key)
			c.w.str("Value", tags[n].value)
		})
	})
	return nil
}

func getObjectLock(c *call, i int) *fault {
	if !c.bucketHas(i, 13, 5) {
		return c.notSet("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket")
	}
	c.s3Root("ObjectLockConfiguration", func() {
		c.w.str("ObjectLockEnabled", "Enabled")
		c.w.obj("Rule", func() {
			c.w.obj("DefaultRetention", func() {
				c.w.str("Mode", "COMPLIANCE")
				c.w.num("Days", 30)
			})
		})
	})
	return nil
}

func getBucketWebsite(c *call, i int) *fault {
	if !c.open(i) {
		return c.notSet("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")
	}
	c.s3Root("WebsiteConfiguration", func() {
		c.w.obj("IndexDocument", func() { c.w.str("Suffix", "index.html") })
	})
	return nil
}

func getOwnershipControls(c *call, i int) *fault {
	if c.bucketHas(i, 14, 6) {
		return c.notSet("OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
	}
	c.s3Root("OwnershipControls", func() {
		c.w.obj("Rule", func() { c.w.str("ObjectOwnership", "BucketOwnerEnforced") })
	})
	return nil
}
