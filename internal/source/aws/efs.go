package aws

var efsCollectors = []collector{}
