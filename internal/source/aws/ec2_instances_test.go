package aws

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// some are the named properties of a resource; what is absent is left out.
func some(r *cloud.Resource, names ...string) map[string]any {
	out := map[string]any{}
	for _, name := range names {
		if v, ok := r.Properties[name]; ok {
			out[name] = v
		}
	}
	return out
}

func TestInstances(t *testing.T) {
	moto := awstest.Moto(t)
	client, people := ec2.NewFromConfig(moto.Config("us-east-1")), iam.NewFromConfig(moto.Config("us-east-1"))
	if _, err := people.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{
		InstanceProfileName: ptr("shop"), Path: ptr("/machines/"),
	}); err != nil {
		t.Fatal(err)
	}
	made, err := client.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: ptr("web"), Description: ptr("Web")})
	if err != nil {
		t.Fatal(err)
	}
	run := func(input *ec2.RunInstancesInput) types.Instance {
		t.Helper()
		input.MinCount, input.MaxCount = ptr(int32(1)), ptr(int32(1))
		out, err := client.RunInstances(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		return out.Instances[0]
	}
	shop := run(&ec2.RunInstancesInput{
		ImageId: ptr("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeM7gLarge, KeyName: ptr("admin"),
		SecurityGroupIds: []string{*made.GroupId},
		EbsOptimized:     ptr(true), HibernationOptions: &types.HibernationOptionsRequest{Configured: ptr(true)},
		IamInstanceProfile: &types.IamInstanceProfileSpecification{Name: ptr("shop")},
		MetadataOptions:    &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: ptr(int32(2))},
		Monitoring:         &types.RunInstancesMonitoringEnabled{Enabled: ptr(true)},
		// "password=correct-horse-battery"
		UserData: ptr("cGFzc3dvcmQ9Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5"),
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{{Key: ptr("Name"), Value: ptr("shop")}},
		}},
	})
	old := run(&ec2.RunInstancesInput{ImageId: ptr("ami-0fedcba9876543210"), InstanceType: types.InstanceTypeT3Micro})
	gone := run(&ec2.RunInstancesInput{ImageId: ptr("ami-0fedcba9876543210"), InstanceType: types.InstanceTypeT3Micro})
	for _, err := range []error{
		second(client.ModifyInstanceAttribute(t.Context(), &ec2.ModifyInstanceAttributeInput{
			InstanceId: shop.InstanceId, DisableApiTermination: &types.AttributeBooleanValue{Value: ptr(true)},
		})),
		second(client.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{*old.InstanceId}})),
		second(client.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{*gone.InstanceId}})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}

	got := collected(t, moto, "AWS::EC2::Instance")
	if len(got) != 2 {
		t.Errorf("%d instances, and one of the three is terminated", len(got))
	}
	r := one(t, got, "AWS::EC2::Instance", "shop")
	if want := "arn:aws:ec2:us-east-1:123456789012:instance/" + *shop.InstanceId; r.ARN != want {
		t.Errorf("ARN = %s, want %s", r.ARN, want)
	}
	if diff := cmp.Diff(map[string]string{"Name": "shop"}, r.Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if r.Created.IsZero() {
		t.Error("it is not known when the instance was made")
	}
	names := []string{
		"CreditSpecification", "DisableApiTermination", "EbsOptimized", "Events", "HibernationOptions", "IamInstanceProfile", "ImageId",
		"InstanceId", "InstanceInitiatedShutdownBehavior", "InstanceType", "KeyName", "LaunchTemplate", "Monitoring", "SecurityGroupIds",
		"SecurityGroups", "State", "SubnetId", "Tenancy", "UserData", "VpcId",
	}
	group := []any{*made.GroupId}
	want := map[string]any{
		"DisableApiTermination": true, "EbsOptimized": true, "HibernationOptions": map[string]any{"Configured": true},
		"IamInstanceProfile": "shop", "ImageId": "ami-0abcdef1234567890", "InstanceId": *shop.InstanceId,
		"InstanceInitiatedShutdownBehavior": "stop", "InstanceType": "m7g.large", "KeyName": "admin", "Monitoring": true,
		"SecurityGroupIds": group, "SecurityGroups": []any{"web"}, "State": map[string]any{"Code": "16", "Name": "running"},
		"SubnetId": *shop.SubnetId, "Tenancy": "default", "UserData": "[redacted: password]", "VpcId": *shop.VpcId,
	}
	if diff := cmp.Diff(want, some(r, names...)); diff != "" {
		t.Errorf("instance (-want +got):\n%s", diff)
	}
	options := r.Properties["MetadataOptions"].(map[string]any)
	if options["HttpTokens"] != "required" || options["HttpPutResponseHopLimit"] != int64(2) {
		t.Errorf("MetadataOptions = %v", options)
	}
	network := r.Properties["NetworkInterfaces"].([]any)[0].(map[string]any)
	if diff := cmp.Diff(group, network["GroupSet"]); diff != "" || network["DeviceIndex"] != "0" {
		t.Errorf("network interface = %v", network)
	}

	r = one(t, got, "AWS::EC2::Instance", *old.InstanceId)
	want = map[string]any{
		"CreditSpecification": map[string]any{"CPUCredits": "standard"}, "DisableApiTermination": false, "Monitoring": false,
		"State": map[string]any{"Code": "80", "Name": "stopped"},
	}
	if diff := cmp.Diff(want, some(r, "CreditSpecification", "DisableApiTermination", "IamInstanceProfile", "Monitoring", "State")); diff != "" {
		t.Errorf("stopped instance (-want +got):\n%s", diff)
	}
	at, err := time.Parse(time.RFC3339, r.Properties["StateTransitionTime"].(string))
	if err != nil || time.Since(at) > time.Minute {
		t.Errorf("StateTransitionTime = %v", r.Properties["StateTransitionTime"])
	}
}

// TestInstanceAnswer reads an instance that has all that moto leaves out.
//
// Written after the Amazon EC2 API Reference: DescribeInstances,
// DescribeInstanceAttribute, DescribeInstanceCreditSpecifications,
// DescribeInstanceStatus.
func TestInstanceAnswer(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeInstances": {
			{when: "NextToken=more", body: `<DescribeInstancesResponse><reservationSet><item><instancesSet><item>
				<instanceId>i-0gone</instanceId><instanceType>m7g.large</instanceType>
				<instanceState><code>80</code><name>stopped</name></instanceState>
				<reason/><launchTime>2026-01-02T03:04:05.000Z</launchTime>
			</item></instancesSet></item></reservationSet></DescribeInstancesResponse>`},
			{body: `<DescribeInstancesResponse><reservationSet><item><ownerId>123456789012</ownerId><instancesSet><item>
				<instanceId>i-0123456789abcdef0</instanceId><imageId>ami-0abcdef1234567890</imageId><instanceType>t3.large</instanceType>
				<instanceState><code>80</code><name>stopped</name></instanceState>
				<privateDnsName>ip-10-0-0-5.ec2.internal</privateDnsName><dnsName/><keyName>admin</keyName>
				<reason>User initiated (2026-03-01 08:15:00 GMT)</reason>
				<stateReason><code>Client.UserInitiatedShutdown</code><message>Client.UserInitiatedShutdown: User initiated shutdown</message></stateReason>
				<launchTime>2026-02-01T00:00:00.000Z</launchTime>
				<placement><availabilityZone>us-east-1a</availabilityZone><groupName>near</groupName><tenancy>host</tenancy>
					<hostId>h-0123456789abcdef0</hostId><affinity>host</affinity></placement>
				<monitoring><state>pending</state></monitoring>
				<subnetId>subnet-0a</subnetId><vpcId>vpc-0a</vpcId><privateIpAddress>10.0.0.5</privateIpAddress><ipAddress>203.0.113.7</ipAddress>
				<sourceDestCheck>false</sourceDestCheck>
				<groupSet><item><groupId>sg-0a</groupId><groupName>shop</groupName></item><item><groupId>sg-0b</groupId><groupName>admin</groupName></item></groupSet>
				<architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>
				<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-0a</volumeId><status>attached</status>
					<attachTime>2025-12-01T10:00:01.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>
				<virtualizationType>hvm</virtualizationType><instanceLifecycle>spot</instanceLifecycle><spotInstanceRequestId>sir-0a</spotInstanceRequestId>
				<hypervisor>xen</hypervisor>
				<networkInterfaceSet>
					<item><networkInterfaceId>eni-0b</networkInterfaceId><subnetId>subnet-0b</subnetId><privateIpAddress>10.0.1.5</privateIpAddress>
						<attachment><deviceIndex>1</deviceIndex><networkCardIndex>0</networkCardIndex><attachTime>2026-01-01T00:00:00.000Z</attachTime><deleteOnTermination>false</deleteOnTermination></attachment></item>
					<item><networkInterfaceId>eni-0a</networkInterfaceId><subnetId>subnet-0a</subnetId><description>Primary</description>
						<groupSet><item><groupId>sg-0a</groupId><groupName>shop</groupName></item></groupSet>
						<privateIpAddress>10.0.0.5</privateIpAddress>
						<attachment><deviceIndex>0</deviceIndex><networkCardIndex>0</networkCardIndex><attachTime>2025-12-01T10:00:00.000Z</attachTime><deleteOnTermination>true</deleteOnTermination>
							<enaSrdSpecification><enaSrdEnabled>true</enaSrdEnabled></enaSrdSpecification></attachment>
						<association><publicIp>203.0.113.7</publicIp><ipOwnerId>amazon</ipOwnerId></association>
						<privateIpAddressesSet><item><privateIpAddress>10.0.0.5</privateIpAddress><primary>true</primary></item>
							<item><privateIpAddress>10.0.0.6</privateIpAddress><primary>false</primary></item></privateIpAddressesSet>
						<ipv6AddressesSet><item><ipv6Address>2001:db8::5</ipv6Address><isPrimaryIpv6>true</isPrimaryIpv6></item></ipv6AddressesSet></item>
				</networkInterfaceSet>
				<iamInstanceProfile><arn>arn:aws:iam::123456789012:instance-profile/machines/shop</arn><id>AIPA0</id></iamInstanceProfile>
				<ebsOptimized>true</ebsOptimized><enaSupport>true</enaSupport>
				<cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions>
				<hibernationOptions><configured>true</configured></hibernationOptions>
				<licenseSet><item><licenseConfigurationArn>arn:aws:license-manager:us-east-1:123456789012:license-configuration:lic-0a</licenseConfigurationArn></item></licenseSet>
				<metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions>
				<enclaveOptions><enabled>true</enabled></enclaveOptions>
				<platformDetails>Linux/UNIX</platformDetails><usageOperation>RunInstances</usageOperation>
				<privateDnsNameOptions><hostnameType>ip-name</hostnameType><enableResourceNameDnsARecord>true</enableResourceNameDnsARecord><enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord></privateDnsNameOptions>
				<maintenanceOptions><autoRecovery>disabled</autoRecovery></maintenanceOptions>
				<tagSet><item><key>Name</key><value>shop</value></item></tagSet>
			</item></instancesSet></item></reservationSet><nextToken>more</nextToken></DescribeInstancesResponse>`},
		},
		"DescribeInstanceCreditSpecifications": {{body: `<DescribeInstanceCreditSpecificationsResponse><instanceCreditSpecificationSet>
			<item><instanceId>i-0123456789abcdef0</instanceId><cpuCredits>unlimited</cpuCredits></item>
		</instanceCreditSpecificationSet></DescribeInstanceCreditSpecificationsResponse>`}},
		"DescribeInstanceStatus": {{when: "Filter.1.Name=event.code", body: `<DescribeInstanceStatusResponse><instanceStatusSet><item>
			<instanceId>i-0123456789abcdef0</instanceId><eventsSet><item><instanceEventId>instance-event-0a</instanceEventId>
				<code>instance-retirement</code><description>The instance is running on degraded hardware</description>
				<notBefore>2026-12-01T00:00:00.000Z</notBefore></item></eventsSet>
		</item></instanceStatusSet></DescribeInstanceStatusResponse>`}},
		"DescribeInstanceAttribute": {
			{when: "InstanceId=i-0gone", status: 400, body: `<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>The instance ID 'i-0gone' does not exist</Message></Error></Errors></Response>`},
			{when: "Attribute=disableApiTermination", body: `<DescribeInstanceAttributeResponse><disableApiTermination><value>true</value></disableApiTermination></DescribeInstanceAttributeResponse>`},
			{when: "Attribute=disableApiStop", body: `<DescribeInstanceAttributeResponse><disableApiStop><value>false</value></disableApiStop></DescribeInstanceAttributeResponse>`},
			{when: "Attribute=instanceInitiatedShutdownBehavior", body: `<DescribeInstanceAttributeResponse><instanceInitiatedShutdownBehavior><value>terminate</value></instanceInitiatedShutdownBehavior></DescribeInstanceAttributeResponse>`},
			{when: "Attribute=userData", body: `<DescribeInstanceAttributeResponse><userData/></DescribeInstanceAttributeResponse>`},
		},
	})
	inv, stats := server.collected(t, "AWS::EC2::Instance")
	if len(stats.Failures) > 0 || len(inv.Resources) != 1 {
		t.Fatalf("%d instances and %+v; one is gone, one is left", len(inv.Resources), stats.Failures)
	}
	want := &cloud.Resource{
		Type: "AWS::EC2::Instance", ID: "i-0123456789abcdef0", ARN: "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0",
		Name: "shop", Account: "123456789012", World: "123456789012", Region: "us-east-1",
		Created: time.Date(2025, 12, 1, 10, 0, 0, 0, time.UTC), Tags: map[string]string{"Name": "shop"},
		Properties: map[string]any{
			"Affinity": "host", "Architecture": "x86_64", "AvailabilityZone": "us-east-1a",
			"BlockDeviceMappings":   []any{map[string]any{"DeviceName": "/dev/xvda", "Ebs": map[string]any{"DeleteOnTermination": true}}},
			"CpuOptions":            map[string]any{"CoreCount": int64(1), "ThreadsPerCore": int64(2)},
			"CreditSpecification":   map[string]any{"CPUCredits": "unlimited"},
			"DisableApiStop":        false,
			"DisableApiTermination": true, "EbsOptimized": true, "EnaSupport": true, "EnclaveOptions": map[string]any{"Enabled": true},
			"Events": []any{map[string]any{
				"Code": "instance-retirement", "Description": "The instance is running on degraded hardware",
				"InstanceEventId": "instance-event-0a", "NotBefore": "2026-12-01T00:00:00Z",
			}},
			"HibernationOptions": map[string]any{"Configured": true}, "HostId": "h-0123456789abcdef0",
			"IamInstanceProfile": "shop", "ImageId": "ami-0abcdef1234567890", "InstanceId": "i-0123456789abcdef0",
			"InstanceInitiatedShutdownBehavior": "terminate", "InstanceLifecycle": "spot", "InstanceType": "t3.large",
			"Ipv6Addresses": []any{map[string]any{"Ipv6Address": "2001:db8::5"}}, "KeyName": "admin", "LaunchTime": "2026-02-01T00:00:00Z",
			"LicenseSpecifications": []any{map[string]any{"LicenseConfigurationArn": "arn:aws:license-manager:us-east-1:123456789012:license-configuration:lic-0a"}},
			"MaintenanceOptions":    map[string]any{"AutoRecovery": "disabled"},
			"MetadataOptions": map[string]any{
				"HttpEndpoint": "enabled", "HttpPutResponseHopLimit": int64(1), "HttpTokens": "required", "State": "applied",
			},
			"Monitoring": true,
			"NetworkInterfaces": []any{
				map[string]any{
					"AssociateCarrierIpAddress": false, "AssociatePublicIpAddress": false, "DeleteOnTermination": false, "DeviceIndex": "1",
					"Ipv6AddressCount": int64(0), "NetworkInterfaceId": "eni-0b", "PrivateIpAddress": "10.0.1.5",
					"SecondaryPrivateIpAddressCount": int64(0), "SubnetId": "subnet-0b",
				},
				map[string]any{
					"AssociateCarrierIpAddress": false, "AssociatePublicIpAddress": true, "DeleteOnTermination": true, "Description": "Primary",
					"DeviceIndex": "0", "EnaSrdSpecification": map[string]any{"EnaSrdEnabled": true}, "GroupSet": []any{"sg-0a"},
					"Ipv6AddressCount": int64(1), "Ipv6Addresses": []any{map[string]any{"Ipv6Address": "2001:db8::5"}},
					"NetworkInterfaceId": "eni-0a", "PrivateIpAddress": "10.0.0.5",
					"PrivateIpAddresses": []any{
						map[string]any{"Primary": true, "PrivateIpAddress": "10.0.0.5"},
						map[string]any{"Primary": false, "PrivateIpAddress": "10.0.0.6"},
					},
					"SecondaryPrivateIpAddressCount": int64(1), "SubnetId": "subnet-0a",
				},
			},
			"PlacementGroupName": "near", "PlatformDetails": "Linux/UNIX", "PrivateDnsName": "ip-10-0-0-5.ec2.internal",
			"PrivateDnsNameOptions": map[string]any{
				"EnableResourceNameDnsAAAARecord": false, "EnableResourceNameDnsARecord": true, "HostnameType": "ip-name",
			},
			"PrivateIp": "10.0.0.5", "PrivateIpAddress": "10.0.0.5", "PublicIp": "203.0.113.7",
			"RootDeviceName": "/dev/xvda", "RootDeviceType": "ebs",
			"SecurityGroupIds": []any{"sg-0a", "sg-0b"}, "SecurityGroups": []any{"shop", "admin"}, "SourceDestCheck": false,
			"SpotInstanceRequestId": "sir-0a", "State": map[string]any{"Code": "80", "Name": "stopped"},
			"StateReason":           map[string]any{"Code": "Client.UserInitiatedShutdown", "Message": "Client.UserInitiatedShutdown: User initiated shutdown"},
			"StateTransitionReason": "User initiated (2026-03-01 08:15:00 GMT)", "StateTransitionTime": "2026-03-01T08:15:00Z",
			"SubnetId": "subnet-0a", "Tags": []any{map[string]any{"Key": "Name", "Value": "shop"}}, "Tenancy": "host",
			"UsageOperation": "RunInstances", "VirtualizationType": "hvm",
			"Volumes": []any{map[string]any{"Device": "/dev/xvda", "VolumeId": "vol-0a"}}, "VpcId": "vpc-0a",
		},
	}
	if diff := cmp.Diff(want, inv.Resources[0]); diff != "" {
		t.Errorf("instance (-want +got):\n%s", diff)
	}
	for operation, most := range map[string]int{
		"DescribeInstances": 2, "DescribeInstanceCreditSpecifications": 1, "DescribeInstanceStatus": 1, "DescribeInstanceAttribute": 5,
	} {
		if n := server.count(operation); n > most {
			t.Errorf("%s was called %d times, want %d", operation, n, most)
		}
	}
}

func TestStateTransition(t *testing.T) {
	stopped := &types.InstanceState{Name: types.InstanceStateNameStopped}
	for reason, want := range map[string]any{
		"User initiated (2026-03-01 08:15:00 GMT)": time.Date(2026, 3, 1, 8, 15, 0, 0, time.UTC),
		"Server.ScheduledStop":                     &cloud.Unresolved{Reason: "AWS does not say when the instance was stopped"},
	} {
		if diff := cmp.Diff(want, stateTransition(&types.Instance{State: stopped, StateTransitionReason: &reason})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reason, diff)
		}
	}
	running := &types.InstanceState{Name: types.InstanceStateNameRunning}
	if got := stateTransition(&types.Instance{State: running}); got != nil {
		t.Errorf("of a running instance: %v", got)
	}
}
