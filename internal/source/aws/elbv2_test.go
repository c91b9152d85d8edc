package aws

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const targetGroupType = "AWS::ElasticLoadBalancingV2::TargetGroup"

func TestBalancers(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	machines := ec2.NewFromConfig(moto.Config("us-east-1"))
	client := elbv2.NewFromConfig(moto.Config("us-east-1"))
	vpc, first := network(t, machines, "10.0.0.0/16", "10.0.1.0/24")
	second := do[*ec2.CreateSubnetOutput](t)(machines.CreateSubnet(ctx, &ec2.CreateSubnetInput{
		VpcId: vpc, CidrBlock: ptr("10.0.2.0/24"), AvailabilityZone: ptr("us-east-1a"),
	})).Subnet.SubnetId
	group := do[*ec2.CreateSecurityGroupOutput](t)(machines.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: ptr("web"), Description: ptr("Web"), VpcId: vpc,
	})).GroupId
	balancer := do[*elbv2.CreateLoadBalancerOutput](t)(client.CreateLoadBalancer(ctx, &elbv2.CreateLoadBalancerInput{
		Name: ptr("shop"), Scheme: types.LoadBalancerSchemeEnumInternal, Subnets: []string{*first, *second}, SecurityGroups: []string{*group},
		Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
	})).LoadBalancers[0]
	do[*elbv2.ModifyLoadBalancerAttributesOutput](t)(client.ModifyLoadBalancerAttributes(ctx, &elbv2.ModifyLoadBalancerAttributesInput{
		LoadBalancerArn: balancer.LoadBalancerArn, Attributes: []types.LoadBalancerAttribute{{Key: ptr("deletion_protection.enabled"), Value: ptr("true")}},
	}))
	r := one(t, collected(t, moto, balancerType), balancerType, "shop")
	arn := *balancer.LoadBalancerArn
	described := do[*elbv2.DescribeLoadBalancersOutput](t)(client.DescribeLoadBalancers(ctx, &elbv2.DescribeLoadBalancersInput{})).LoadBalancers[0]
	zone := func(name string, subnet *string) map[string]any {
		return map[string]any{"SubnetId": *subnet, "ZoneName": name}
	}
	want := &cloud.Resource{
		Type: balancerType, ID: arn, ARN: arn, Name: "shop", Region: "us-east-1", Created: *described.CreatedTime,
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"AvailabilityZones":     list(zone("us-east-1b", first), zone("us-east-1a", second)),
			"CanonicalHostedZoneID": *described.CanonicalHostedZoneId, "DNSName": *described.DNSName, "IpAddressType": "ipv4",
			"LoadBalancerArn": arn, "LoadBalancerAttributes": r.Properties["LoadBalancerAttributes"],
			"LoadBalancerFullName": arn[strings.Index(arn, "app/shop/"):], "LoadBalancerName": "shop",
			"Name":   "shop",
			"Scheme": "internal", "SecurityGroups": list(*group), "State": map[string]any{"Code": "active"},
			"SubnetMappings": list(map[string]any{"SubnetId": *first}, map[string]any{"SubnetId": *second}),
			"Subnets":        list(*first, *second), "Tags": list(map[string]any{"Key": "Team", "Value": "shop"}),
			"Type": "application", "VpcId": *vpc,
		},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("load balancer (-want +got):\n%s", diff)
	}
	if value := keyed(r.Properties["LoadBalancerAttributes"], "deletion_protection.enabled"); value != "true" {
		t.Errorf("deletion protection = %v", value)
	}
}

// keyed is the value of a key in a list of {Key, Value}.
func keyed(attributes any, key string) any {
	items, _ := attributes.([]any)
	for _, item := range items {
		if fields, _ := item.(map[string]any); fields["Key"] == key {
			return fields["Value"]
		}
	}
	return nil
}

func TestListeners(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	client := elbv2.NewFromConfig(moto.Config("us-east-1"))
	machines := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, subnet := network(t, machines, "10.0.0.0/16", "10.0.1.0/24")
	other := do[*ec2.CreateSubnetOutput](t)(machines.CreateSubnet(ctx, &ec2.CreateSubnetInput{
		VpcId: vpc, CidrBlock: ptr("10.0.2.0/24"), AvailabilityZone: ptr("us-east-1a"),
	})).Subnet.SubnetId
	balancer := do[*elbv2.CreateLoadBalancerOutput](t)(client.CreateLoadBalancer(ctx, &elbv2.CreateLoadBalancerInput{
		Name: ptr("shop"), Subnets: []string{*subnet, *other},
	})).LoadBalancers[0].LoadBalancerArn
	group := do[*elbv2.CreateTargetGroupOutput](t)(client.CreateTargetGroup(ctx, &elbv2.CreateTargetGroupInput{
		Name: ptr("web"), VpcId: vpc, Port: ptr(int32(8080)), Protocol: types.ProtocolEnumHttp,
	})).TargetGroups[0].TargetGroupArn
	listener := do[*elbv2.CreateListenerOutput](t)(client.CreateListener(ctx, &elbv2.CreateListenerInput{
		LoadBalancerArn: balancer, Protocol: types.ProtocolEnumHttp, Port: ptr(int32(80)),
		DefaultActions: []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: group}},
	})).Listeners[0].ListenerArn
	rule := do[*elbv2.CreateRuleOutput](t)(client.CreateRule(ctx, &elbv2.CreateRuleInput{
		ListenerArn: listener, Priority: ptr(int32(10)),
		Conditions: []types.RuleCondition{{Field: ptr("path-pattern"), Values: []string{"/admin/*"}}},
		Actions: []types.Action{{Type: types.ActionTypeEnumRedirect, RedirectConfig: &types.RedirectActionConfig{
			Protocol: ptr("HTTPS"), Port: ptr("443"), StatusCode: types.RedirectActionStatusCodeEnumHttp301,
		}}},
	})).Rules[0].RuleArn

	got := collected(t, moto, listenerType, listenerRuleType)
	same(t, one(t, got, listenerType, *listener), map[string]any{
		"Certificates": nil, "ListenerArn": *listener, "LoadBalancerArn": *balancer, "Port": int64(80), "Protocol": "HTTP",
		"ListenerAttributes": list(map[string]any{"Key": "tcp.idle_timeout.seconds", "Value": "350"}),
	})
	action := one(t, got, listenerType, *listener).Properties["DefaultActions"].([]any)[0].(map[string]any)
	if action["Type"] != "forward" || action["TargetGroupArn"] != *group {
		t.Errorf("default action = %v", action)
	}
	r := one(t, got, listenerRuleType, *rule)
	same(t, r, map[string]any{"IsDefault": false, "ListenerArn": *listener, "Priority": int64(10), "RuleArn": *rule})
	redirect := r.Properties["Actions"].([]any)[0].(map[string]any)["RedirectConfig"].(map[string]any)
	if redirect["Protocol"] != "HTTPS" || r.Properties["Conditions"].([]any)[0].(map[string]any)["Field"] != "path-pattern" {
		t.Errorf("rule = %v", r.Properties)
	}
	if len(got) != 2 {
		t.Errorf("%d resources; the default rule is the listener's", len(got))
	}
}

// TestListenersThatMotoLacks has the answers that AWS gives for two load
// balancers, of which one is gone, written after the Elastic Load Balancing
// API Reference.
func TestListenersThatMotoLacks(t *testing.T) {
	const (
		shop = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188"
		gone = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/gone/9c1d2e3f4a5b6c7d"
		tls  = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
		cert = "arn:aws:acm:us-east-1:123456789012:certificate/"
	)
	result := func(operation, body string) string {
		return `<` + operation + `Response><` + operation + `Result>` + body + `</` + operation + `Result></` + operation + `Response>`
	}
	server := answering(t, map[string]answers{
		"DescribeLoadBalancers": {{when: "PageSize=400", body: result("DescribeLoadBalancers", `<LoadBalancers>
			<member><LoadBalancerArn>`+shop+`</LoadBalancerArn><LoadBalancerName>shop</LoadBalancerName><Type>application</Type></member>
			<member><LoadBalancerArn>`+gone+`</LoadBalancerArn><LoadBalancerName>gone</LoadBalancerName><Type>network</Type>
				<IpamPools><Ipv4IpamPoolId>ipam-pool-0a</Ipv4IpamPoolId></IpamPools>
				<AvailabilityZones><member><ZoneName>us-east-1a</ZoneName><SubnetId>subnet-0a</SubnetId><LoadBalancerAddresses><member><AllocationId>eipalloc-0a</AllocationId><IpAddress>203.0.113.9</IpAddress></member></LoadBalancerAddresses></member></AvailabilityZones></member>
		</LoadBalancers>`)}},
		"DescribeListeners": {
			{when: "net%2Fgone", status: 400, body: `<ErrorResponse><Error><Type>Sender</Type><Code>LoadBalancerNotFound</Code><Message>gone</Message></Error></ErrorResponse>`},
			{body: result("DescribeListeners", `<Listeners><member><ListenerArn>`+tls+`</ListenerArn><LoadBalancerArn>`+shop+`</LoadBalancerArn>
				<Protocol>HTTPS</Protocol><Port>443</Port><SslPolicy>ELBSecurityPolicy-TLS13-1-2-2021-06</SslPolicy>
				<Certificates><member><CertificateArn>`+cert+`1</CertificateArn></member></Certificates>
				<AlpnPolicy><member>HTTP2Preferred</member></AlpnPolicy>
				<MutualAuthentication><Mode>verify</Mode><TrustStoreArn>arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/clients/1</TrustStoreArn><IgnoreClientCertificateExpiry>false</IgnoreClientCertificateExpiry><AdvertiseTrustStoreCaNames>off</AdvertiseTrustStoreCaNames></MutualAuthentication>
				<DefaultActions><member><Type>authenticate-oidc</Type><Order>1</Order><AuthenticateOidcConfig><Issuer>https://id.example.com</Issuer><ClientId>shop</ClientId><SessionTimeout>604800</SessionTimeout></AuthenticateOidcConfig></member></DefaultActions>
			</member></Listeners>`)},
		},
		"DescribeRules": {{when: "PageSize=400", body: result("DescribeRules", `<Rules>
			<member><RuleArn>`+strings.Replace(tls, ":listener/", ":listener-rule/", 1)+`/1</RuleArn><IsDefault>true</IsDefault><Priority>default</Priority></member>
			<member><RuleArn>`+strings.Replace(tls, ":listener/", ":listener-rule/", 1)+`/2</RuleArn><IsDefault>false</IsDefault><Priority>5</Priority>
				<Transforms><member><Type>url-rewrite</Type><UrlRewriteConfig><Rewrites><member><Regex>^/a</Regex><Replace>/b</Replace></member></Rewrites></UrlRewriteConfig></member></Transforms></member>
		</Rules>`)}},
		"DescribeListenerCertificates": {{body: result("DescribeListenerCertificates", `<Certificates>
			<member><CertificateArn>`+cert+`1</CertificateArn><IsDefault>true</IsDefault></member>
			<member><CertificateArn>`+cert+`2</CertificateArn><IsDefault>false</IsDefault></member>
		</Certificates>`)}},
		"DescribeListenerAttributes": {{status: 403, body: `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`}},
		"DescribeLoadBalancerAttributes": {
			{when: "net%2Fgone", status: 400, body: `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>what</Message></Error></ErrorResponse>`},
			{body: result("DescribeLoadBalancerAttributes", `<Attributes><member><Key>access_logs.s3.enabled</Key><Value>false</Value></member></Attributes>`)},
		},
		"DescribeCapacityReservation": {{body: result("DescribeCapacityReservation", `<MinimumLoadBalancerCapacity><CapacityUnits>100</CapacityUnits></MinimumLoadBalancerCapacity>`)}},
	})
	inv, stats := server.collected(t, balancerType, listenerType, listenerRuleType, listenerCertificateType)
	if n := server.count("DescribeLoadBalancers"); n != 1 {
		t.Errorf("the load balancers were listed %d times", n)
	}
	if len(inv.Unread) > 0 || len(inv.Resources) != 5 {
		t.Errorf("%d resources, unread: %v", len(inv.Resources), inv.Unread)
	}
	if len(stats.Failures) != 2 {
		t.Errorf("failures = %+v", stats.Failures)
	}
	r := one(t, inv.Resources, listenerType, tls)
	same(t, r, map[string]any{
		"AlpnPolicy": list("HTTP2Preferred"), "Certificates": list(map[string]any{"CertificateArn": cert + "1"}),
		"MutualAuthentication": map[string]any{
			"AdvertiseTrustStoreCaNames": "off", "IgnoreClientCertificateExpiry": false, "Mode": "verify",
			"TrustStoreArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/clients/1",
		},
		"DefaultActions": list(map[string]any{
			"Type": "authenticate-oidc", "Order": int64(1),
			"AuthenticateOidcConfig": map[string]any{"Issuer": "https://id.example.com", "ClientId": "shop", "SessionTimeout": "604800"},
		}),
		"SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
	})
	if _, ok := r.Properties["ListenerAttributes"].(*cloud.Unresolved); !ok {
		t.Errorf("attributes that were refused = %v", r.Properties["ListenerAttributes"])
	}
	same(t, one(t, inv.Resources, listenerRuleType, strings.Replace(tls, ":listener/", ":listener-rule/", 1)+"/2"), map[string]any{
		"Actions": nil, "ListenerArn": tls, "Priority": int64(5),
		"Transforms": list(map[string]any{"Type": "url-rewrite", "UrlRewriteConfig": map[string]any{
			"Rewrites": list(map[string]any{"Regex": "^/a", "Replace": "/b"}),
		}}),
	})
	same(t, one(t, inv.Resources, listenerCertificateType, tls), map[string]any{
		"Certificates": list(map[string]any{"CertificateArn": cert + "2"}), "ListenerArn": tls,
	})
	same(t, one(t, inv.Resources, balancerType, shop), map[string]any{
		"LoadBalancerAttributes": list(map[string]any{"Key": "access_logs.s3.enabled", "Value": "false"}), "LoadBalancerFullName": "app/shop/50dc6c495c0c9188",
		"MinimumLoadBalancerCapacity": map[string]any{"CapacityUnits": int64(100)},
	})
	net := one(t, inv.Resources, balancerType, gone)
	same(t, net, map[string]any{
		"Ipv4IpamPoolId": "ipam-pool-0a", "Subnets": list("subnet-0a"),
		"SubnetMappings": list(map[string]any{"AllocationId": "eipalloc-0a", "SubnetId": "subnet-0a"}),
	})
	if _, ok := net.Properties["LoadBalancerAttributes"].(*cloud.Unresolved); !ok {
		t.Errorf("attributes that could not be read = %v", net.Properties["LoadBalancerAttributes"])
	}
}

// Where the listeners of one load balancer are not told, the type is unread,
// and those of the others are kept.
func TestListenersRefused(t *testing.T) {
	const prefix = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
	server := answering(t, map[string]answers{
		"DescribeLoadBalancers": {{body: `<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers>
			<member><LoadBalancerArn>` + prefix + `loadbalancer/app/a/1</LoadBalancerArn></member><member><LoadBalancerArn>` + prefix + `loadbalancer/app/b/2</LoadBalancerArn></member>
		</LoadBalancers></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>`}},
		"DescribeListeners": {
			{when: "app%2Fb", status: 403, body: `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`},
			{body: `<DescribeListenersResponse><DescribeListenersResult><Listeners><member><ListenerArn>` + prefix + `listener/app/a/1/3</ListenerArn></member></Listeners></DescribeListenersResult></DescribeListenersResponse>`},
		},
		"DescribeRules":              {{body: `<DescribeRulesResponse><DescribeRulesResult/></DescribeRulesResponse>`}},
		"DescribeListenerAttributes": {{body: `<DescribeListenerAttributesResponse><DescribeListenerAttributesResult/></DescribeListenerAttributesResponse>`}},
	})
	inv, _ := server.collected(t, listenerType, listenerRuleType)
	if len(inv.Resources) != 1 || len(inv.Unread) != 2 {
		t.Errorf("%d listeners, unread: %v", len(inv.Resources), inv.Unread)
	}
}

func TestTargetGroups(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	machines := ec2.NewFromConfig(moto.Config("us-east-1"))
	client := elbv2.NewFromConfig(moto.Config("us-east-1"))
	vpc, subnet := network(t, machines, "10.0.0.0/16", "10.0.1.0/24")
	instance := do[*ec2.RunInstancesOutput](t)(machines.RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: ptr("ami-0abcdef1234567890"), InstanceType: ec2types.InstanceTypeT3Micro, MinCount: ptr(int32(1)), MaxCount: ptr(int32(1)), SubnetId: subnet,
	})).Instances[0].InstanceId
	group := do[*elbv2.CreateTargetGroupOutput](t)(client.CreateTargetGroup(ctx, &elbv2.CreateTargetGroupInput{
		Name: ptr("web"), VpcId: vpc, Port: ptr(int32(8080)), Protocol: types.ProtocolEnumHttp, HealthCheckPath: ptr("/health"),
		Matcher: &types.Matcher{HttpCode: ptr("200-299")}, Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
	})).TargetGroups[0]
	do[*elbv2.ModifyTargetGroupAttributesOutput](t)(client.ModifyTargetGroupAttributes(ctx, &elbv2.ModifyTargetGroupAttributesInput{
		TargetGroupArn: group.TargetGroupArn, Attributes: []types.TargetGroupAttribute{{Key: ptr("deregistration_delay.timeout_seconds"), Value: ptr("30")}},
	}))
	do[*elbv2.RegisterTargetsOutput](t)(client.RegisterTargets(ctx, &elbv2.RegisterTargetsInput{
		TargetGroupArn: group.TargetGroupArn, Targets: []types.TargetDescription{{Id: instance, Port: ptr(int32(8080))}},
	}))
	r := one(t, collected(t, moto, targetGroupType), targetGroupType, "web")
	arn := *group.TargetGroupArn
	if r.ID != arn || r.ARN != arn || r.Tags["Team"] != "shop" {
		t.Errorf("target group %s has ARN %s and tags %v", r.ID, r.ARN, r.Tags)
	}
	same(t, r, map[string]any{
		"HealthCheckEnabled": true, "HealthCheckIntervalSeconds": int64(30), "HealthCheckPath": "/health", "HealthCheckPort": "traffic-port",
		"HealthCheckProtocol": "HTTP", "HealthCheckTimeoutSeconds": int64(5), "HealthyThresholdCount": int64(5), "LoadBalancerArns": nil,
		"Matcher": map[string]any{"HttpCode": "200-299"}, "Name": "web", "Port": int64(8080), "Protocol": "HTTP", "TargetGroupArn": arn,
		"TargetGroupFullName": arn[strings.Index(arn, "targetgroup/"):], "TargetGroupName": "web", "TargetType": "instance",
		"Tags":    list(map[string]any{"Key": "Team", "Value": "shop"}),
		"Targets": list(map[string]any{"Id": *instance, "Port": int64(8080)}), "UnhealthyThresholdCount": int64(2), "VpcId": *vpc,
	})
	if delay := keyed(r.Properties["TargetGroupAttributes"], "deregistration_delay.timeout_seconds"); delay != "30" {
		t.Errorf("deregistration delay = %v", delay)
	}
	health := r.Properties["TargetHealthDescriptions"].([]any)[0].(map[string]any)
	if health["Target"].(map[string]any)["Id"] != *instance || health["TargetHealth"].(map[string]any)["State"] == nil {
		t.Errorf("health = %v", health)
	}
}

// A target that is on its way out is no target any longer.
func TestTargetsDraining(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeTargetGroups": {{when: "PageSize=400", body: `<DescribeTargetGroupsResponse><DescribeTargetGroupsResult><TargetGroups><member>
			<TargetGroupArn>arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/73e2d6bc24d8a067</TargetGroupArn><TargetGroupName>web</TargetGroupName><TargetType>ip</TargetType>
			<LoadBalancerArns><member>arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/1</member></LoadBalancerArns>
		</member></TargetGroups></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>`}},
		"DescribeTargetGroupAttributes": {{body: `<DescribeTargetGroupAttributesResponse><DescribeTargetGroupAttributesResult/></DescribeTargetGroupAttributesResponse>`}},
		"DescribeTargetHealth": {{body: `<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions>
			<member><HealthCheckPort>80</HealthCheckPort><Target><Id>10.0.0.5</Id><Port>80</Port><AvailabilityZone>us-east-1a</AvailabilityZone></Target><TargetHealth><State>healthy</State></TargetHealth></member>
			<member><HealthCheckPort>80</HealthCheckPort><Target><Id>10.0.0.6</Id><Port>80</Port></Target><TargetHealth><State>draining</State><Reason>Target.DeregistrationInProgress</Reason></TargetHealth></member>
		</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>`}},
	})
	inv, _ := server.collected(t, targetGroupType)
	r := one(t, inv.Resources, targetGroupType, "web")
	same(t, r, map[string]any{
		"LoadBalancerArns": list("arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/1"),
		"Targets":          list(map[string]any{"AvailabilityZone": "us-east-1a", "Id": "10.0.0.5", "Port": int64(80)}),
	})
	if states := r.Properties["TargetHealthDescriptions"].([]any); len(states) != 2 {
		t.Errorf("%d targets with a state", len(states))
	}
}
