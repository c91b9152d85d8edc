package aws

var elastiCacheCollectors = []collector{}
