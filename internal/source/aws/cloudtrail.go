package aws

var cloudTrailCollectors = []collector{}
