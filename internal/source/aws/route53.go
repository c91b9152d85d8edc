package aws

var route53Collectors = []collector{}
