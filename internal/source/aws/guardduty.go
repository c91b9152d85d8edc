package aws

var guardDutyCollectors = []collector{}
