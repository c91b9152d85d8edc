package aws

var organizationsCollectors = []collector{}
