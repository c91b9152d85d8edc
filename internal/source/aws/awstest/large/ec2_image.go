package large

import (
	"net/http"
	"strconv"
)

func imageOperations() operations {
	return operations{
		"DescribeImages":                 describeImages,
		"DescribeImageAttribute":         describeImageAttribute,
		"DescribeKeyPairs":               describeKeyPairs,
		"DescribeLaunchTemplates":        describeLaunchTemplates,
		"DescribeLaunchTemplateVersions": describeLaunchTemplateVersions,
		"DescribeTags":                   describeTags,
	}
}

var (
	imageKind = ec2Kind{kind: images, prefix: "ami", ids: "ImageId", idFilter: "image-id",
		missing: "InvalidAMIID.NotFound", pages: ec2Pages(1, 1000)}
	keyPairKind = ec2Kind{kind: keyPairs, prefix: "key", ids: "KeyPairId", idFilter: "key-pair-id",
		missing: "InvalidKeyPair.NotFound", pages: paging{}}
	launchTemplateKind = ec2Kind{kind: launchTemplates, prefix: "lt", ids: "LaunchTemplateId", idFilter: "launch-template-id",
		missing: "InvalidLaunchTemplateId.NotFound", pages: ec2Pages(1, 200)}
)

// amazonImages is how many of Amazon's own images a region's instances use.
const amazonImages = 12

// amazonImage is the id of one of Amazon's images. It differs by region.
func (a *account) amazonImage(region, i int) string { return a.id("ami", details, region, i) }

func (a *account) instanceImage(region, i int) string {
	if own := a.count(images, region); own > 0 && a.chance(instances, region, i, 15, 35) {
		return a.id("ami", images, region, i%own)
	}
	return a.amazonImage(region, i%amazonImages)
}

// describeImages lists the account's own images, and those of Amazon that are
// asked for by id. It does not list all the images of the world.
func describeImages(c *call) *fault {
	var amazon []int
	var own []string
	ids := c.strs("ImageId")
	for _, id := range ids {
		if i, ok := c.amazonIndex(id); ok {
			amazon = append(amazon, i)
		} else {
			own = append(own, id)
		}
	}
	owners := c.strs("Owner")
	others := len(owners) > 0 && !matchesAny([]string{"self", c.number}, owners)
	if len(ids) == 0 && others {
		for i := range amazonImages {
			amazon = append(amazon, i)
		}
	}
	if others || len(ids) > 0 && len(own) == 0 {
		c.w.list("imagesSet", len(amazon), func(n int) { c.writeAmazonImage(amazon[n]) })
		return nil
	}
	s, w, f := c.ec2Select(imageKind, own, func(i int, name string) ([]string, bool) {
		switch name {
		case "state":
			return []string{"available"}, true
		case "is-public":
			return []string{strconv.FormatBool(c.publicImage(i))}, true
		case "name":
			return []string{c.name(images, c.region, i)}, true
		}
		return nil, false
	})
	if f != nil {
		return f
	}
	c.w.list("imagesSet", w.to-w.from+len(amazon), func(n int) {
		if n >= w.to-w.from {
			c.writeAmazonImage(amazon[n-(w.to-w.from)])
			return
		}
		c.writeImage(s.at(w.from + n))
	})
	c.next("nextToken", w)
	return nil
}

func (c *call) amazonIndex(id string) (int, bool) {
	for i := range amazonImages {
		if c.amazonImage(c.region, i) == id {
			return i, true
		}
	}
	return 0, false
}

func (c *call) publicImage(i int) bool { return c.chance(images, c.region, i, 1, 3) }

func (c *call) writeImage(i int) {
	w, r := c.w, c.region
	w.str("imageId", c.id("ami", images, r, i))
	w.str("imageLocation", c.number+"/"+c.name(images, r, i))
	w.str("imageState", "available")
	w.str("imageOwnerId", c.number)
	w.flag("isPublic", c.publicImage(i))
	w.str("architecture", "x86_64")
	w.str("imageType", "machine")
	w.str("name", c.name(images, r, i))
	w.str("description", "built by the pipeline")
	w.str("rootDeviceType", "ebs")
	w.str("rootDeviceName", "/dev/xvda")
	w.list("blockDeviceMapping", 1, func(int) {
		w.str("deviceName", "/dev/xvda")
		w.obj("ebs", func() {
			w.str("snapshotId", c.id("snap", snapshots, r, i%max(1, c.count(snapshots, r))))
			w.num("volumeSize", 16)
			w.flag("deleteOnTermination", true)
			w.str("volumeType", "gp3")
			w.flag("encrypted", c.chance(images, r, i, 2, 60))
		})
	})
	w.str("virtualizationType", "hvm")
	w.str("hypervisor", "xen")
	w.flag("enaSupport", true)
	w.str("platformDetails", "Linux/UNIX")
	w.str("usageOperation", "RunInstances")
	w.str("creationDate", c.daysAgo(images, r, i, 3, 800).Format("2006-01-02T15:04:05.000Z"))
	w.str("imdsSupport", "v2.0")
	c.tagSet(images, i)
}

func (c *call) writeAmazonImage(i int) {
	created := c.daysAgo(details, c.region, i, 1, 1000)
	c.w.str("imageId", c.amazonImage(c.region, i))
	c.w.str("imageState", "available")
	c.w.str("imageOwnerId", "137112412989")
	c.w.str("imageOwnerAlias", "amazon")
	c.w.flag("isPublic", true)
	c.w.str("architecture", architecture(i%4 == 3))
	c.w.str("imageType", "machine")
	c.w.str("name", "al2023-ami-2023."+strconv.Itoa(i)+"."+created.Format("20060102")+".0-kernel-6.1-"+architecture(i%4 == 3))
	c.w.str("rootDeviceType", "ebs")
	c.w.str("rootDeviceName", "/dev/xvda")
	c.w.str("virtualizationType", "hvm")
	c.w.str("platformDetails", "Linux/UNIX")
	c.w.str("creationDate", created.Format("2006-01-02T15:04:05.000Z"))
	c.w.str("deprecationTime", created.AddDate(0, 3, 0).Format("2006-01-02T15:04:05.000Z"))
}

func describeImageAttribute(c *call) *fault {
	id := c.str("ImageId")
	i, ok := c.indexOf(id, "ami", images, c.region)
	if !ok {
		return faultf(http.StatusBadRequest, imageKind.missing, "The image id '"+id+"' does not exist")
	}
	c.w.str("imageId", id)
	c.w.list("launchPermission", map[bool]int{true: 1}[c.publicImage(i)], func(int) { c.w.str("group", "all") })
	return nil
}

func describeKeyPairs(c *call) *fault {
	ids := c.strs("KeyPairId")
	for _, name := range c.strs("KeyName") {
		i, ok := c.numbered(name, keyPairs, c.region)
		if !ok {
			return faultf(http.StatusBadRequest, keyPairKind.missing, "The key pair '"+name+"' does not exist")
		}
		ids = append(ids, c.id("key", keyPairs, c.region, i))
	}
	s, w, f := c.ec2Select(keyPairKind, ids, func(i int, name string) ([]string, bool) {
		return []string{c.name(keyPairs, c.region, i)}, name == "key-name"
	})
	if f != nil {
		return f
	}
	c.w.list("keySet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("keyPairId", c.id("key", keyPairs, c.region, i))
		c.w.str("keyName", c.name(keyPairs, c.region, i))
		c.w.str("keyType", pickOf(c.account, keyPairs, c.region, i, 1, []string{"rsa", "rsa", "ed25519"}))
		c.w.str("keyFingerprint", c.hex32(keyPairs, c.region, i))
		c.w.time("createTime", c.daysAgo(keyPairs, c.region, i, 2, 1500))
		c.tagSet(keyPairs, i)
	})
	return nil
}

func describeLaunchTemplates(c *call) *fault {
	s, w, f := c.ec2Page(launchTemplateKind, nil)
	if f != nil {
		return f
	}
	c.w.list("launchTemplates", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("launchTemplateId", c.id("lt", launchTemplates, c.region, i))
		c.w.str("launchTemplateName", c.name(launchTemplates, c.region, i))
		c.w.time("createTime", c.daysAgo(launchTemplates, c.region, i, 1, 900))
		c.w.str("createdBy", arn("iam", "", c.number, "user/"+c.name(users, 0, 0)))
		c.w.num("defaultVersionNumber", 1)
		c.w.num("latestVersionNumber", 1)
		c.tagSet(launchTemplates, i)
	})
	c.next("nextToken", w)
	return nil
}

// describeLaunchTemplateVersions answers for one template, or, asked for
// $Latest or $Default without one, for all.
func describeLaunchTemplateVersions(c *call) *fault {
	total := selection{n: c.count(launchTemplates, c.region), all: true}
	if id := c.str("LaunchTemplateId"); id != "" {
		i, ok := c.indexOf(id, "lt", launchTemplates, c.region)
		if !ok {
			return faultf(http.StatusBadRequest, launchTemplateKind.missing, "The specified launch template, with template ID "+id+", does not exist.")
		}
		total = selection{n: 1, some: []int{i}}
	} else if name := c.str("LaunchTemplateName"); name != "" {
		i, ok := c.numbered(name, launchTemplates, c.region)
		if !ok {
			return faultf(http.StatusBadRequest, "InvalidLaunchTemplateName.NotFoundException", "At least one of the launch templates specified in the request does not exist.")
		}
		total = selection{n: 1, some: []int{i}}
	}
	w, f := c.page(ec2Pages(1, 200), total.n)
	if f != nil {
		return f
	}
	c.w.list("launchTemplateVersionSet", w.to-w.from, func(n int) {
		i := total.at(w.from + n)
		c.w.str("launchTemplateId", c.id("lt", launchTemplates, c.region, i))
		c.w.str("launchTemplateName", c.name(launchTemplates, c.region, i))
		c.w.num("versionNumber", 1)
		c.w.flag("defaultVersion", true)
		c.w.time("createTime", c.daysAgo(launchTemplates, c.region, i, 1, 900))
		c.w.obj("launchTemplateData", func() {
			c.w.str("imageId", c.amazonImage(c.region, i%amazonImages))
			c.w.str("instanceType", pickOf(c.account, launchTemplates, c.region, i, 2, instanceTypes).name)
			c.w.obj("metadataOptions", func() {
				c.w.str("httpTokens", map[bool]string{true: "required", false: "optional"}[c.chance(launchTemplates, c.region, i, 3, 70)])
				c.w.str("httpEndpoint", "enabled")
				c.w.num("httpPutResponseHopLimit", 1)
			})
			c.w.strs("securityGroupIdSet", c.id("sg", securityGroups, c.region, i%c.count(securityGroups, c.region)))
		})
	})
	c.next("nextToken", w)
	return nil
}

// describeTags lists the tags of the region's VPCs, subnets and groups: those of
// instances and volumes come with them.
func describeTags(c *call) *fault {
	type tagged struct {
		id, of string
		tag    pair
	}
	var all []tagged
	for _, k := range []struct {
		kind       kind
		prefix, of string
	}{{vpcs, "vpc", "vpc"}, {subnets, "subnet", "subnet"}, {securityGroups, "sg", "security-group"}} {
		for i := range c.count(k.kind, c.region) {
			for _, t := range c.tags(k.kind, c.region, i) {
				all = append(all, tagged{c.id(k.prefix, k.kind, c.region, i), k.of, t})
			}
		}
	}
	w, f := c.page(ec2Pages(5, 1000), len(all))
	if f != nil {
		return f
	}
	c.w.list("tagSet", w.to-w.from, func(n int) {
		t := all[w.from+n]
		c.w.str("resourceId", t.id)
		c.w.str("resourceType", t.of)
		c.w.str("key", t.tag.key)
		c.w.str("value", t.tag.value)
	})
	c.next("nextToken", w)
	return nil
}
