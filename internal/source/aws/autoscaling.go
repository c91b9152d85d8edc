package aws

var autoScalingCollectors = []collector{}
