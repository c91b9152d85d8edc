package large_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// regionNames are those that the account says it has.
func regionNames(t *testing.T, cfg aws.Config) []string {
	t.Helper()
	out := must[*ec2.DescribeRegionsOutput](t)(ec2.NewFromConfig(cfg).DescribeRegions(context.Background(), nil))
	var names []string
	for _, r := range out.Regions {
		names = append(names, *r.RegionName)
	}
	return names
}

// TestNetworkFitsTogether reads all regions and follows every reference.
func TestNetworkFitsTogether(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	names := regionNames(t, config(s, "us-east-1"))
	if len(names) != 17 {
		t.Fatalf("%d regions, want 17", len(names))
	}
	found := map[string]int{}
	for _, region := range names {
		client := ec2.NewFromConfig(config(s, region))
		groups, subnets, vpcs, attached := map[string]string{}, map[string]string{}, map[string]bool{}, map[string]string{}
		for _, v := range must[*ec2.DescribeVpcsOutput](t)(client.DescribeVpcs(ctx, nil)).Vpcs {
			vpcs[*v.VpcId] = true
		}
		for _, v := range must[*ec2.DescribeSubnetsOutput](t)(client.DescribeSubnets(ctx, nil)).Subnets {
			subnets[*v.SubnetId] = *v.VpcId
		}
		for _, g := range must[*ec2.DescribeSecurityGroupsOutput](t)(client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(1000)})).SecurityGroups {
			groups[*g.GroupId] = *g.VpcId
			if !vpcs[*g.VpcId] {
				t.Errorf("%s is in %s, which is not there", *g.GroupId, *g.VpcId)
			}
			if len(g.IpPermissions) != 3 || len(g.IpPermissionsEgress) != 1 {
				t.Errorf("%s has %d rules in and %d out", *g.GroupId, len(g.IpPermissions), len(g.IpPermissionsEgress))
			}
		}
		volumes := ec2.NewDescribeVolumesPaginator(client, &ec2.DescribeVolumesInput{MaxResults: aws.Int32(1000)})
		for volumes.HasMorePages() {
			for _, v := range must[*ec2.DescribeVolumesOutput](t)(volumes.NextPage(ctx)).Volumes {
				found["volume"]++
				if len(v.Attachments) == 1 {
					attached[*v.VolumeId] = *v.Attachments[0].InstanceId
				} else if v.State != types.VolumeStateAvailable {
					t.Errorf("%s is %s, and is not attached", *v.VolumeId, v.State)
				}
			}
		}
		instances := ec2.NewDescribeInstancesPaginator(client, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(1000)})
		for instances.HasMorePages() {
			page := must[*ec2.DescribeInstancesOutput](t)(instances.NextPage(ctx))
			if len(page.Reservations) > 1000 {
				t.Errorf("a page of %d", len(page.Reservations))
			}
			for _, r := range page.Reservations {
				for _, i := range r.Instances {
					found["instance"]++
					if subnets[*i.SubnetId] != *i.VpcId {
						t.Errorf("%s is in %s of %s", *i.InstanceId, *i.SubnetId, *i.VpcId)
					}
					for _, g := range i.SecurityGroups {
						if groups[*g.GroupId] != *i.VpcId {
							t.Errorf("%s has group %s of another VPC", *i.InstanceId, *g.GroupId)
						}
					}
					for _, d := range i.BlockDeviceMappings {
						if attached[*d.Ebs.VolumeId] != *i.InstanceId {
							t.Errorf("%s has %s, which is attached to %q", *i.InstanceId, *d.Ebs.VolumeId, attached[*d.Ebs.VolumeId])
						}
						delete(attached, *d.Ebs.VolumeId)
					}
					if i.MetadataOptions == nil || i.LaunchTime == nil || len(i.Tags) == 0 || len(i.NetworkInterfaces) != 1 {
						t.Errorf("%s lacks something: %+v", *i.InstanceId, i)
					}
				}
			}
		}
		public := map[string]string{}
		enis := ec2.NewDescribeNetworkInterfacesPaginator(client, &ec2.DescribeNetworkInterfacesInput{MaxResults: aws.Int32(1000)})
		for enis.HasMorePages() {
			for _, i := range must[*ec2.DescribeNetworkInterfacesOutput](t)(enis.NextPage(ctx)).NetworkInterfaces {
				found["interface"]++
				if subnets[*i.SubnetId] != *i.VpcId {
					t.Errorf("%s is in %s of %s", *i.NetworkInterfaceId, *i.SubnetId, *i.VpcId)
				}
				if i.Association != nil && i.Association.AllocationId != nil {
					public[*i.NetworkInterfaceId] = *i.Association.PublicIp
				}
			}
		}
		for _, a := range must[*ec2.DescribeAddressesOutput](t)(client.DescribeAddresses(ctx, nil)).Addresses {
			found["address"]++
			if a.NetworkInterfaceId == nil {
				found["address of nothing"]++
			} else if public[*a.NetworkInterfaceId] != *a.PublicIp {
				t.Errorf("%s belongs to %s, which has %q", *a.PublicIp, *a.NetworkInterfaceId, public[*a.NetworkInterfaceId])
			} else {
				delete(public, *a.NetworkInterfaceId)
			}
		}
		for i, ip := range public {
			t.Errorf("%s has %s, which is not an address of the region", i, ip)
		}
		for v, i := range attached {
			t.Errorf("%s is attached to %s, which does not have it", v, i)
		}
		found["group"] += len(groups)
	}
	want := map[string]int{"instance": 12906, "volume": 13433, "group": 500, "interface": 13249, "address": 260, "address of nothing": 106}
	if fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("found %v, want %v", found, want)
	}
}

// TestEveryListIsOfPages walks lists by pages of the least size and compares
// with the whole.
func TestEveryListIsOfPages(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	client := ec2.NewFromConfig(config(s, "ap-southeast-1"))
	whole := must[*ec2.DescribeNetworkInterfacesOutput](t)(client.DescribeNetworkInterfaces(ctx, nil)).NetworkInterfaces
	seen := map[string]bool{}
	p := ec2.NewDescribeNetworkInterfacesPaginator(client, &ec2.DescribeNetworkInterfacesInput{MaxResults: aws.Int32(50)})
	for p.HasMorePages() {
		page := must[*ec2.DescribeNetworkInterfacesOutput](t)(p.NextPage(ctx)).NetworkInterfaces
		if len(page) > 50 {
			t.Fatalf("a page of %d, want at most 50", len(page))
		}
		for _, i := range page {
			seen[*i.NetworkInterfaceId] = true
		}
	}
	if len(seen) != len(whole) || len(whole) < 600 {
		t.Errorf("%d interfaces by pages, %d at once", len(seen), len(whole))
	}
}

func TestPagesAreRefused(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	east, west := ec2.NewFromConfig(config(s, "us-east-1")), ec2.NewFromConfig(config(s, "us-west-2"))
	first := must[*ec2.DescribeInstancesOutput](t)(east.DescribeInstances(ctx, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(5)}))
	id := first.Reservations[0].Instances[0].InstanceId
	for name, test := range map[string]struct {
		client *ec2.Client
		in     ec2.DescribeInstancesInput
		want   string
	}{
		"too many":                 {east, ec2.DescribeInstancesInput{MaxResults: aws.Int32(1001)}, "InvalidParameterValue"},
		"too few":                  {east, ec2.DescribeInstancesInput{MaxResults: aws.Int32(4)}, "InvalidParameterValue"},
		"no token":                 {east, ec2.DescribeInstancesInput{NextToken: aws.String("what?")}, "InvalidNextToken"},
		"another region's token":   {west, ec2.DescribeInstancesInput{NextToken: first.NextToken}, "InvalidNextToken"},
		"ids and a size":           {east, ec2.DescribeInstancesInput{InstanceIds: []string{*id}, MaxResults: aws.Int32(5)}, "InvalidParameterCombination"},
		"another region's id":      {west, ec2.DescribeInstancesInput{InstanceIds: []string{*id}}, "InvalidInstanceID.NotFound"},
		"an id that is not there":  {east, ec2.DescribeInstancesInput{InstanceIds: []string{"i-0000000000000beef"}}, "InvalidInstanceID.NotFound"},
		"an id that is not an id ": {east, ec2.DescribeInstancesInput{InstanceIds: []string{"x"}}, "InvalidInstanceID.NotFound"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := test.client.DescribeInstances(ctx, &test.in); code(err) != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
	one := must[*ec2.DescribeInstancesOutput](t)(east.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{*id}}))
	if len(one.Reservations) != 1 || *one.Reservations[0].Instances[0].InstanceId != *id {
		t.Errorf("asked for %s, got %d reservations", *id, len(one.Reservations))
	}
	if _, err := east.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{MaxResults: aws.Int32(5000)}); err != nil {
		t.Errorf("VPC endpoints take more than the most for the most: %v", err)
	}
}

func TestFilters(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	client := ec2.NewFromConfig(config(s, "us-west-2"))
	count := func(filters ...types.Filter) int {
		t.Helper()
		return len(must[*ec2.DescribeInstancesOutput](t)(client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: filters})).Reservations)
	}
	filter := func(name string, values ...string) types.Filter {
		return types.Filter{Name: &name, Values: values}
	}
	all := count()
	running, stopped := count(filter("instance-state-name", "running")), count(filter("instance-state-name", "stopped"))
	if running+stopped != all || stopped == 0 {
		t.Errorf("%d running and %d stopped of %d", running, stopped, all)
	}
	if m6, both := count(filter("instance-type", "m6i.*")), count(filter("instance-type", "m6i.*"), filter("instance-state-name", "stopped")); m6 == 0 || both == 0 || both >= m6 {
		t.Errorf("%d m6i, %d of them stopped", m6, both)
	}
	if team := count(filter("tag:Team", "ledger")); team == 0 || team >= all {
		t.Errorf("%d of %d belong to a team", team, all)
	}
}

func TestFilterThatIsNotKnown(t *testing.T) {
	s := quick(t)
	client := ec2.NewFromConfig(config(s, "us-west-2"))
	_, err := client.DescribeVolumes(context.Background(), &ec2.DescribeVolumesInput{
		Filters: []types.Filter{{Name: aws.String("phase-of-moon"), Values: []string{"full"}}}})
	if code(err) != "InvalidParameterValue" {
		t.Errorf("%v, want InvalidParameterValue", err)
	}
	if got := fmt.Sprint(s.Unknown()); got != "[ec2 DescribeVolumes filter phase-of-moon: 1]" {
		t.Errorf("Unknown() = %s", got)
	}
	s.Reset()
}

func TestRegionsThatAreNotEnabled(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	out := must[*ec2.DescribeRegionsOutput](t)(ec2.NewFromConfig(config(s, "eu-west-1")).DescribeRegions(ctx, &ec2.DescribeRegionsInput{AllRegions: aws.Bool(true)}))
	off := 0
	for _, r := range out.Regions {
		if *r.OptInStatus == "not-opted-in" {
			off++
		}
	}
	if len(out.Regions)-off != 17 || off == 0 {
		t.Errorf("%d regions, %d of them not opted in", len(out.Regions), off)
	}
	_, err := ec2.NewFromConfig(config(s, "me-south-1")).DescribeVpcs(ctx, nil)
	if code(err) == "" {
		t.Errorf("a region that is not enabled answers: %v", err)
	}
}
