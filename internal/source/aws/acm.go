package aws

var acmCollectors = []collector{}
