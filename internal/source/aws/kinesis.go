package aws

var kinesisCollectors = []collector{}
