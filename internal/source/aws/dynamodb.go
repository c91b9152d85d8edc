package aws

var dynamoDBCollectors = []collector{}
