package main

import (
	"io"
	"net/http"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
)

// supplied answers the calls that moto does not implement, as AWS answers them
// for an account that has nothing of the kind or has left the setting alone.
// The form is that of the API references.
type supplied struct{ server http.RoundTripper }

// A reply is an answer by its operation.
type reply struct {
	status int
	body   string
}

var replies = map[string]reply{
	"AccessAnalyzer.ListAnalyzers":                    {200, `{"analyzers":[]}`},
	"API Gateway.GetClientCertificates":               {200, `{"item":[]}`},
	"Auto Scaling.DescribeNotificationConfigurations": query("DescribeNotificationConfigurations", "<NotificationConfigurations/>"),
	"Config Service.DescribeDeliveryChannelStatus":    {200, `{"DeliveryChannelsStatus":[{"name":"default","configSnapshotDeliveryInfo":{"lastStatus":"FAILURE","lastErrorCode":"AccessDenied"},"configHistoryDeliveryInfo":{"lastStatus":"SUCCESS"},"configStreamDeliveryInfo":{"lastStatus":"SUCCESS"}}]}`},
	"DynamoDB.DescribeContributorInsights":            {200, `{"ContributorInsightsStatus":"DISABLED"}`},
	"DynamoDB.DescribeKinesisStreamingDestination":    {200, `{"KinesisDataStreamDestinations":[]}`},
	"EC2.DescribeReservedInstances":                   ec2("DescribeReservedInstances", "<reservedInstancesSet/>"),
	"EC2.DescribeVolumeAttribute":                     ec2("DescribeVolumeAttribute", "<autoEnableIO><value>false</value></autoEnableIO>"),
	"EC2.GetEbsDefaultKmsKeyId":                       ec2("GetEbsDefaultKmsKeyId", "<kmsKeyId>alias/aws/ebs</kmsKeyId>"),
	"EC2.GetImageBlockPublicAccessState":              ec2("GetImageBlockPublicAccessState", "<imageBlockPublicAccessState>unblocked</imageBlockPublicAccessState>"),
	"EC2.GetInstanceMetadataDefaults":                 ec2("GetInstanceMetadataDefaults", "<accountLevel/>"),
	"EC2.GetSnapshotBlockPublicAccessState":           ec2("GetSnapshotBlockPublicAccessState", "<state>unblocked</state>"),
	"EFS.DescribeReplicationConfigurations":           {200, `{"Replications":[]}`},
	"ElastiCache.DescribeReservedCacheNodes":          query("DescribeReservedCacheNodes", "<ReservedCacheNodes/>"),
	"GuardDuty.GetFindingsStatistics":                 {200, `{"findingStatistics":{"groupedBySeverity":[]}}`},
	"IAM.ListOrganizationsFeatures":                   query("ListOrganizationsFeatures", "<EnabledFeatures/>"),
	"IAM.ListServiceSpecificCredentials":              query("ListServiceSpecificCredentials", "<ServiceSpecificCredentials/>"),
	"Lambda.GetFunctionRecursionConfig":               {200, `{"RecursiveLoop":"Terminate"}`},
	"Lambda.GetRuntimeManagementConfig":               {200, `{"UpdateRuntimeOn":"Auto"}`},
	"Lambda.ListFunctionUrlConfigs":                   {200, `{"FunctionUrlConfigs":[]}`},
	"OpenSearch.DescribeReservedInstances":            {200, `{"ReservedInstances":[]}`},
	"RDS.DescribeOptionGroups":                        query("DescribeOptionGroups", "<OptionGroupsList/>"),
	"RDS.DescribeReservedDBInstances":                 query("DescribeReservedDBInstances", "<ReservedDBInstances/>"),
	"Redshift.DescribeReservedNodes":                  query("DescribeReservedNodes", "<ReservedNodes/>"),
	"SNS.GetDataProtectionPolicy":                     query("GetDataProtectionPolicy", ""),
	"SSM.DescribeInstanceInformation":                 {200, `{"InstanceInformationList":[]}`},
	"SSM.DescribeSessions":                            {200, `{"Sessions":[]}`},

	// The role of the recorded scan lacks this permission, as happens in a
	// real account, so that the demo shows what is unknown.
	"EC2.GetSerialConsoleAccessStatus": {403, "<Response><Errors><Error><Code>UnauthorizedOperation</Code>" +
		"<Message>You are not authorized to perform this operation.</Message></Error></Errors><RequestID>demo</RequestID></Response>"},
}

// ec2 is an answer of EC2, query one of the other services that speak XML.
func ec2(operation, content string) reply {
	return reply{200, "<" + operation + "Response><requestId>demo</requestId>" + content + "</" + operation + "Response>"}
}

func query(operation, content string) reply {
	return reply{200, "<" + operation + "Response><" + operation + "Result>" + content + "</" + operation + "Result></" + operation + "Response>"}
}

// RoundTrip implements http.RoundTripper.
func (s supplied) RoundTrip(r *http.Request) (*http.Response, error) {
	operation := awsmiddleware.GetServiceID(r.Context()) + "." + awsmiddleware.GetOperationName(r.Context())
	known, ok := replies[operation]
	if operation == "CloudTrail.LookupEvents" {
		var err error
		if known, err = lookUp(r); err != nil {
			return nil, err
		}
		ok = true
	}
	if !ok {
		var err error
		if known, ok, err = prepared(operation, r); err != nil {
			return nil, err
		}
	}
	if !ok {
		var err error
		if known, ok, err = detected(operation, r); err != nil {
			return nil, err
		}
	}
	if !ok {
		return s.server.RoundTrip(r)
	}
	if r.Body != nil { // the recorder keeps what is read of it
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
	}
	contentType := "application/json"
	if strings.HasPrefix(known.body, "<") {
		contentType = "text/xml"
	}
	return &http.Response{
		StatusCode: known.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {contentType}},
		Body:   io.NopCloser(strings.NewReader(known.body)), ContentLength: int64(len(known.body)),
	}, nil
}
