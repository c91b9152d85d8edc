package aws

var elbv2Collectors = []collector{}
