package aws

var cloudWatchCollectors = []collector{}
