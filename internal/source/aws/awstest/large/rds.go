package large

import (
	"net/http"
	"strings"
)

func rdsOperations() operations {
	own := operations{
		"DescribeDBInstances":                 describeDBInstances,
		"DescribeDBClusters":                  describeDBClusters,
		"DescribeDBSnapshots":                 describeDBSnapshots,
		"DescribeDBSnapshotAttributes":        describeDBSnapshotAttributes,
		"DescribeDBSubnetGroups":              describeDBSubnetGroups,
		"ListTagsForResource":                 listDBTags,
		"DescribeDBClusterSnapshotAttributes": nothing,
	}
	return own.none("DescribeDBClusterSnapshots", "DescribeDBParameterGroups", "DescribeDBClusterParameterGroups",
		"DescribeDBParameters", "DescribeDBClusterParameters", "DescribeEventSubscriptions", "DescribeOptionGroups",
		"DescribeReservedDBInstances", "DescribeDBProxies", "DescribeDBProxyEndpoints", "DescribeDBProxyTargetGroups",
		"DescribeGlobalClusters", "DescribeDBSecurityGroups", "DescribeDBEngineVersions", "DescribePendingMaintenanceActions",
		"DescribeCertificates", "DescribeExportTasks", "DescribeAccountAttributes", "DescribeDBInstanceAutomatedBackups",
		"DescribeDBClusterAutomatedBackups", "DescribeEvents", "DescribeIntegrations", "DescribeBlueGreenDeployments",
		"DescribeDBShardGroups", "DescribeTenantDatabases", "DescribeDBRecommendations", "DescribeDBLogFiles")
}

type engine struct{ name, version, class string }

var engines = []engine{
	{"postgres", "16.4", "db.m6i.large"}, {"postgres", "13.15", "db.r5.xlarge"}, {"mysql", "8.0.39", "db.m5.large"},
	{"mysql", "8.4.3", "db.t3.medium"}, {"mariadb", "10.11.9", "db.t4g.medium"}, {"sqlserver-se", "15.00.4395.2.v1", "db.m5.2xlarge"},
}

var clusterEngines = []engine{{"aurora-postgresql", "16.4", "db.r6g.large"}, {"aurora-mysql", "8.0.mysql_aurora.3.08.0", "db.r5.large"}}

// Every cluster has one instance: the first databases of a region.

func (c *call) dbARN(kind string, k kind, i int) string {
	return c.arn("rds", c.region, kind+":"+c.name(k, c.region, i))
}

// dbPage selects by name, or all.
func (c *call) dbPage(param string, k kind, code string) (selection, window, *fault) {
	s := selection{n: c.count(k, c.region), all: true}
	if asked := c.str(param); asked != "" {
		i, ok := c.numbered(asked[strings.LastIndexByte(asked, ':')+1:], k, c.region)
		if !ok {
			return s, window{}, faultf(http.StatusNotFound, code, asked+" not found.")
		}
		s = selection{n: 1, some: []int{i}}
	}
	for n := 1; c.form.Has(filterName(n)); n++ {
		c.server.ledger.miss("rds " + c.operation + " filter " + c.form.Get(filterName(n)))
		return s, window{}, faultf(http.StatusBadRequest, "InvalidParameterValue", "Unrecognized filter name: "+c.form.Get(filterName(n)))
	}
	w, f := c.page(rdsPages, s.n)
	return s, w, f
}

func filterName(n int) string { return "Filters.Filter." + string(rune('0'+n)) + ".Name" }

func describeDBInstances(c *call) *fault {
	s, w, f := c.dbPage("DBInstanceIdentifier", databases, "DBInstanceNotFound")
	if f != nil {
		return f
	}
	c.w.listOf("DBInstances", "DBInstance", w.to-w.from, func(n int) { c.writeDBInstance(s.at(w.from + n)) })
	c.next("Marker", w)
	return nil
}

func (c *call) dbVPC(i int) int { return c.count(vpcs, c.region) - 1 - i%c.count(vpcs, c.region) }

func (c *call) writeDBInstance(i int) {
	w, r := c.w, c.region
	name := c.name(databases, r, i)
	clustered := i < c.count(clusters, r)
	e := pickOf(c.account, databases, r, i, 1, engines)
	if clustered {
		e = pickOf(c.account, clusters, r, i, 1, clusterEngines)
	}
	encrypted := c.chance(databases, r, i, 2, 80)
	w.str("DBInstanceIdentifier", name)
	w.str("DBInstanceClass", e.class)
	w.str("Engine", e.name)
	w.str("EngineVersion", e.version)
	w.str("DBInstanceStatus", "available")
	w.str("MasterUsername", pickOf(c.account, databases, r, i, 3, []string{"admin", "postgres", "app"}))
	w.obj("Endpoint", func() {
		w.str("Address", name+".c0ffee."+c.regionName()+".rds.amazonaws.com")
		w.num("Port", 5432)
		w.str("HostedZoneId", "Z2R2ITUGPM61AM")
	})
	w.num("AllocatedStorage", 20<<c.roll(databases, r, i, 4, 5))
	w.time("InstanceCreateTime", c.daysAgo(databases, r, i, 5, 1500))
	w.str("PreferredBackupWindow", "03:00-03:30")
	w.num("BackupRetentionPeriod", pickOf(c.account, databases, r, i, 6, []int{0, 1, 7, 7, 14, 35}))
	w.listOf("DBSecurityGroups", "DBSecurityGroup", 0, nil)
	vpc := c.dbVPC(i)
	w.listOf("VpcSecurityGroups", "VpcSecurityGroupMembership", 1, func(int) {
		w.str("VpcSecurityGroupId", c.id("sg", securityGroups, r, c.groupsOf(r, vpc)[0]))
		w.str("Status", "active")
	})
	w.listOf("DBParameterGroups", "DBParameterGroup", 1, func(int) {
		w.str("DBParameterGroupName", "default."+e.name)
		w.str("ParameterApplyStatus", "in-sync")
	})
	w.str("AvailabilityZone", zone(r, i))
	w.obj("DBSubnetGroup", func() { c.writeDBSubnetGroup(vpc) })
	w.str("PreferredMaintenanceWindow", "sun:04:00-sun:04:30")
	w.flag("MultiAZ", c.chance(databases, r, i, 7, 55))
	w.flag("AutoMinorVersionUpgrade", c.chance(databases, r, i, 8, 75))
	w.listOf("ReadReplicaDBInstanceIdentifiers", "ReadReplicaDBInstanceIdentifier", 0, nil)
	w.str("LicenseModel", "general-public-license")
	w.flag("PubliclyAccessible", c.chance(databases, r, i, 9, 6))
	w.str("StorageType", "gp3")
	if clustered {
		w.str("DBClusterIdentifier", c.name(clusters, r, i))
	}
	w.flag("StorageEncrypted", encrypted)
	if encrypted && c.count(keys, r) > 0 {
		w.str("KmsKeyId", c.keyARN(r, i%c.count(keys, r)))
	}
	w.str("DbiResourceId", c.unique("db-", 26, databases, r, i))
	w.str("CACertificateIdentifier", pickOf(c.account, databases, r, i, 10, []string{"rds-ca-rsa2048-g1", "rds-ca-ecc384-g1"}))
	w.flag("CopyTagsToSnapshot", c.chance(databases, r, i, 11, 60))
	w.num("MonitoringInterval", pickOf(c.account, databases, r, i, 12, []int{0, 60}))
	w.str("DBInstanceArn", c.dbARN("db", databases, i))
	w.flag("IAMDatabaseAuthenticationEnabled", c.chance(databases, r, i, 13, 35))
	w.flag("PerformanceInsightsEnabled", c.chance(databases, r, i, 14, 40))
	w.flag("DeletionProtection", c.chance(databases, r, i, 15, 60))
	w.listOf("TagList", "Tag", len(c.tags(databases, r, i)), func(n int) {
		w.str("Key", c.tags(databases, r, i)[n].key)
		w.str("Value", c.tags(databases, r, i)[n].value)
	})
}

func (c *call) writeDBSubnetGroup(vpc int) {
	c.w.str("DBSubnetGroupName", "databases-"+vpcPrefix(vpc))
	c.w.str("DBSubnetGroupDescription", "private subnets")
	c.w.str("VpcId", c.id("vpc", vpcs, c.region, vpc))
	c.w.str("SubnetGroupStatus", "Complete")
	c.w.listOf("Subnets", "Subnet", 2, func(n int) {
		subnet := vpc*subnetsPerVPC + 2*n + 1
		c.w.str("SubnetIdentifier", c.id("subnet", subnets, c.region, subnet))
		c.w.obj("SubnetAvailabilityZone", func() { c.w.str("Name", zone(c.region, subnet)) })
		c.w.str("SubnetStatus", "Active")
	})
}

func describeDBSubnetGroups(c *call) *fault {
	w, f := c.page(rdsPages, c.count(vpcs, c.region))
	if f != nil {
		return f
	}
	c.w.listOf("DBSubnetGroups", "DBSubnetGroup", w.to-w.from, func(n int) {
		c.writeDBSubnetGroup(w.from + n)
		c.w.str("DBSubnetGroupArn", c.arn("rds", c.region, "subgrp:databases-"+vpcPrefix(w.from+n)))
	})
	c.next("Marker", w)
	return nil
}

func describeDBClusters(c *call) *fault {
	s, w, f := c.dbPage("DBClusterIdentifier", clusters, "DBClusterNotFoundFault")
	if f != nil {
		return f
	}
	c.w.listOf("DBClusters", "DBCluster", w.to-w.from, func(n int) {
		i, r := s.at(w.from+n), c.region
		e := pickOf(c.account, clusters, r, i, 1, clusterEngines)
		c.w.str("DBClusterIdentifier", c.name(clusters, r, i))
		c.w.str("DBClusterArn", c.dbARN("cluster", clusters, i))
		c.w.str("Engine", e.name)
		c.w.str("EngineVersion", e.version)
		c.w.str("EngineMode", "provisioned")
		c.w.str("Status", "available")
		c.w.num("BackupRetentionPeriod", pickOf(c.account, clusters, r, i, 2, []int{1, 7, 14}))
		c.w.flag("StorageEncrypted", c.chance(clusters, r, i, 3, 85))
		c.w.flag("DeletionProtection", c.chance(clusters, r, i, 4, 60))
		c.w.flag("MultiAZ", c.chance(clusters, r, i, 5, 50))
		c.w.flag("IAMDatabaseAuthenticationEnabled", c.chance(clusters, r, i, 6, 40))
		c.w.flag("CopyTagsToSnapshot", true)
		c.w.num("Port", 5432)
		c.w.str("MasterUsername", "admin")
		c.w.time("ClusterCreateTime", c.daysAgo(clusters, r, i, 7, 1200))
		c.w.listOf("DBClusterMembers", "DBClusterMember", 1, func(int) {
			c.w.str("DBInstanceIdentifier", c.name(databases, r, i))
			c.w.flag("IsClusterWriter", true)
		})
		c.w.strs("EnabledCloudwatchLogsExports")
	})
	c.next("Marker", w)
	return nil
}

func describeDBSnapshots(c *call) *fault {
	if kind := c.str("SnapshotType"); kind == "shared" || kind == "public" {
		c.w.listOf("DBSnapshots", "DBSnapshot", 0, nil)
		return nil
	}
	s, w, f := c.dbPage("DBSnapshotIdentifier", dbSnapshots, "DBSnapshotNotFound")
	if f != nil {
		return f
	}
	c.w.listOf("DBSnapshots", "DBSnapshot", w.to-w.from, func(n int) {
		i, r := s.at(w.from+n), c.region
		c.w.str("DBSnapshotIdentifier", c.name(dbSnapshots, r, i))
		c.w.str("DBSnapshotArn", c.dbARN("snapshot", dbSnapshots, i))
		c.w.str("DBInstanceIdentifier", c.name(databases, r, i%max(1, c.count(databases, r))))
		c.w.time("SnapshotCreateTime", c.daysAgo(dbSnapshots, r, i, 1, 400))
		c.w.str("Engine", "postgres")
		c.w.num("AllocatedStorage", 100)
		c.w.str("Status", "available")
		c.w.str("SnapshotType", "manual")
		c.w.flag("Encrypted", c.chance(dbSnapshots, r, i, 2, 80))
		c.w.num("PercentProgress", 100)
	})
	c.next("Marker", w)
	return nil
}

func describeDBSnapshotAttributes(c *call) *fault {
	name := c.str("DBSnapshotIdentifier")
	i, ok := c.numbered(name, dbSnapshots, c.region)
	if !ok {
		return faultf(http.StatusNotFound, "DBSnapshotNotFound", "DBSnapshot "+name+" not found.")
	}
	c.w.obj("DBSnapshotAttributesResult", func() {
		c.w.str("DBSnapshotIdentifier", name)
		c.w.listOf("DBSnapshotAttributes", "DBSnapshotAttribute", 1, func(int) {
			c.w.str("AttributeName", "restore")
			if c.roll(dbSnapshots, c.region, i, 3, 300) == 0 {
				c.w.strsOf("AttributeValues", "AttributeValue", "all")
			} else {
				c.w.strsOf("AttributeValues", "AttributeValue")
			}
		})
	})
	return nil
}

func listDBTags(c *call) *fault {
	arn := c.str("ResourceName")
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	for _, k := range []kind{databases, clusters, dbSnapshots} {
		if i, ok := c.numbered(name, k, c.region); ok {
			tags := c.tags(k, c.region, i)
			c.w.listOf("TagList", "Tag", len(tags), func(n int) {
				c.w.str("Key", tags[n].key)
				c.w.str("Value", tags[n].value)
			})
			return nil
		}
	}
	c.w.listOf("TagList", "Tag", 0, nil)
	return nil
}
