package account

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Public images, see images.json.
const (
	amazonLinux    = "ami-0ed094fb1304fd857"
	amazonLinuxARM = "ami-0d6fc8f787cd9a417"
	ubuntu14       = "ami-1e749f67"
	windows2012    = "ami-1ecc1e67"
)

// An instance by name. Image and subnet are names of the site's maps or ids.
type instance struct {
	name     string
	image    string
	kind     types.InstanceType
	subnet   string
	groups   []string
	profile  string
	login    string // key pair
	key      string // alias of the key of the root volume; unencrypted if empty
	size     int32  // of the root volume in GiB
	disk     types.VolumeType
	script   string // user data
	imdsV2   bool
	monitor  bool
	keep     bool // termination protection
	optimise bool // for EBS
	public   bool
	host     bool // on a dedicated host
	stopped  bool
	sleeps   bool // may hibernate
	tags     tags
}

func (s *shop) compute(ctx context.Context) error {
	return inOrder(ctx,
		s.keyPairs,
		s.production.run(builders),
		s.goldenImages,
		s.production.run(productionInstances),
		s.staging.run(stagingInstances),
		s.lab.run(labInstances),
		s.launchTemplates,
		s.addresses,
	)
}

// run launches instances one after another.
func (at *site) run(instances []instance) call {
	return func(ctx context.Context) error {
		for _, i := range instances {
			if err := at.launch(ctx, i); err != nil {
				return fmt.Errorf("instance %s: %w", i.name, err)
			}
		}
		return nil
	}
}

func (at *site) launch(ctx context.Context, i instance) error {
	client := ec2.NewFromConfig(at.Config)
	root := &types.EbsBlockDevice{VolumeSize: new(i.size), VolumeType: i.disk, DeleteOnTermination: new(true)}
	if i.disk == "" {
		root.VolumeType = types.VolumeTypeGp3
	}
	if i.key != "" {
		root.Encrypted, root.KmsKeyId = new(true), at.key(i.key)
	}
	device := "/dev/xvda"
	if i.image == ubuntu14 || i.image == windows2012 {
		device = "/dev/sda1"
	}
	input := &ec2.RunInstancesInput{
		ImageId:             new(from(at.images, i.image)[0]),
		InstanceType:        i.kind,
		MinCount:            aws.Int32(1),
		MaxCount:            aws.Int32(1),
		EbsOptimized:        new(i.optimise),
		Monitoring:          &types.RunInstancesMonitoringEnabled{Enabled: new(i.monitor)},
		BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: new(device), Ebs: root}},
		NetworkInterfaces: []types.InstanceNetworkInterfaceSpecification{{
			DeviceIndex:              aws.Int32(0),
			SubnetId:                 at.sub(i.subnet),
			Groups:                   from(at.groups, i.groups...),
			AssociatePublicIpAddress: new(i.public),
		}},
		HibernationOptions: &types.HibernationOptionsRequest{Configured: new(i.sleeps)},
		TagSpecifications:  tagged(types.ResourceTypeInstance, i.tags),
		MetadataOptions:    &types.InstanceMetadataOptionsRequest{HttpEndpoint: types.InstanceMetadataEndpointStateEnabled, HttpTokens: types.HttpTokensStateOptional, HttpPutResponseHopLimit: aws.Int32(2)},
	}
	if i.imdsV2 {
		input.MetadataOptions.HttpTokens, input.MetadataOptions.HttpPutResponseHopLimit = types.HttpTokensStateRequired, aws.Int32(1)
	}
	if i.profile != "" {
		input.IamInstanceProfile = &types.IamInstanceProfileSpecification{Name: new(i.profile)}
	}
	if i.login != "" {
		input.KeyName = new(i.login)
	}
	if i.script != "" {
		input.UserData = new(base64.StdEncoding.EncodeToString([]byte(i.script)))
	}
	if i.host {
		host, err := at.dedicatedHost(ctx, client, i.kind)
		if err != nil {
			return err
		}
		input.Placement = &types.Placement{Tenancy: types.TenancyHost, HostId: host}
	}
	made, err := client.RunInstances(ctx, input)
	if err != nil {
		return err
	}
	id := made.Instances[0].InstanceId
	at.instances[i.name] = aws.ToString(id)
	var calls []call
	if i.keep {
		calls = append(calls, to(client.ModifyInstanceAttribute, &ec2.ModifyInstanceAttributeInput{InstanceId: id, DisableApiTermination: &types.AttributeBooleanValue{Value: new(true)}}))
	}
	if i.stopped {
		calls = append(calls, to(client.StopInstances, &ec2.StopInstancesInput{InstanceIds: []string{*id}}))
	}
	return inOrder(ctx, calls...)
}

func (at *site) dedicatedHost(ctx context.Context, client *ec2.Client, kind types.InstanceType) (*string, error) {
	made, err := client.AllocateHosts(ctx, &ec2.AllocateHostsInput{
		AvailabilityZone: new(at.Region + "a"), InstanceType: new(string(kind)), Quantity: aws.Int32(1),
	})
	if err != nil {
		return nil, err
	}
	return new(made.HostIds[0]), nil
}

// keyPairs are shared by teams; one of them nobody uses.
func (s *shop) keyPairs(ctx context.Context) error {
	pair := func(name string, t tags) *ec2.ImportKeyPairInput {
		return &ec2.ImportKeyPairInput{KeyName: new(name), PublicKeyMaterial: []byte(sshShop), TagSpecifications: tagged(types.ResourceTypeKeyPair, t)}
	}
	return inOrder(ctx,
		each(ec2.NewFromConfig(s.production.Config).ImportKeyPair, pair("harbourline-prod", production("platform", "")), pair("old-agency", nil)),
		each(ec2.NewFromConfig(s.staging.Config).ImportKeyPair, pair("staging", nil)),
		each(ec2.NewFromConfig(s.lab.Config).ImportKeyPair, pair("lab", nil)),
	)
}

// goldenImages are made from the instances that were built for it: one for web
// servers, one for the order services that leaked to everyone, and one that no
// instance runs on any more and that Tidewater was given.
func (s *shop) goldenImages(ctx context.Context) error {
	at := s.production
	client := ec2.NewFromConfig(at.Config)
	for _, image := range []struct {
		name   string
		tags   tags
		shared []types.LaunchPermission
	}{
		{"harbourline-web-2026.10", production("platform", "").with("Tier", "web"), nil},
		{"harbourline-app-2026.10", production("platform", "").with("Tier", "app"), []types.LaunchPermission{{Group: types.PermissionGroupAll}}},
		{"shop 2019 final", nil, []types.LaunchPermission{{UserId: new(tidewater)}}},
	} {
		made, err := client.CreateImage(ctx, &ec2.CreateImageInput{
			InstanceId: new(at.instances["image-builder"]), Name: new(image.name), Description: new("Harbourline " + strings.ToLower(image.name)),
			TagSpecifications: tagged(types.ResourceTypeImage, image.tags),
		})
		if err != nil {
			return fmt.Errorf("image %s: %w", image.name, err)
		}
		at.images[image.name] = aws.ToString(made.ImageId)
		if image.shared == nil {
			continue
		}
		if _, err := client.ModifyImageAttribute(ctx, &ec2.ModifyImageAttributeInput{
			ImageId: made.ImageId, LaunchPermission: &types.LaunchPermissionModifications{Add: image.shared},
		}); err != nil {
			return fmt.Errorf("image %s: %w", image.name, err)
		}
	}
	return nil
}

// addresses are Elastic IP addresses: one in use, one forgotten in each of two
// regions.
func (s *shop) addresses(ctx context.Context) error {
	client := ec2.NewFromConfig(s.production.Config)
	bastion, err := client.AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc, TagSpecifications: tagged(types.ResourceTypeElasticIp, production("platform", "bastion"))})
	if err != nil {
		return err
	}
	return inOrder(ctx,
		to(client.AssociateAddress, &ec2.AssociateAddressInput{AllocationId: bastion.AllocationId, InstanceId: new(s.production.instances["bastion"])}),
		to(client.AllocateAddress, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc, TagSpecifications: tagged(types.ResourceTypeElasticIp, named("old-shop"))}),
		to(ec2.NewFromConfig(s.staging.Config).AllocateAddress, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc}),
		// A network interface that a removed instance left behind.
		to(client.CreateNetworkInterface, &ec2.CreateNetworkInterfaceInput{
			SubnetId: s.production.sub("app-a"), Groups: from(s.production.groups, "harbourline-prod-erp"), Description: new("second interface of the old ERP"),
		}),
	)
}
