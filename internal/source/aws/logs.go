package aws

var logsCollectors = []collector{}
