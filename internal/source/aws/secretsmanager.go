package aws

var secretsManagerCollectors = []collector{}
