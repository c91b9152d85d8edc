package aws

var iamCollectors = []collector{}
