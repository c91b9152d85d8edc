package aws

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const classicType = "AWS::ElasticLoadBalancing::LoadBalancer"

func TestClassicBalancers(t *testing.T) {
	moto := awstest.Moto(t)
	client := elb.NewFromConfig(moto.Config("us-east-1"))
	machines := ec2.NewFromConfig(moto.Config("us-east-1"))
	instance := do[*ec2.RunInstancesOutput](t)(machines.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: ptr("ami-0abcdef1234567890"), InstanceType: ec2types.InstanceTypeT3Micro, MinCount: ptr(int32(1)), MaxCount: ptr(int32(1)),
	})).Instances[0].InstanceId
	do[*elb.CreateLoadBalancerOutput](t)(client.CreateLoadBalancer(t.Context(), &elb.CreateLoadBalancerInput{
		LoadBalancerName: ptr("shop"), AvailabilityZones: []string{"us-east-1a", "us-east-1b"},
		Listeners: []types.Listener{{Protocol: ptr("TCP"), LoadBalancerPort: 443, InstanceProtocol: ptr("TCP"), InstancePort: ptr(int32(8443))}},
		Tags:      []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
	}))
	do[*elb.RegisterInstancesWithLoadBalancerOutput](t)(client.RegisterInstancesWithLoadBalancer(t.Context(), &elb.RegisterInstancesWithLoadBalancerInput{
		LoadBalancerName: ptr("shop"), Instances: []types.Instance{{InstanceId: instance}},
	}))
	do[*elb.ConfigureHealthCheckOutput](t)(client.ConfigureHealthCheck(t.Context(), &elb.ConfigureHealthCheckInput{
		LoadBalancerName: ptr("shop"), HealthCheck: &types.HealthCheck{
			Target: ptr("HTTP:8080/health"), Interval: ptr(int32(20)), Timeout: ptr(int32(5)), HealthyThreshold: ptr(int32(3)), UnhealthyThreshold: ptr(int32(4)),
		},
	}))
	do[*elb.ModifyLoadBalancerAttributesOutput](t)(client.ModifyLoadBalancerAttributes(t.Context(), &elb.ModifyLoadBalancerAttributesInput{
		LoadBalancerName: ptr("shop"), LoadBalancerAttributes: &types.LoadBalancerAttributes{
			CrossZoneLoadBalancing: &types.CrossZoneLoadBalancing{Enabled: true},
			ConnectionDraining:     &types.ConnectionDraining{Enabled: true, Timeout: ptr(int32(60))},
			AccessLog:              &types.AccessLog{Enabled: true, S3BucketName: ptr("example-logs"), EmitInterval: ptr(int32(60)), S3BucketPrefix: ptr("shop")},
			ConnectionSettings:     &types.ConnectionSettings{IdleTimeout: ptr(int32(30))},
		},
	}))
	for policy, kind := range map[string]string{"front": "SSLNegotiationPolicyType", "back": "ProxyProtocolPolicyType"} {
		do[*elb.CreateLoadBalancerPolicyOutput](t)(client.CreateLoadBalancerPolicy(t.Context(), &elb.CreateLoadBalancerPolicyInput{
			LoadBalancerName: ptr("shop"), PolicyName: &policy, PolicyTypeName: &kind,
			PolicyAttributes: []types.PolicyAttribute{{AttributeName: ptr(policy + "-attribute"), AttributeValue: ptr("true")}},
		}))
	}
	do[*elb.CreateLBCookieStickinessPolicyOutput](t)(client.CreateLBCookieStickinessPolicy(t.Context(), &elb.CreateLBCookieStickinessPolicyInput{
		LoadBalancerName: ptr("shop"), PolicyName: ptr("sticky"), CookieExpirationPeriod: ptr(int64(3600)),
	}))
	do[*elb.SetLoadBalancerPoliciesOfListenerOutput](t)(client.SetLoadBalancerPoliciesOfListener(t.Context(), &elb.SetLoadBalancerPoliciesOfListenerInput{
		LoadBalancerName: ptr("shop"), LoadBalancerPort: 443, PolicyNames: []string{"front"},
	}))
	do[*elb.SetLoadBalancerPoliciesForBackendServerOutput](t)(client.SetLoadBalancerPoliciesForBackendServer(t.Context(), &elb.SetLoadBalancerPoliciesForBackendServerInput{
		LoadBalancerName: ptr("shop"), InstancePort: ptr(int32(8443)), PolicyNames: []string{"back"},
	}))

	r := one(t, collected(t, moto, classicType), classicType, "shop")
	described := do[*elb.DescribeLoadBalancersOutput](t)(client.DescribeLoadBalancers(t.Context(), &elb.DescribeLoadBalancersInput{})).LoadBalancerDescriptions[0]
	want := &cloud.Resource{
		Type: classicType, ID: "shop", Name: "shop", Region: "us-east-1", Created: *described.CreatedTime,
		ARN:     "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/shop",
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"AccessLoggingPolicy":       map[string]any{"EmitInterval": int64(60), "Enabled": true, "S3BucketName": "example-logs", "S3BucketPrefix": "shop"},
			"AdditionalAttributes":      r.Properties["AdditionalAttributes"],
			"AvailabilityZones":         list("us-east-1a", "us-east-1b"),
			"BackendServerDescriptions": list(map[string]any{"InstancePort": int64(8443), "PolicyNames": list("back")}),
			"CanonicalHostedZoneName":   *described.CanonicalHostedZoneName,
			"ConnectionDrainingPolicy":  map[string]any{"Enabled": true, "Timeout": int64(60)},
			"ConnectionSettings":        map[string]any{"IdleTimeout": int64(30)},
			"CrossZone":                 true, "DNSName": *described.DNSName,
			"HealthCheck": map[string]any{
				"HealthyThreshold": "3", "Interval": "20", "Target": "HTTP:8080/health", "Timeout": "5", "UnhealthyThreshold": "4",
			},
			"Id": "shop", "Instances": list(*instance),
			"InstanceStates":           list(map[string]any{"Description": "N/A", "InstanceId": *instance, "ReasonCode": "N/A", "State": "InService"}),
			"LBCookieStickinessPolicy": list(map[string]any{"CookieExpirationPeriod": "3600", "PolicyName": "sticky"}),
			"Listeners": list(map[string]any{
				"InstancePort": "8443", "InstanceProtocol": "TCP", "LoadBalancerPort": "443", "PolicyNames": list("front"), "Protocol": "TCP",
			}),
			"LoadBalancerName": "shop",
			"Policies": list(
				map[string]any{
					"Attributes":    list(map[string]any{"Name": "back-attribute", "Value": "true"}),
					"InstancePorts": list("8443"), "LoadBalancerPorts": []any{}, "PolicyName": "back", "PolicyType": "ProxyProtocolPolicyType",
				},
				map[string]any{
					"Attributes":    list(map[string]any{"Name": "front-attribute", "Value": "true"}),
					"InstancePorts": []any{}, "LoadBalancerPorts": list("443"), "PolicyName": "front", "PolicyType": "SSLNegotiationPolicyType",
				},
			),
			"Scheme": "internet-facing", "SecurityGroups": r.Properties["SecurityGroups"], "SourceSecurityGroup": r.Properties["SourceSecurityGroup"],
			"Subnets": r.Properties["Subnets"], "Tags": list(map[string]any{"Key": "Team", "Value": "shop"}), "VPCId": *described.VPCId,
		},
	}
	if policies := r.Properties["Policies"].([]any); len(policies) == 2 && policies[0].(map[string]any)["PolicyName"] == "front" {
		policies[0], policies[1] = policies[1], policies[0] // the order in which they were made
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("load balancer (-want +got):\n%s", diff)
	}
}

// TestClassicTags asks for the tags of 21 load balancers with two calls, and
// says where the second one is refused. The answers are written after the
// Elastic Load Balancing API Reference.
func TestClassicTags(t *testing.T) {
	var balancers string
	for i := range 21 {
		balancers += fmt.Sprintf(`<member><LoadBalancerName>shop-%02d</LoadBalancerName><Scheme>internal</Scheme></member>`, i)
	}
	server := answering(t, map[string]answers{
		"DescribeLoadBalancers": {{when: "PageSize=400", body: `<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancerDescriptions>` + balancers + `</LoadBalancerDescriptions></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>`}},
		"DescribeTags": {
			{when: "LoadBalancerNames.member.20=shop-19", body: `<DescribeTagsResponse><DescribeTagsResult><TagDescriptions>
				<member><LoadBalancerName>shop-03</LoadBalancerName><Tags><member><Key>Team</Key><Value>shop</Value></member></Tags></member>
			</TagDescriptions></DescribeTagsResult></DescribeTagsResponse>`},
			{when: "LoadBalancerNames.member.1=shop-20", status: 403, body: `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`},
		},
		"DescribeLoadBalancerAttributes": {
			{when: "LoadBalancerName=shop-00", status: 400, body: `<ErrorResponse><Error><Type>Sender</Type><Code>LoadBalancerNotFound</Code><Message>There is no ACTIVE Load Balancer named 'shop-00'</Message></Error></ErrorResponse>`},
			{body: `<DescribeLoadBalancerAttributesResponse><DescribeLoadBalancerAttributesResult><LoadBalancerAttributes>
				<AccessLog><Enabled>false</Enabled></AccessLog><CrossZoneLoadBalancing><Enabled>false</Enabled></CrossZoneLoadBalancing>
				<AdditionalAttributes><member><Key>elb.http.desyncmitigationmode</Key><Value>defensive</Value></member></AdditionalAttributes>
			</LoadBalancerAttributes></DescribeLoadBalancerAttributesResult></DescribeLoadBalancerAttributesResponse>`},
		},
		"DescribeLoadBalancerPolicies": {{body: `<DescribeLoadBalancerPoliciesResponse><DescribeLoadBalancerPoliciesResult/></DescribeLoadBalancerPoliciesResponse>`}},
		"DescribeInstanceHealth":       {{body: `<DescribeInstanceHealthResponse><DescribeInstanceHealthResult/></DescribeInstanceHealthResponse>`}},
	})
	inv, stats := server.collected(t, classicType)
	if len(inv.Resources) != 20 || server.count("DescribeTags") != 2 {
		t.Errorf("%d load balancers, where one of 21 is gone, and %d calls for tags", len(inv.Resources), server.count("DescribeTags"))
	}
	if len(stats.Failures) != 1 || stats.Failures[0].Action != "elasticloadbalancing:DescribeTags" || stats.Failures[0].Cause != Denied {
		t.Errorf("failures = %+v", stats.Failures)
	}
	r := one(t, inv.Resources, classicType, "shop-03")
	if r.TagsUnresolved != "" || r.Tags["Team"] != "shop" {
		t.Errorf("tags = %v %s", r.Tags, r.TagsUnresolved)
	}
	same(t, r, map[string]any{
		"AccessLoggingPolicy":  map[string]any{"Enabled": false},
		"AdditionalAttributes": list(map[string]any{"Key": "elb.http.desyncmitigationmode", "Value": "defensive"}), "CrossZone": false,
	})
	if r := one(t, inv.Resources, classicType, "shop-01"); r.Tags == nil || len(r.Tags) > 0 {
		t.Errorf("a load balancer without tags has %v", r.Tags)
	}
	last := one(t, inv.Resources, classicType, "shop-20")
	if u, ok := last.Properties["Tags"].(*cloud.Unresolved); !ok || last.TagsUnresolved == "" {
		t.Errorf("tags that were refused = %v, %v", u, last.TagsUnresolved)
	}
}
