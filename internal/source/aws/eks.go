package aws

var eksCollectors = []collector{}
