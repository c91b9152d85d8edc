package aws

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// What instances are launched from and paid with: launch templates, images of
// the account's own, key pairs, reserved instances.
var ec2LaunchCollectors = []collector{
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::LaunchTemplate",
			gives: "DefaultVersionNumber LatestVersionNumber LaunchTemplateId LaunchTemplateName " +
				"CreatedBy", // of the overlay
		}},
		calls: "ec2:DescribeLaunchTemplates",
		read:  readLaunchTemplates,
		parts: []part{{
			gives: "LaunchTemplateData VersionDescription",
			calls: "ec2:DescribeLaunchTemplateVersions",
			read:  readLaunchTemplateData,
		}},
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::Image",
			gives: "Architecture BlockDeviceMappings BootMode CreationDate DeprecationTime DeregistrationProtection Description " +
				"EnaSupport Hypervisor ImageAllowed ImageId ImageLocation ImageOwnerAlias ImageType ImdsSupport LastLaunchedTime " +
				"Name OwnerId Platform PlatformDetails ProductCodes Public RootDeviceName RootDeviceType SourceImageId " +
				"SourceImageRegion SourceInstanceId State TpmSupport UsageOperation VirtualizationType",
		}},
		calls: "ec2:DescribeImages",
		read:  readImages,
	},
	{
		service: "ec2",
		types: []emits{{
			typ:   "AWS::EC2::KeyPair",
			gives: "KeyFingerprint KeyName KeyPairId KeyType PublicKeyMaterial",
		}},
		calls: "ec2:DescribeKeyPairs",
		read:  readKeyPairs,
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::ReservedInstance",
			gives: "AvailabilityZone CurrencyCode Duration End FixedPrice InstanceCount InstanceTenancy InstanceType OfferingClass " +
				"OfferingType ProductDescription RecurringCharges ReservedInstancesId Scope Start State UsagePrice",
		}},
		calls: "ec2:DescribeReservedInstances",
		read:  readReservedInstances,
	},
}

func readLaunchTemplates(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeLaunchTemplatesPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeLaunchTemplatesInput{MaxResults: ptr(int32(200))})
	return each(ctx, pages, func(page *ec2.DescribeLaunchTemplatesOutput) {
		for _, t := range page.LaunchTemplates {
			s.add(found{
				id: *t.LaunchTemplateId, arn: s.arn("ec2", "launch-template/"+*t.LaunchTemplateId), name: deref(t.LaunchTemplateName),
				created: t.CreateTime, tags: ec2Tags(t.Tags), from: t,
			})
		}
	})
}

// readLaunchTemplateData asks for the default versions of all launch templates
// at once: the default version is what an instance gets that asks for none.
func readLaunchTemplateData(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	versions, err := once(s.session, "ec2:DescribeLaunchTemplateVersions "+s.region, func() (map[string]types.LaunchTemplateVersion, error) {
		versions := map[string]types.LaunchTemplateVersion{}
		pages := ec2.NewDescribeLaunchTemplateVersionsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeLaunchTemplateVersionsInput{
			Versions: []string{"$Default"}, MaxResults: ptr(int32(200)),
		})
		err := each(ctx, pages, func(page *ec2.DescribeLaunchTemplateVersionsOutput) {
			for _, v := range page.LaunchTemplateVersions {
				versions[deref(v.LaunchTemplateId)] = v
			}
		})
		return versions, err
	})
	if err != nil {
		return nil, err
	}
	version, ok := versions[r.ID]
	if !ok {
		return nil, errGone
	}
	data := object(version.LaunchTemplateData)
	if text := data["UserData"]; text != nil && !s.options.Secrets {
		data["UserData"] = redact(text)
	}
	return props{"LaunchTemplateData": data, "VersionDescription": version.VersionDescription}, nil
}

func readImages(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeImagesPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeImagesInput{
		Owners: []string{"self"}, IncludeDeprecated: ptr(true), IncludeDisabled: ptr(true), MaxResults: ptr(int32(1000)),
	})
	return each(ctx, pages, func(page *ec2.DescribeImagesOutput) {
		for _, i := range page.Images {
			tags := ec2Tags(i.Tags)
			var created *time.Time
			if at, err := time.Parse(time.RFC3339, deref(i.CreationDate)); err == nil {
				created = &at
			}
			s.add(found{
				// The ARN of an image names no account.
				id: *i.ImageId, arn: "arn:" + s.partition + ":ec2:" + s.region + "::image/" + *i.ImageId,
				name: cmp.Or(deref(i.Name), tags["Name"]), created: created, tags: tags, from: i,
			})
		}
	})
}

func readKeyPairs(ctx context.Context, s *scope) error {
	out, err := ec2.NewFromConfig(s.cfg).DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{IncludePublicKey: ptr(true)})
	if err != nil {
		return err
	}
	for _, k := range out.KeyPairs {
		s.add(found{
			id: *k.KeyName, arn: s.arn("ec2", "key-pair/"+*k.KeyName), name: *k.KeyName,
			created: k.CreateTime, tags: ec2Tags(k.Tags), from: k, set: props{"PublicKeyMaterial": k.PublicKey},
		})
	}
	return nil
}

// readReservedInstances leaves out those that have ended: EC2 lists them for
// good.
func readReservedInstances(ctx context.Context, s *scope) error {
	out, err := ec2.NewFromConfig(s.cfg).DescribeReservedInstances(ctx, &ec2.DescribeReservedInstancesInput{
		Filters: ec2Filter("state", "active", "payment-pending", "payment-failed"),
	})
	if err != nil {
		return err
	}
	for _, i := range out.ReservedInstances {
		tags := ec2Tags(i.Tags)
		s.add(found{
			id: *i.ReservedInstancesId, arn: s.arn("ec2", "reserved-instances/"+*i.ReservedInstancesId), name: tags["Name"],
			created: i.Start, tags: tags, from: i,
			set: props{"FixedPrice": price(i.FixedPrice), "UsagePrice": price(i.UsagePrice)},
		})
	}
	return nil
}

// price is the number that AWS wrote, which a float32 would tell with digits
// of its own when made longer.
func price(p *float32) any {
	if p == nil {
		return nil
	}
	f, err := strconv.ParseFloat(strconv.FormatFloat(float64(*p), 'g', -1, 32), 64)
	return answer(f, err)
}
