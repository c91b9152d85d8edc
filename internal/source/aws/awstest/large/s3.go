package large

import (
	"net/http"
	"strconv"
)

func s3Operations() operations {
	own := operations{
		"ListBuckets":       listBuckets,
		"HeadBucket":        inBucket(func(*call, int) *fault { return nil }),
		"GetBucketLocation": getBucketLocation,
		"ListObjects":       inBucket(listObjects),
		"ListObjectsV2":     inBucket(listObjects),
	}
	return join(own, bucketOperations())
}

// A bucket's name is the account's, then the bucket's own with its number.

const bucketPrefix = "large-example-"

func (a *account) bucketName(i int) string { return bucketPrefix + a.name(buckets, 0, i) }

func (a *account) bucketOf(name string) (int, bool) {
	if len(name) <= len(bucketPrefix) || name[:len(bucketPrefix)] != bucketPrefix {
		return 0, false
	}
	return a.numbered(name[len(bucketPrefix):], buckets, 0)
}

func (a *account) isBucket(name string) bool {
	_, ok := a.bucketOf(name)
	return ok
}

// bucketRegion spreads the buckets over the regions by their share.
func (a *account) bucketRegion(i int) int {
	roll := a.roll(buckets, 0, i, 1, 1000)
	for r := range regions {
		if roll -= regions[r].share; roll < 0 {
			return r
		}
	}
	return 0
}

const s3Namespace = ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`

// root writes the document that a restXML answer is.
func (c *call) root(name, attributes string, fill func()) {
	c.w.raw("<" + name + attributes + ">")
	fill()
	c.w.end(name)
}

func (c *call) s3Root(name string, fill func()) { c.root(name, s3Namespace, fill) }

func listBuckets(c *call) *fault {
	var list []int
	region, prefix := c.str("bucket-region"), c.str("prefix")
	for i := range c.count(buckets, 0) {
		name := c.bucketName(i)
		if region != "" && regions[c.bucketRegion(i)].name != region || len(prefix) > len(name) || name[:len(prefix)] != prefix {
			continue
		}
		list = append(list, i)
	}
	w, f := c.page(paging{size: "max-buckets", token: "continuation-token", least: 1, most: 10000,
		badToken: "InvalidArgument", badSize: "InvalidArgument"}, len(list))
	if f != nil {
		return f
	}
	// The region of a bucket is told only to those who ask for pages, a region
	// or a prefix.
	paged := c.form.Has("max-buckets") || c.form.Has("continuation-token") || region != "" || prefix != ""
	c.s3Root("ListAllMyBucketsResult", func() {
		c.w.obj("Owner", c.writeOwner)
		c.w.listOf("Buckets", "Bucket", w.to-w.from, func(n int) {
			i := list[w.from+n]
			c.w.str("Name", c.bucketName(i))
			c.w.time("CreationDate", c.daysAgo(buckets, 0, i, 2, 2500))
			if paged {
				c.w.str("BucketRegion", regions[c.bucketRegion(i)].name)
			}
		})
		c.next("ContinuationToken", w)
		if prefix != "" {
			c.w.str("Prefix", prefix)
		}
	})
	return nil
}

// ownerID is the canonical id of the account.
func (c *call) ownerID() string {
	return c.hex32(details, 0, 0) + c.hex32(details, 0, 1)
}

func (c *call) writeOwner() {
	c.w.str("ID", c.ownerID())
}

func (c *call) askedBucket() (int, *fault) {
	i, ok := c.bucketOf(c.bucket)
	if !ok {
		f := faultf(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
		f.extra = []pair{{"BucketName", c.bucket}}
		return 0, f
	}
	return i, nil
}

// inBucket finds the bucket of a call. A bucket in another region than the one
// that is asked is a redirect, which names the right one.
func inBucket(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		i, f := c.askedBucket()
		if f != nil {
			return f
		}
		home := regions[c.bucketRegion(i)].name
		c.header.Set("X-Amz-Bucket-Region", home)
		if home != c.regionName() {
			f := faultf(http.StatusMovedPermanently, "PermanentRedirect",
				"The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.")
			f.extra = []pair{{"Endpoint", c.bucket + ".s3." + home + ".amazonaws.com"}, {"Bucket", c.bucket}}
			return f
		}
		c.fleeting = c.operation == "HeadBucket" // its answer is in the headers
		return do(c, i)
	}
}

// getBucketLocation answers in every region. For us-east-1 the answer is empty.
func getBucketLocation(c *call) *fault {
	i, f := c.askedBucket()
	if f != nil {
		return f
	}
	name := regions[c.bucketRegion(i)].name
	if name == "us-east-1" {
		name = ""
	}
	c.w.raw("<LocationConstraint" + s3Namespace + ">" + name + "</LocationConstraint>")
	return nil
}

// listObjects: what the buckets hold is not part of the account.
func listObjects(c *call, _ int) *fault {
	c.s3Root("ListBucketResult", func() {
		c.w.str("Name", c.bucket)
		c.w.num("MaxKeys", 1000)
		c.w.num("KeyCount", 0)
		c.w.flag("IsTruncated", false)
	})
	return nil
}

func s3ControlOperations() operations {
	return operations{
		"GetPublicAccessBlock": func(c *call) *fault {
			// The account's block is on as far as policies go.
			c.s3Root("PublicAccessBlockConfiguration", func() { writeBlock(c, false, true) })
			return nil
		},
		"ListAccessPoints": func(c *call) *fault {
			c.s3Root("ListAccessPointsResult", func() { c.w.listOf("AccessPointList", "AccessPoint", 0, nil) })
			return nil
		},
		"ListStorageLensConfigurations": nothing,
		"ListMultiRegionAccessPoints":   nothing,
		"ListAccessGrantsInstances":     nothing,
		"ListJobs":                      nothing,
	}
}

func writeBlock(c *call, acls, policies bool) {
	for _, p := range []struct {
		name string
		on   bool
	}{{"BlockPublicAcls", acls}, {"IgnorePublicAcls", acls}, {"BlockPublicPolicy", policies}, {"RestrictPublicBuckets", policies}} {
		c.w.str(p.name, strconv.FormatBool(p.on))
	}
}
