package aws

var s3Collectors = []collector{}
