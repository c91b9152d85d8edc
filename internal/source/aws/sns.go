package aws

var snsCollectors = []collector{}
