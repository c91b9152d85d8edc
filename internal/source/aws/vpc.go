package aws

var vpcCollectors = []collector{}
