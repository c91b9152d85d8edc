package large

import (
	"net/http"
	"strconv"
)

func volumeOperations() operations {
	return operations{
		"DescribeVolumes":           describeVolumes,
		"DescribeVolumeStatus":      describeVolumeStatus,
		"DescribeVolumeAttribute":   describeVolumeAttribute,
		"DescribeSnapshots":         describeSnapshots,
		"DescribeSnapshotAttribute": describeSnapshotAttribute,
	}
}

var (
	volumeKind = ec2Kind{kind: volumes, prefix: "vol", ids: "VolumeId", idFilter: "volume-id",
		missing: "InvalidVolume.NotFound", pages: ec2Pages(5, 1000)}
	snapshotKind = ec2Kind{kind: snapshots, prefix: "snap", ids: "SnapshotId", idFilter: "snapshot-id",
		missing: "InvalidSnapshot.NotFound", pages: ec2Pages(5, 1000)}
)

// The first volumes of a region are the roots of its instances, one each. Every
// second of the others is a further volume of an instance; the rest are not
// attached to anything.

// attachedTo is the instance that has a volume.
func (a *account) attachedTo(region, volume int) (int, bool) {
	n := a.count(instances, region)
	if volume < n {
		return volume, true
	}
	further := volume - n
	return further, further%2 == 0 && further < n
}

// instanceVolumes are the volumes of an instance, its root first.
func (a *account) instanceVolumes(region, i int) []int {
	further := a.count(instances, region) + i
	if i%2 == 0 && further < a.count(volumes, region) {
		return []int{i, further}
	}
	return []int{i}
}

func (a *account) volumeDevice(region, volume int) string {
	if volume < a.count(instances, region) {
		return "/dev/xvda"
	}
	return "/dev/sdf"
}

var volumeTypes = []string{"gp3", "gp3", "gp3", "gp2", "gp2", "io1", "st1"}

// volumeKey is the KMS key of an encrypted volume.
func (a *account) volumeKey(region, volume int) (string, bool) {
	if a.count(keys, region) == 0 || !a.chance(volumes, region, volume, 1, 72) {
		return "", false
	}
	return a.keyARN(region, volume%a.count(keys, region)), true
}

func (c *call) volumeState(i int) string {
	if _, ok := c.attachedTo(c.region, i); ok {
		return "in-use"
	}
	return "available"
}

func (c *call) volumeValues(i int, name string) ([]string, bool) {
	switch name {
	case "status":
		return []string{c.volumeState(i)}, true
	case "attachment.instance-id":
		if n, ok := c.attachedTo(c.region, i); ok {
			return []string{c.id("i", instances, c.region, n)}, true
		}
		return nil, true
	case "encrypted":
		_, ok := c.volumeKey(c.region, i)
		return []string{strconv.FormatBool(ok)}, true
	case "volume-type":
		return []string{pickOf(c.account, volumes, c.region, i, 2, volumeTypes)}, true
	}
	return nil, false
}

func describeVolumes(c *call) *fault {
	s, w, f := c.ec2Page(volumeKind, c.volumeValues)
	if f != nil {
		return f
	}
	c.w.b = append(make([]byte, 0, 1024+(w.to-w.from)*1300), c.w.b...)
	c.w.list("volumeSet", w.to-w.from, func(n int) { c.writeVolume(s.at(w.from + n)) })
	c.next("nextToken", w)
	return nil
}

func (c *call) writeVolume(i int) {
	w, r := c.w, c.region
	attached, ok := c.attachedTo(r, i)
	kind := pickOf(c.account, volumes, r, i, 2, volumeTypes)
	size := 8 << c.roll(volumes, r, i, 3, 6)
	if kind == "st1" {
		size = 500
	}
	w.str("volumeId", c.id("vol", volumes, r, i))
	w.num("size", size)
	w.str("snapshotId", "")
	at := i
	created := c.daysAgo(volumes, r, i, 4, 700)
	if ok {
		at = c.instance(r, attached).subnet
		created = c.instance(r, attached).launched
	}
	w.str("availabilityZone", zone(r, at))
	w.str("availabilityZoneId", zoneID(r, at))
	w.str("status", c.volumeState(i))
	w.time("createTime", created)
	w.list("attachmentSet", map[bool]int{true: 1}[ok], func(int) {
		w.str("volumeId", c.id("vol", volumes, r, i))
		w.str("instanceId", c.id("i", instances, r, attached))
		w.str("device", c.volumeDevice(r, i))
		w.str("status", "attached")
		w.time("attachTime", created)
		w.flag("deleteOnTermination", i < c.count(instances, r))
	})
	if tags := c.tags(volumes, r, i); len(tags) > 1 {
		w.tags("tagSet", "key", "value", tags)
	}
	w.str("volumeType", kind)
	switch kind {
	case "gp3":
		w.num("iops", 3000)
		w.num("throughput", 125)
	case "gp2":
		w.num("iops", max(100, 3*size))
	case "io1":
		w.num("iops", 1000)
	}
	key, encrypted := c.volumeKey(r, i)
	w.flag("encrypted", encrypted)
	if encrypted {
		w.str("kmsKeyId", key)
	}
	w.flag("multiAttachEnabled", false)
	w.obj("operator", func() { w.flag("managed", false) })
}

func describeVolumeStatus(c *call) *fault {
	s, w, f := c.ec2Page(volumeKind, c.volumeValues)
	if f != nil {
		return f
	}
	c.w.list("volumeStatusSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("volumeId", c.id("vol", volumes, c.region, i))
		c.w.str("availabilityZone", zone(c.region, i))
		c.w.obj("volumeStatus", func() {
			c.w.str("status", "ok")
			c.w.list("details", 1, func(int) {
				c.w.str("name", "io-enabled")
				c.w.str("status", "passed")
			})
		})
	})
	c.next("nextToken", w)
	return nil
}

// describeVolumeAttribute answers for one volume, as describeInstanceAttribute
// does for one instance.
func describeVolumeAttribute(c *call) *fault {
	id := c.str("VolumeId")
	i, ok := c.indexOf(id, "vol", volumes, c.region)
	if !ok {
		return faultf(http.StatusBadRequest, volumeKind.missing, "The volume '"+id+"' does not exist.")
	}
	c.w.str("volumeId", id)
	if c.str("Attribute") == "productCodes" {
		c.w.list("productCodes", 0, nil)
		return nil
	}
	c.w.obj("autoEnableIO", func() { c.w.flag("value", c.chance(volumes, c.region, i, 5, 10)) })
	return nil
}

func (c *call) snapshotValues(i int, name string) ([]string, bool) {
	switch name {
	case "status":
		return []string{"completed"}, true
	case "volume-id":
		return []string{c.id("vol", volumes, c.region, c.snapshotVolume(i))}, true
	case "encrypted":
		_, ok := c.volumeKey(c.region, c.snapshotVolume(i))
		return []string{strconv.FormatBool(ok)}, true
	case "storage-tier":
		return []string{"standard"}, true
	}
	return nil, false
}

func (c *call) snapshotVolume(i int) int { return i % c.count(volumes, c.region) }

// publicSnapshot is one that every account may restore; one in 1,500 is.
func (c *call) publicSnapshot(i int) bool { return c.roll(snapshots, c.region, i, 1, 1500) == 0 }

// describeSnapshots lists the account's own snapshots. Asked for all that it may
// restore, AWS would list tens of thousands of others' public ones too.
func describeSnapshots(c *call) *fault {
	owners := c.strs("Owner")
	if len(owners) > 0 && !matchesAny([]string{"self", c.number}, owners) {
		c.w.list("snapshotSet", 0, nil)
		return nil
	}
	if restorable := c.strs("RestorableBy"); len(restorable) > 0 && !matchesAny([]string{"self", c.number}, restorable) {
		return c.publicSnapshots()
	}
	s, w, f := c.ec2Page(snapshotKind, c.snapshotValues)
	if f != nil {
		return f
	}
	c.w.list("snapshotSet", w.to-w.from, func(n int) { c.writeSnapshot(s.at(w.from + n)) })
	c.next("nextToken", w)
	return nil
}

// publicSnapshots are those of the account that all may restore.
func (c *call) publicSnapshots() *fault {
	var public []int
	for i := range c.count(snapshots, c.region) {
		if c.publicSnapshot(i) {
			public = append(public, i)
		}
	}
	w, f := c.page(snapshotKind.pages, len(public))
	if f != nil {
		return f
	}
	c.w.list("snapshotSet", w.to-w.from, func(n int) { c.writeSnapshot(public[w.from+n]) })
	c.next("nextToken", w)
	return nil
}

func (c *call) writeSnapshot(i int) {
	w, r := c.w, c.region
	volume := c.snapshotVolume(i)
	w.str("snapshotId", c.id("snap", snapshots, r, i))
	w.str("volumeId", c.id("vol", volumes, r, volume))
	w.str("status", "completed")
	w.time("startTime", c.daysAgo(snapshots, r, i, 2, 500))
	w.str("progress", "100%")
	w.str("ownerId", c.number)
	w.num("volumeSize", 8<<c.roll(volumes, r, volume, 3, 6))
	w.str("description", "Created by the nightly backup")
	key, encrypted := c.volumeKey(r, volume)
	w.flag("encrypted", encrypted)
	if encrypted {
		w.str("kmsKeyId", key)
	}
	w.str("storageTier", "standard")
	w.str("transferType", "standard")
	w.tags("tagSet", "key", "value", c.tags(snapshots, r, i))
}

func describeSnapshotAttribute(c *call) *fault {
	id := c.str("SnapshotId")
	i, ok := c.indexOf(id, "snap", snapshots, c.region)
	if !ok {
		return faultf(http.StatusBadRequest, snapshotKind.missing, "The snapshot '"+id+"' does not exist.")
	}
	c.w.str("snapshotId", id)
	if c.str("Attribute") == "productCodes" {
		c.w.list("productCodes", 0, nil)
		return nil
	}
	c.w.list("createVolumePermission", map[bool]int{true: 1}[c.publicSnapshot(i)], func(int) { c.w.str("group", "all") })
	return nil
}
