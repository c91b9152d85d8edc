package aws

var ecsCollectors = []collector{}
