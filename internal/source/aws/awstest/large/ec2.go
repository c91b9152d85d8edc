package large

import (
	"net/http"
	"strconv"
)

// ec2Operations are all of EC2's.
func ec2Operations() operations {
	own := operations{
		"DescribeRegions":           describeRegions,
		"DescribeAvailabilityZones": describeZones,
		"DescribeAccountAttributes": describeAccountAttributes,
		"GetEbsEncryptionByDefault": func(c *call) *fault {
			c.w.flag("ebsEncryptionByDefault", c.region%3 == 0)
			c.w.str("sseType", "sse-ebs")
			return nil
		},
		"GetEbsDefaultKmsKeyId": func(c *call) *fault {
			c.w.str("kmsKeyId", "alias/aws/ebs")
			return nil
		},
		"GetSnapshotBlockPublicAccessState": func(c *call) *fault {
			c.w.str("state", map[bool]string{true: "block-all-sharing", false: "unblocked"}[c.region%2 == 0])
			c.w.str("managedBy", "account")
			return nil
		},
		"GetImageBlockPublicAccessState": func(c *call) *fault {
			c.w.str("imageBlockPublicAccessState", "block-new-sharing")
			c.w.str("managedBy", "account")
			return nil
		},
		"GetSerialConsoleAccessStatus": func(c *call) *fault {
			c.w.flag("serialConsoleAccessEnabled", false)
			c.w.str("managedBy", "account")
			return nil
		},
		"GetInstanceMetadataDefaults": func(c *call) *fault {
			c.w.obj("accountLevel", func() {
				if c.region < 3 {
					c.w.str("httpTokens", "required")
				}
				c.w.str("managedBy", "account")
			})
			return nil
		},
		"GetAllowedImagesSettings": func(c *call) *fault {
			c.w.str("state", "disabled")
			c.w.str("managedBy", "account")
			return nil
		},
		"DescribeVpcBlockPublicAccessOptions": func(c *call) *fault {
			c.w.obj("vpcBlockPublicAccessOptions", func() {
				c.w.str("awsAccountId", c.number)
				c.w.str("awsRegion", c.regionName())
				c.w.str("state", "default-state")
				c.w.str("internetGatewayBlockMode", "off")
			})
			return nil
		},
	}
	own.none(
		"DescribeVpcPeeringConnections", "DescribeTransitGateways", "DescribeTransitGatewayAttachments",
		"DescribeTransitGatewayVpcAttachments", "DescribeTransitGatewayRouteTables", "DescribeVpnConnections", "DescribeVpnGateways",
		"DescribeCustomerGateways", "DescribeClientVpnEndpoints", "DescribeEgressOnlyInternetGateways",
		"DescribeManagedPrefixLists", "GetManagedPrefixListEntries", "DescribeReservedInstances",
		"DescribeReservedInstancesModifications", "DescribeSpotInstanceRequests", "DescribeSpotFleetRequests",
		"DescribeFleets", "DescribeHosts", "DescribeHostReservations", "DescribeCapacityReservations",
		"DescribeCapacityReservationFleets", "DescribePlacementGroups", "DescribeCarrierGateways",
		"DescribeLocalGateways", "DescribeVpcEndpointServiceConfigurations", "DescribeVpcEndpointConnections",
		"DescribeVpcEndpointServicePermissions", "DescribeVerifiedAccessInstances", "DescribeVerifiedAccessGroups",
		"DescribeVerifiedAccessEndpoints", "DescribeVerifiedAccessTrustProviders", "DescribeNetworkInsightsPaths",
		"DescribeNetworkInsightsAnalyses", "DescribeNetworkInsightsAccessScopes", "DescribeTrafficMirrorSessions",
		"DescribeTrafficMirrorTargets", "DescribeTrafficMirrorFilters", "DescribeIpams", "DescribeIpamPools",
		"DescribeIpamScopes", "DescribeBundleTasks", "DescribeConversionTasks", "DescribeExportTasks",
		"DescribeImportImageTasks", "DescribeImportSnapshotTasks", "DescribeInstanceConnectEndpoints",
		"DescribeInstanceEventWindows", "DescribeScheduledInstances", "DescribeLockedSnapshots",
		"DescribeSecurityGroupVpcAssociations", "DescribeIamInstanceProfileAssociations",
		"DescribeVpcBlockPublicAccessExclusions", "DescribeRouteServers", "DescribeVolumesModifications",
		"DescribeFpgaImages", "DescribeByoipCidrs", "DescribePublicIpv4Pools", "DescribeCoipPools",
		"DescribeFastSnapshotRestores", "DescribeClassicLinkInstances", "DescribeVpcClassicLink",
		"DescribeStaleSecurityGroups", "DescribeSecurityGroupReferences", "ListSnapshotsInRecycleBin", "ListImagesInRecycleBin",
	)
	return join(own, instanceOperations(), volumeOperations(), groupOperations(), networkOperations(), imageOperations())
}

func describeRegions(c *call) *fault {
	type known struct{ name, status string }
	var all []known
	for _, r := range regions {
		all = append(all, known{r.name, "opt-in-not-required"})
	}
	if c.str("AllRegions") == "true" {
		for _, r := range optIn {
			all = append(all, known{r, "not-opted-in"})
		}
	}
	wanted := c.strs("RegionName")
	var listed []known
	for _, r := range all {
		if len(wanted) > 0 && !matchesAny([]string{r.name}, wanted) {
			continue
		}
		matches := true
		for _, f := range c.filters() {
			switch f.name {
			case "region-name":
				matches = matches && matchesAny([]string{r.name}, f.values)
			case "opt-in-status":
				matches = matches && matchesAny([]string{r.status}, f.values)
			default:
				c.server.ledger.miss("ec2 DescribeRegions filter " + f.name)
				return faultf(http.StatusBadRequest, "InvalidParameterValue", "The filter '"+f.name+"' is invalid")
			}
		}
		if matches {
			listed = append(listed, r)
		}
	}
	c.w.list("regionInfo", len(listed), func(i int) {
		c.w.str("regionName", listed[i].name)
		c.w.str("regionEndpoint", "ec2."+listed[i].name+".amazonaws.com")
		c.w.str("optInStatus", listed[i].status)
	})
	return nil
}

func describeZones(c *call) *fault {
	c.w.list("availabilityZoneInfo", 3, func(i int) {
		c.w.str("zoneName", zone(c.region, i))
		c.w.str("zoneId", zoneID(c.region, i))
		c.w.str("zoneState", "available")
		c.w.str("regionName", c.regionName())
		c.w.str("zoneType", "availability-zone")
		c.w.str("groupName", c.regionName())
		c.w.str("networkBorderGroup", c.regionName())
		c.w.str("optInStatus", "opt-in-not-required")
	})
	return nil
}

func describeAccountAttributes(c *call) *fault {
	attributes := []pair{
		{"supported-platforms", "VPC"},
		{"default-vpc", c.id("vpc", vpcs, c.region, 0)},
		{"max-instances", strconv.Itoa(20)},
		{"vpc-max-security-groups-per-interface", "5"},
		{"max-elastic-ips", "5"},
		{"vpc-max-elastic-ips", "300"},
	}
	c.w.list("accountAttributeSet", len(attributes), func(i int) {
		c.w.str("attributeName", attributes[i].key)
		c.w.list("attributeValueSet", 1, func(int) { c.w.str("attributeValue", attributes[i].value) })
	})
	return nil
}
