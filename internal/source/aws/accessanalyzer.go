package aws

var accessAnalyzerCollectors = []collector{}
