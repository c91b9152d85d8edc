package aws

var ssmCollectors = []collector{}
