package aws

var apiGatewayCollectors = []collector{}
