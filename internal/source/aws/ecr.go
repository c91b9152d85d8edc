package aws

var ecrCollectors = []collector{}
