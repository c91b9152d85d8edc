package aws

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Instances, less those that are terminated or about to be. What the list does
// not tell of one takes a call an attribute.
var ec2InstanceCollectors = []collector{{
	service: "ec2",
	types: []emits{{
		typ: "AWS::EC2::Instance",
		gives: "Affinity AvailabilityZone BlockDeviceMappings CpuOptions EbsOptimized EnclaveOptions HibernationOptions " +
			"HostId HostResourceGroupArn IamInstanceProfile ImageId InstanceId InstanceType Ipv6Addresses KernelId KeyName " +
			"LaunchTemplate LicenseSpecifications MetadataOptions Monitoring NetworkInterfaces PlacementGroupName " +
			"PrivateDnsName PrivateDnsNameOptions PrivateIp PrivateIpAddress PublicDnsName PublicIp RamdiskId " +
			"SecurityGroupIds SecurityGroups SourceDestCheck State SubnetId Tenancy Volumes VpcId " +
			// of the overlay
			"Architecture CapacityReservationId EnaSupport InstanceLifecycle LaunchTime MaintenanceOptions OutpostArn " +
			"Platform PlatformDetails ProductCodes RootDeviceName RootDeviceType SpotInstanceRequestId StateReason " +
			"StateTransitionReason StateTransitionTime UsageOperation VirtualizationType",
		// The volumes themselves tell these.
		lacks: "AWS::EC2::Instance.Ebs.Encrypted AWS::EC2::Instance.Ebs.Iops AWS::EC2::Instance.Ebs.KmsKeyId " +
			"AWS::EC2::Instance.Ebs.SnapshotId AWS::EC2::Instance.Ebs.VolumeSize AWS::EC2::Instance.Ebs.VolumeType",
		secret: "UserData",
	}},
	calls: "ec2:DescribeInstances",
	read:  readInstances,
	parts: []part{
		instanceAttribute("DisableApiTermination", types.InstanceAttributeNameDisableApiTermination,
			func(a *ec2.DescribeInstanceAttributeOutput) any { return a.DisableApiTermination }),
		instanceAttribute("DisableApiStop", types.InstanceAttributeNameDisableApiStop,
			func(a *ec2.DescribeInstanceAttributeOutput) any { return a.DisableApiStop }),
		instanceAttribute("InstanceInitiatedShutdownBehavior", types.InstanceAttributeNameInstanceInitiatedShutdownBehavior,
			func(a *ec2.DescribeInstanceAttributeOutput) any { return a.InstanceInitiatedShutdownBehavior }),
		instanceAttribute("UserData", types.InstanceAttributeNameUserData,
			func(a *ec2.DescribeInstanceAttributeOutput) any { return a.UserData }),
		{gives: "CreditSpecification", calls: "ec2:DescribeInstanceCreditSpecifications", read: readInstanceCredits},
		{gives: "Events", calls: "ec2:DescribeInstanceStatus", read: readInstanceEvents},
	},
}}

func readInstances(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeInstancesPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeInstancesInput{
		Filters:    ec2Filter("instance-state-name", "pending", "running", "stopping", "stopped"),
		MaxResults: ptr(int32(1000)),
	})
	return each(ctx, pages, func(page *ec2.DescribeInstancesOutput) {
		for _, r := range page.Reservations {
			for i := range r.Instances {
				v := &r.Instances[i]
				tags := ec2Tags(v.Tags)
				s.add(found{
					id: *v.InstanceId, arn: s.arn("ec2", "instance/"+*v.InstanceId), name: tags["Name"],
					created: firstLaunch(v), tags: tags, from: v, set: instanceProperties(v),
				})
			}
		}
	})
}

// instanceProperties are those that CloudFormation names or shapes in another
// way.
func instanceProperties(v *types.Instance) props {
	groups, groupNames := ec2Groups(v.SecurityGroups)
	placement := deref(v.Placement)
	set := props{
		"Affinity":             placement.Affinity,
		"AvailabilityZone":     placement.AvailabilityZone,
		"HostId":               placement.HostId,
		"HostResourceGroupArn": placement.HostResourceGroupArn,
		"PlacementGroupName":   placement.GroupName,
		"Tenancy":              placement.Tenancy,
		// What a launch template asked for, the instance has itself by now.
		"LaunchTemplate":        nil,
		"LicenseSpecifications": v.Licenses,
		"Monitoring":            v.Monitoring != nil && (v.Monitoring.State == types.MonitoringStateEnabled || v.Monitoring.State == types.MonitoringStatePending),
		"PrivateIp":             v.PrivateIpAddress,
		"PublicIp":              v.PublicIpAddress,
		"SecurityGroupIds":      groups,
		"SecurityGroups":        groupNames,
		"StateTransitionTime":   stateTransition(v),
	}
	var profile any
	if v.IamInstanceProfile != nil {
		arn := deref(v.IamInstanceProfile.Arn)
		profile = arn[strings.LastIndexByte(arn, '/')+1:]
	}
	set["IamInstanceProfile"] = profile

	var devices, volumes, interfaces []any
	for _, d := range v.BlockDeviceMappings {
		device := map[string]any{"DeviceName": d.DeviceName}
		if d.Ebs != nil {
			device["Ebs"] = shaped(map[string]any{"DeleteOnTermination": d.Ebs.DeleteOnTermination})
			volumes = append(volumes, shaped(map[string]any{"Device": d.DeviceName, "VolumeId": d.Ebs.VolumeId}))
		}
		devices = append(devices, shaped(device))
	}
	var ipv6 any
	for i := range v.NetworkInterfaces {
		n := &v.NetworkInterfaces[i]
		interfaces = append(interfaces, instanceInterface(n))
		if n.Attachment != nil && deref(n.Attachment.DeviceIndex) == 0 && deref(n.Attachment.NetworkCardIndex) == 0 {
			ipv6 = ipv6Addresses(n.Ipv6Addresses)
		}
	}
	set["BlockDeviceMappings"], set["Volumes"] = devices, volumes
	set["NetworkInterfaces"], set["Ipv6Addresses"] = interfaces, ipv6
	return set
}

func instanceInterface(n *types.InstanceNetworkInterface) map[string]any {
	groups, _ := ec2Groups(n.Groups)
	association, attachment := deref(n.Association), deref(n.Attachment)
	var addresses []any
	secondary := 0
	for _, a := range n.PrivateIpAddresses {
		addresses = append(addresses, shaped(map[string]any{"Primary": a.Primary, "PrivateIpAddress": a.PrivateIpAddress}))
		if !deref(a.Primary) {
			secondary++
		}
	}
	return shaped(map[string]any{
		"AssociateCarrierIpAddress":      association.CarrierIp != nil,
		"AssociatePublicIpAddress":       association.PublicIp != nil,
		"DeleteOnTermination":            attachment.DeleteOnTermination,
		"Description":                    n.Description,
		"DeviceIndex":                    attachment.DeviceIndex,
		"EnaSrdSpecification":            attachment.EnaSrdSpecification,
		"GroupSet":                       groups,
		"Ipv6AddressCount":               len(n.Ipv6Addresses),
		"Ipv6Addresses":                  ipv6Addresses(n.Ipv6Addresses),
		"NetworkInterfaceId":             n.NetworkInterfaceId,
		"PrivateIpAddress":               n.PrivateIpAddress,
		"PrivateIpAddresses":             addresses,
		"SecondaryPrivateIpAddressCount": secondary,
		"SubnetId":                       n.SubnetId,
	})
}

func ipv6Addresses(list []types.InstanceIpv6Address) []any {
	var out []any
	for _, a := range list {
		out = append(out, map[string]any{"Ipv6Address": a.Ipv6Address})
	}
	return out
}

// firstLaunch is when an instance was made. LaunchTime is when it was last
// started; AWS says to look at the primary network interface (API reference,
// Instance, launchTime).
func firstLaunch(v *types.Instance) *time.Time {
	for _, n := range v.NetworkInterfaces {
		if a := n.Attachment; a != nil && a.AttachTime != nil && deref(a.DeviceIndex) == 0 && deref(a.NetworkCardIndex) == 0 {
			return a.AttachTime
		}
	}
	return v.LaunchTime
}

var transitionTime = regexp.MustCompile(`\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)`)

// stateTransition is when an instance was stopped, which AWS tells in the
// text of a reason only ("User initiated (2026-03-01 08:15:00 GMT)").
func stateTransition(v *types.Instance) any {
	if m := transitionTime.FindStringSubmatch(deref(v.StateTransitionReason)); m != nil {
		if at, err := time.Parse(time.DateTime, m[1]); err == nil {
			return at
		}
	}
	if v.State != nil && v.State.Name == types.InstanceStateNameStopped {
		return &cloud.Unresolved{Reason: "AWS does not say when the instance was stopped"}
	}
	return nil
}

// instanceAttribute is a part for what DescribeInstanceAttribute alone tells,
// one attribute a call.
func instanceAttribute(property string, attribute types.InstanceAttributeName, of func(*ec2.DescribeInstanceAttributeOutput) any) part {
	return part{
		gives: property,
		calls: "ec2:DescribeInstanceAttribute",
		slow:  true,
		read: func(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
			out, err := ec2.NewFromConfig(s.cfg).DescribeInstanceAttribute(ctx, &ec2.DescribeInstanceAttributeInput{
				InstanceId: &r.ID, Attribute: attribute,
			})
			if is(err, "InvalidInstanceID.NotFound") {
				return nil, errGone
			}
			if err != nil {
				return nil, err
			}
			value, _ := field(of(out), "Value")
			return props{property: value}, nil
		},
	}
}

// readInstanceCredits asks for all instances at once: EC2 lists those whose
// credits are unlimited, and no others.
func readInstanceCredits(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	credits, err := once(s.session, "ec2:DescribeInstanceCreditSpecifications "+s.region, func() (map[string]string, error) {
		credits := map[string]string{}
		pages := ec2.NewDescribeInstanceCreditSpecificationsPaginator(ec2.NewFromConfig(s.cfg),
			&ec2.DescribeInstanceCreditSpecificationsInput{MaxResults: ptr(int32(1000))})
		err := each(ctx, pages, func(page *ec2.DescribeInstanceCreditSpecificationsOutput) {
			for _, c := range page.InstanceCreditSpecifications {
				credits[deref(c.InstanceId)] = deref(c.CpuCredits)
			}
		})
		return credits, err
	})
	if err != nil {
		return nil, err
	}
	option := credits[r.ID]
	kind, _ := r.Properties["InstanceType"].(string)
	family, _, _ := strings.Cut(kind, ".")
	switch {
	case option != "":
	case family == "t2" || family == "t3" || family == "t3a" || family == "t4g":
		option = "standard"
	default:
		return props{"CreditSpecification": nil}, nil // not burstable
	}
	return props{"CreditSpecification": map[string]any{"CPUCredits": option}}, nil
}

// readInstanceEvents asks once for the instances of the region that have a
// scheduled event.
func readInstanceEvents(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	events, err := once(s.session, "ec2:DescribeInstanceStatus "+s.region, func() (map[string][]types.InstanceStatusEvent, error) {
		var codes []string
		for _, code := range types.EventCode("").Values() {
			codes = append(codes, string(code))
		}
		events := map[string][]types.InstanceStatusEvent{}
		pages := ec2.NewDescribeInstanceStatusPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeInstanceStatusInput{
			Filters: ec2Filter("event.code", codes...), IncludeAllInstances: ptr(true), MaxResults: ptr(int32(1000)),
		})
		err := each(ctx, pages, func(page *ec2.DescribeInstanceStatusOutput) {
			for _, status := range page.InstanceStatuses {
				events[deref(status.InstanceId)] = status.Events
			}
		})
		return events, err
	})
	if err != nil {
		return nil, err
	}
	return props{"Events": events[r.ID]}, nil
}
