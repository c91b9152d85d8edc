package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A volume beside the root volumes of the instances.
type volume struct {
	name     string
	kind     types.VolumeType
	size     int32
	iops     int32
	secret   bool   // encrypted
	key      string // with this key, AWS's own if empty
	instance string // that it is attached to
	tags     tags
}

var productionVolumes = []volume{
	{name: "search-index", kind: types.VolumeTypeGp3, size: 200, secret: true, key: "harbourline-data", instance: "search", tags: production("storefront", "harbourline-prod-search-index").with("Tier", "app")},
	{name: "erp-data", kind: types.VolumeTypeIo1, size: 1000, iops: 8000, secret: true, instance: "erp", tags: named("erp-data")},
	{name: "reports-data", kind: types.VolumeTypeGp2, size: 500, instance: "reports", tags: named("reports")},
	{name: "old-shop", kind: types.VolumeTypeGp2, size: 800, tags: named("old shop, copy")},
	{name: "web-cache", kind: types.VolumeTypeGp3, size: 100, secret: true, tags: production("storefront", "harbourline-prod-web-cache").with("Tier", "web")},
}

var stagingVolumes = []volume{
	{name: "staging-data", kind: types.VolumeTypeGp2, size: 100, instance: "staging-app", tags: owned("staging", "storefront", "staging-data").with("Tier", "app")},
	{name: "staging-spare", kind: types.VolumeTypeStandard, size: 50},
}

func (s *shop) storage(ctx context.Context) error {
	for _, place := range []struct {
		at      *site
		volumes []volume
	}{{s.production, productionVolumes}, {s.staging, stagingVolumes}} {
		for _, v := range place.volumes {
			if err := place.at.volume(ctx, v); err != nil {
				return fmt.Errorf("volume %s: %w", v.name, err)
			}
		}
	}
	// Production was switched to encryption by default after all this was made.
	if _, err := ec2.NewFromConfig(s.production.Config).EnableEbsEncryptionByDefault(ctx, &ec2.EnableEbsEncryptionByDefaultInput{}); err != nil {
		return err
	}
	return s.snapshots(ctx)
}

func (at *site) volume(ctx context.Context, v volume) error {
	client := ec2.NewFromConfig(at.Config)
	input := &ec2.CreateVolumeInput{
		AvailabilityZone: new(at.Region + "a"), VolumeType: v.kind, Size: new(v.size), Encrypted: new(v.secret),
		TagSpecifications: tagged(types.ResourceTypeVolume, v.tags),
	}
	if v.iops != 0 {
		input.Iops = new(v.iops)
	}
	if v.key != "" {
		input.KmsKeyId = at.key(v.key)
	}
	made, err := client.CreateVolume(ctx, input)
	if err != nil {
		return err
	}
	at.volumes[v.name] = aws.ToString(made.VolumeId)
	if v.instance == "" {
		return nil
	}
	_, err = client.AttachVolume(ctx, &ec2.AttachVolumeInput{VolumeId: made.VolumeId, InstanceId: new(at.instances[v.instance]), Device: new("/dev/sdf")})
	return err
}

// snapshots are the backups that somebody made by hand, two of them shared.
func (s *shop) snapshots(ctx context.Context) error {
	for _, snapshot := range []struct {
		at          *site
		volume      string
		description string
		tags        tags
		groups      []string
		accounts    []string
	}{
		{at: s.production, volume: "search-index", description: "Before the upgrade of the search", tags: production("storefront", "search-index")},
		{at: s.production, volume: "erp-data", description: "ERP data for Tidewater", accounts: []string{tidewater}},
		{at: s.production, volume: "old-shop", description: "old shop, for the agency", groups: []string{"all"}},
		{at: s.staging, volume: "staging-data", description: "staging"},
	} {
		client := ec2.NewFromConfig(snapshot.at.Config)
		made, err := client.CreateSnapshot(ctx, &ec2.CreateSnapshotInput{
			VolumeId: new(snapshot.at.volumes[snapshot.volume]), Description: new(snapshot.description),
			TagSpecifications: tagged(types.ResourceTypeSnapshot, snapshot.tags),
		})
		if err != nil {
			return fmt.Errorf("snapshot of %s: %w", snapshot.volume, err)
		}
		if snapshot.groups == nil && snapshot.accounts == nil {
			continue
		}
		if _, err := client.ModifySnapshotAttribute(ctx, &ec2.ModifySnapshotAttributeInput{
			SnapshotId: made.SnapshotId, Attribute: types.SnapshotAttributeNameCreateVolumePermission, OperationType: types.OperationTypeAdd,
			GroupNames: snapshot.groups, UserIds: snapshot.accounts,
		}); err != nil {
			return fmt.Errorf("snapshot of %s: %w", snapshot.volume, err)
		}
	}
	return nil
}
