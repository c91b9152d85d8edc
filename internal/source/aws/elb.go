package aws

var elbCollectors = []collector{}
