package aws

var cloudFrontCollectors = []collector{}
