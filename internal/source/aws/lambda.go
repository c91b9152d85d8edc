package aws

var lambdaCollectors = []collector{}
