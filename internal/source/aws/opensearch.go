package aws

var openSearchCollectors = []collector{}
