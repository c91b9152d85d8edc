package aws

var configCollectors = []collector{}
