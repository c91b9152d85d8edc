package aws

var cloudFormationCollectors = []collector{}
