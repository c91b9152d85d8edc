package aws

var redshiftCollectors = []collector{}
