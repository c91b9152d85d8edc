package large

import (
	"fmt"
	"net/http"
	"time"
)

func instanceOperations() operations {
	return operations{
		"DescribeInstances":                    describeInstances,
		"DescribeInstanceStatus":               describeInstanceStatus,
		"DescribeInstanceAttribute":            describeInstanceAttribute,
		"DescribeInstanceCreditSpecifications": describeInstanceCredits,
		"DescribeInstanceTypes":                describeInstanceTypes,
	}
}

var instanceKind = ec2Kind{
	kind: instances, prefix: "i", ids: "InstanceId", idFilter: "instance-id",
	missing: "InvalidInstanceID.NotFound", pages: ec2Pages(5, 1000), exclusive: true,
}

// instance is what is said of one instance.
type instance struct {
	i        int
	id       string
	kind     string
	state    string
	launched time.Time
	subnet   int // index
	ip       string
	publicIP string
	kept     bool  // the public address is an Elastic IP
	groups   []int // indexes of its security groups
	image    string
	arm      bool
}

var instanceTypes = []struct {
	name string
	arm  bool
}{
	{"m6i.large", false}, {"m6i.xlarge", false}, {"m5.large", false}, {"m5.2xlarge", false}, {"c6i.large", false},
	{"c5.xlarge", false}, {"r6i.large", false}, {"r5.xlarge", false}, {"t3.micro", false}, {"t3.medium", false},
	{"t2.micro", false}, {"m4.large", false}, {"m7g.large", true}, {"c7g.xlarge", true}, {"t4g.small", true},
	{"g4dn.xlarge", false}, {"i3.2xlarge", false},
}

func (a *account) instance(region, i int) instance {
	t := pickOf(a, instances, region, i, 1, instanceTypes)
	n := instance{
		i: i, id: a.id("i", instances, region, i), kind: t.name, arm: t.arm, state: "running",
		launched: a.daysAgo(instances, region, i, 2, 900),
	}
	if a.chance(instances, region, i, 3, 7) {
		n.state = "stopped"
	}
	vpc := i % a.count(vpcs, region)
	slot := i / a.count(vpcs, region)
	n.subnet = vpc*subnetsPerVPC + slot%subnetsPerVPC
	n.ip = addressIn(n.subnet, 10+slot/subnetsPerVPC)
	if n.kept = a.instanceAddress(region, i); n.kept {
		n.publicIP = a.publicAddress(addresses, region, i)
	} else if n.state == "running" && publicSubnet(n.subnet) && a.chance(instances, region, i, 4, 30) {
		n.publicIP = a.publicAddress(instances, region, i)
	}
	n.groups = a.instanceGroups(region, i, vpc)
	n.image = a.instanceImage(region, i)
	return n
}

// instanceGroups are one or two security groups of the instance's VPC.
func (a *account) instanceGroups(region, i, vpc int) []int {
	all := a.groupsOf(region, vpc)
	first := all[a.roll(instances, region, i, 5, len(all))]
	if second := all[a.roll(instances, region, i, 6, len(all))]; second != first && a.chance(instances, region, i, 7, 40) {
		return []int{first, second}
	}
	return []int{first}
}

func (c *call) instanceValues(i int, name string) ([]string, bool) {
	n := c.instance(c.region, i)
	switch name {
	case "instance-state-name":
		return []string{n.state}, true
	case "instance-type":
		return []string{n.kind}, true
	case "image-id":
		return []string{n.image}, true
	case "vpc-id", "network-interface.vpc-id":
		return []string{c.id("vpc", vpcs, c.region, n.subnet/subnetsPerVPC)}, true
	case "subnet-id":
		return []string{c.id("subnet", subnets, c.region, n.subnet)}, true
	case "instance.group-id", "group-id":
		return c.ids("sg", securityGroups, n.groups), true
	case "availability-zone":
		return []string{zone(c.region, n.subnet)}, true
	case "private-ip-address":
		return []string{n.ip}, true
	}
	return nil, false
}

func (c *call) ids(prefix string, k kind, of []int) []string {
	ids := make([]string, len(of))
	for n, i := range of {
		ids[n] = c.id(prefix, k, c.region, i)
	}
	return ids
}

func describeInstances(c *call) *fault {
	s, w, f := c.ec2Page(instanceKind, c.instanceValues)
	if f != nil {
		return f
	}
	// A page of a thousand is some 4 MB: ask for that once.
	c.w.b = append(make([]byte, 0, 1024+(w.to-w.from)*4700), c.w.b...)
	c.w.list("reservationSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("reservationId", c.id("r", instances, c.region, i))
		c.w.str("ownerId", c.number)
		c.w.list("groupSet", 0, nil)
		c.w.list("instancesSet", 1, func(int) { c.writeInstance(c.instance(c.region, i)) })
	})
	c.next("nextToken", w)
	return nil
}

func stateCode(name string) int {
	if name == "running" {
		return 16
	}
	return 80
}

func (c *call) writeInstance(n instance) {
	w, r, i := c.w, c.region, n.i
	vpc := n.subnet / subnetsPerVPC
	w.str("instanceId", n.id)
	w.str("imageId", n.image)
	w.obj("instanceState", func() {
		w.num("code", stateCode(n.state))
		w.str("name", n.state)
	})
	w.str("privateDnsName", privateName(n.ip, r))
	w.str("dnsName", publicName(n.publicIP, r))
	if n.state == "stopped" {
		w.str("reason", "User initiated ("+n.launched.Format("2006-01-02 15:04:05 MST")+")")
		w.obj("stateReason", func() {
			w.str("code", "Client.UserInitiatedShutdown")
			w.str("message", "Client.UserInitiatedShutdown: User initiated shutdown")
		})
	}
	if !c.chance(instances, r, i, 8, 60) && c.count(keyPairs, r) > 0 {
		w.str("keyName", c.name(keyPairs, r, i%c.count(keyPairs, r)))
	}
	w.num("amiLaunchIndex", 0)
	w.list("productCodes", 0, nil)
	w.str("instanceType", n.kind)
	w.time("launchTime", n.launched)
	w.obj("placement", func() {
		w.str("availabilityZone", zone(r, n.subnet))
		w.str("availabilityZoneId", zoneID(r, n.subnet))
		w.str("groupName", "")
		w.str("tenancy", "default")
	})
	w.obj("monitoring", func() {
		w.str("state", map[bool]string{true: "enabled", false: "disabled"}[c.chance(instances, r, i, 9, 25)])
	})
	w.str("subnetId", c.id("subnet", subnets, r, n.subnet))
	w.str("vpcId", c.id("vpc", vpcs, r, vpc))
	w.str("privateIpAddress", n.ip)
	if n.publicIP != "" {
		w.str("ipAddress", n.publicIP)
	}
	w.flag("sourceDestCheck", true)
	c.groupSet("groupSet", n.groups)
	w.str("architecture", architecture(n.arm))
	w.str("rootDeviceType", "ebs")
	w.str("rootDeviceName", "/dev/xvda")
	devices := c.instanceVolumes(r, i)
	w.list("blockDeviceMapping", len(devices), func(d int) {
		w.str("deviceName", c.volumeDevice(r, devices[d]))
		w.obj("ebs", func() {
			w.str("volumeId", c.id("vol", volumes, r, devices[d]))
			w.str("status", "attached")
			w.time("attachTime", n.launched)
			w.flag("deleteOnTermination", d == 0)
		})
	})
	w.str("virtualizationType", "hvm")
	w.str("clientToken", c.uuid(instances, r, i))
	w.tags("tagSet", "key", "value", c.tags(instances, r, i))
	w.str("hypervisor", "xen")
	w.list("networkInterfaceSet", 1, func(int) { c.writeInstanceInterface(n, false) })
	if role := c.roll(instances, r, i, 10, 100); role < 70 {
		w.obj("iamInstanceProfile", func() {
			role := i % c.count(roles, 0)
			w.str("arn", arn("iam", "", c.number, "instance-profile/"+c.name(roles, 0, role)))
			w.str("id", c.unique("AIPA", 17, roles, 0, role))
		})
	}
	w.flag("ebsOptimized", c.chance(instances, r, i, 11, 60))
	w.flag("enaSupport", true)
	w.obj("cpuOptions", func() {
		w.num("coreCount", 1)
		w.num("threadsPerCore", 2)
	})
	w.obj("capacityReservationSpecification", func() { w.str("capacityReservationPreference", "open") })
	w.obj("hibernationOptions", func() { w.flag("configured", false) })
	w.obj("enclaveOptions", func() { w.flag("enabled", false) })
	w.obj("metadataOptions", func() {
		w.str("state", "applied")
		w.str("httpTokens", map[bool]string{true: "required", false: "optional"}[c.chance(instances, r, i, 12, 65)])
		w.num("httpPutResponseHopLimit", 1+c.roll(instances, r, i, 13, 2))
		w.str("httpEndpoint", "enabled")
		w.str("httpProtocolIpv6", "disabled")
		w.str("instanceMetadataTags", "disabled")
	})
	w.str("platformDetails", "Linux/UNIX")
	w.str("usageOperation", "RunInstances")
	w.time("usageOperationUpdateTime", n.launched)
	w.obj("privateDnsNameOptions", func() {
		w.str("hostnameType", "ip-name")
		w.flag("enableResourceNameDnsARecord", false)
		w.flag("enableResourceNameDnsAAAARecord", false)
	})
	w.obj("maintenanceOptions", func() { w.str("autoRecovery", "default") })
	w.str("currentInstanceBootMode", "legacy-bios")
	w.obj("operator", func() { w.flag("managed", false) })
}

// writeInstanceInterface writes the interface of an instance: as a part of the
// instance, or alone, when it says whose it is.
func (c *call) writeInstanceInterface(n instance, alone bool) {
	w, r := c.w, c.region
	w.str("networkInterfaceId", c.id("eni", interfaces, r, n.i))
	w.str("subnetId", c.id("subnet", subnets, r, n.subnet))
	w.str("vpcId", c.id("vpc", vpcs, r, n.subnet/subnetsPerVPC))
	w.str("description", "")
	w.str("ownerId", c.number)
	w.str("status", "in-use")
	w.str("macAddress", macAddress(n.id))
	w.str("privateIpAddress", n.ip)
	w.str("privateDnsName", privateName(n.ip, r))
	w.flag("sourceDestCheck", true)
	c.groupSet("groupSet", n.groups)
	w.obj("attachment", func() {
		w.str("attachmentId", c.id("eni-attach", interfaces, r, n.i))
		if alone {
			w.str("instanceId", n.id)
			w.str("instanceOwnerId", c.number)
		}
		w.num("deviceIndex", 0)
		w.num("networkCardIndex", 0)
		w.str("status", "attached")
		w.time("attachTime", n.launched)
		w.flag("deleteOnTermination", true)
	})
	association := func() { c.writeAssociation(n, alone) }
	if n.publicIP != "" {
		w.obj("association", association)
	}
	w.list("privateIpAddressesSet", 1, func(int) {
		w.str("privateIpAddress", n.ip)
		w.str("privateDnsName", privateName(n.ip, r))
		w.flag("primary", true)
		if n.publicIP != "" {
			w.obj("association", association)
		}
	})
	w.list("ipv6AddressesSet", 0, nil)
	w.str("interfaceType", "interface")
}

func (c *call) writeAssociation(n instance, alone bool) {
	if n.kept && alone {
		c.writeAllocation(n.i)
		return
	}
	c.w.str("publicIp", n.publicIP)
	c.w.str("publicDnsName", publicName(n.publicIP, c.region))
	c.w.str("ipOwnerId", map[bool]string{true: c.number, false: "amazon"}[n.kept])
}

func architecture(arm bool) string {
	if arm {
		return "arm64"
	}
	return "x86_64"
}

// macAddress is the last ten digits of an id, as a locally administered address.
func macAddress(id string) string {
	d := id[len(id)-10:]
	return fmt.Sprintf("02:%s:%s:%s:%s:%s", d[0:2], d[2:4], d[4:6], d[6:8], d[8:10])
}

// describeInstanceAttribute answers for one attribute of one instance: the call
// that a scan of an account this size must not make for each.
func describeInstanceAttribute(c *call) *fault {
	id := c.str("InstanceId")
	i, ok := c.indexOf(id, "i", instances, c.region)
	if !ok {
		return faultf(http.StatusBadRequest, instanceKind.missing, "The instance ID '"+id+"' does not exist")
	}
	c.w.str("instanceId", id)
	switch name := c.str("Attribute"); name {
	case "disableApiTermination", "disableApiStop":
		c.w.obj(name, func() { c.w.flag("value", c.chance(instances, c.region, i, 14, 20)) })
	case "instanceInitiatedShutdownBehavior":
		c.w.obj(name, func() { c.w.str("value", "stop") })
	case "userData":
		c.w.obj(name, func() {})
	default:
		c.server.ledger.miss("ec2 DescribeInstanceAttribute " + name)
		return faultf(http.StatusBadRequest, "InvalidParameterValue", "Value ("+name+") for parameter attribute is invalid. Unknown attribute.")
	}
	return nil
}

func describeInstanceCredits(c *call) *fault {
	s, w, f := c.ec2Page(instanceKind, c.instanceValues)
	if f != nil {
		return f
	}
	var burstable []string
	for n := w.from; n < w.to; n++ {
		if one := c.instance(c.region, s.at(n)); one.kind[0] == 't' {
			burstable = append(burstable, one.id)
		}
	}
	c.w.list("instanceCreditSpecificationSet", len(burstable), func(i int) {
		c.w.str("instanceId", burstable[i])
		c.w.str("cpuCredits", "standard")
	})
	c.next("nextToken", w)
	return nil
}

func describeInstanceTypes(c *call) *fault {
	wanted := c.strs("InstanceType")
	types := instanceTypes[:0:0]
	for _, t := range instanceTypes {
		if len(wanted) == 0 || matchesAny([]string{t.name}, wanted) {
			types = append(types, t)
		}
	}
	w, f := c.page(ec2Pages(5, 100), len(types))
	if f != nil {
		return f
	}
	c.w.list("instanceTypeSet", w.to-w.from, func(n int) {
		t := types[w.from+n]
		c.w.str("instanceType", t.name)
		c.w.flag("currentGeneration", t.name != "m4.large" && t.name != "t2.micro")
		c.w.flag("bareMetal", false)
		c.w.str("hypervisor", "nitro")
		c.w.obj("processorInfo", func() { c.w.strs("supportedArchitectures", architecture(t.arm)) })
		c.w.obj("vCpuInfo", func() { c.w.num("defaultVCpus", 2) })
		c.w.obj("memoryInfo", func() { c.w.num("sizeInMiB", 8192) })
		c.w.obj("ebsInfo", func() { c.w.str("ebsOptimizedSupport", "default") })
		c.w.flag("burstablePerformanceSupported", t.name[0] == 't')
	})
	c.next("nextToken", w)
	return nil
}
