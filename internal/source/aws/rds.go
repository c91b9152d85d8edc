package aws

var rdsCollectors = []collector{}
