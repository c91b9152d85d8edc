package aws

var apiGatewayV2Collectors = []collector{}
