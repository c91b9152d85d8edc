package large

// Of caches and warehouses the account has none.

func cacheOperations() operations {
	return operations{}.none("DescribeCacheClusters", "DescribeReplicationGroups", "DescribeServerlessCaches", "DescribeSnapshots",
		"DescribeCacheSubnetGroups", "DescribeCacheParameterGroups", "DescribeUsers", "DescribeUserGroups",
		"DescribeReservedCacheNodes", "DescribeGlobalReplicationGroups", "DescribeCacheEngineVersions", "DescribeUpdateActions", "ListTagsForResource")
}

func redshiftOperations() operations {
	return operations{}.none("DescribeClusters", "DescribeClusterParameterGroups", "DescribeClusterParameters", "DescribeLoggingStatus",
		"DescribeClusterSubnetGroups", "DescribeClusterSnapshots", "DescribeReservedNodes", "DescribeEventSubscriptions", "DescribeTags")
}
