package aws

var kmsCollectors = []collector{}
