package aws

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestLaunchTemplates(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	made, err := client.CreateLaunchTemplate(t.Context(), &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: ptr("shop"),
		LaunchTemplateData: &types.RequestLaunchTemplateData{ImageId: ptr("ami-1")},
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeLaunchTemplate, Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := made.LaunchTemplate.LaunchTemplateId
	version := func(data *types.RequestLaunchTemplateData) {
		t.Helper()
		if _, err := client.CreateLaunchTemplateVersion(t.Context(), &ec2.CreateLaunchTemplateVersionInput{
			LaunchTemplateId: id, LaunchTemplateData: data, VersionDescription: ptr("with a disk"),
		}); err != nil {
			t.Fatal(err)
		}
	}
	version(&types.RequestLaunchTemplateData{
		ImageId: ptr("ami-2"), InstanceType: types.InstanceTypeM7gLarge,
		BlockDeviceMappings: []types.LaunchTemplateBlockDeviceMappingRequest{{
			DeviceName: ptr("/dev/xvda"), Ebs: &types.LaunchTemplateEbsBlockDeviceRequest{Encrypted: ptr(true), VolumeSize: ptr(int32(20))},
		}},
		IamInstanceProfile: &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Name: ptr("shop")},
		MetadataOptions:    &types.LaunchTemplateInstanceMetadataOptionsRequest{HttpTokens: "required"},
		Monitoring:         &types.LaunchTemplatesMonitoringRequest{Enabled: ptr(true)},
		NetworkInterfaces: []types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest{{
			AssociatePublicIpAddress: ptr(false), DeviceIndex: ptr(int32(0)), Groups: []string{"sg-0a"},
		}},
		// "password=correct-horse-battery"
		UserData: ptr("cGFzc3dvcmQ9Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5"),
	})
	version(&types.RequestLaunchTemplateData{ImageId: ptr("ami-3")})
	if _, err := client.ModifyLaunchTemplate(t.Context(), &ec2.ModifyLaunchTemplateInput{LaunchTemplateId: id, DefaultVersion: ptr("2")}); err != nil {
		t.Fatal(err)
	}

	r := one(t, collected(t, moto, "AWS::EC2::LaunchTemplate"), "AWS::EC2::LaunchTemplate", "shop")
	want := &cloud.Resource{
		Type: "AWS::EC2::LaunchTemplate", ID: *id, ARN: "arn:aws:ec2:us-east-1:123456789012:launch-template/" + *id, Name: "shop",
		Account: awstest.Account, World: awstest.Account, Region: "us-east-1", Created: r.Created, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"CreatedBy": r.Properties["CreatedBy"], "DefaultVersionNumber": "2", "LatestVersionNumber": "3",
			"LaunchTemplateData": map[string]any{
				"BlockDeviceMappings": []any{map[string]any{"DeviceName": "/dev/xvda", "Ebs": map[string]any{"Encrypted": true, "VolumeSize": int64(20)}}},
				"IamInstanceProfile":  map[string]any{"Name": "shop"}, "ImageId": "ami-2", "InstanceType": "m7g.large",
				"MetadataOptions":   map[string]any{"HttpTokens": "required"},
				"Monitoring":        map[string]any{"Enabled": true},
				"NetworkInterfaces": []any{map[string]any{"AssociatePublicIpAddress": false, "DeviceIndex": int64(0), "Groups": []any{"sg-0a"}}},
				"UserData":          "[redacted: password]",
			},
			"LaunchTemplateId": *id, "LaunchTemplateName": "shop", "VersionDescription": "with a disk",
		},
	}
	if diff := cmp.Diff(want, r); diff != "" || r.Created.IsZero() {
		t.Errorf("launch template (-want +got):\n%s", diff)
	}

	inv, _ := Read(t.Context(), Options{
		Accounts: []Account{{Config: moto.Config("us-east-1")}}, Regions: []string{"us-east-1"},
		Needs: map[string]map[string]bool{"AWS::EC2::LaunchTemplate": {"LaunchTemplateData": true}}, Secrets: true,
	})
	if data := inv.Resources[0].Properties["LaunchTemplateData"].(map[string]any); data["UserData"] != "cGFzc3dvcmQ9Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5" {
		t.Errorf("asked to keep secrets: %v", data)
	}
}

func TestImages(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	run, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: ptr("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeT3Micro, MinCount: ptr(int32(1)), MaxCount: ptr(int32(1)),
	})
	if err != nil {
		t.Fatal(err)
	}
	create := func(name string) string {
		t.Helper()
		made, err := client.CreateImage(t.Context(), &ec2.CreateImageInput{
			InstanceId: run.Instances[0].InstanceId, Name: &name, Description: ptr("golden"),
			TagSpecifications: []types.TagSpecification{{
				ResourceType: types.ResourceTypeImage, Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return *made.ImageId
	}
	own, shared := create("shop-2026-11"), create("shop-2026-10")
	if _, err := client.ModifyImageAttribute(t.Context(), &ec2.ModifyImageAttributeInput{
		ImageId: &shared, LaunchPermission: &types.LaunchPermissionModifications{Add: []types.LaunchPermission{{Group: types.PermissionGroupAll}}},
	}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::EC2::Image")
	r := one(t, got, "AWS::EC2::Image", "shop-2026-11")
	if r.ID != own || r.ARN != "arn:aws:ec2:us-east-1::image/"+own || r.Created.IsZero() || r.Tags["Team"] != "shop" {
		t.Errorf("image = %+v", r)
	}
	want := map[string]any{
		"Description": "golden", "ImageId": own, "Name": "shop-2026-11", "OwnerId": awstest.Account, "Public": false,
		"SourceInstanceId": *run.Instances[0].InstanceId, "State": "available",
	}
	if diff := cmp.Diff(want, some(r, "Description", "ImageId", "Name", "OwnerId", "Public", "SourceInstanceId", "State")); diff != "" {
		t.Errorf("image (-want +got):\n%s", diff)
	}
	device := r.Properties["BlockDeviceMappings"].([]any)[0].(map[string]any)["Ebs"].(map[string]any)
	if device["SnapshotId"] == nil {
		t.Errorf("BlockDeviceMappings[0].Ebs = %v", device)
	}
	if got := one(t, got, "AWS::EC2::Image", shared).Properties["Public"]; got != true {
		t.Errorf("Public of a shared image = %v", got)
	}
}

// TestImageAnswer reads an image with all that moto leaves out.
//
// Written after the Amazon EC2 API Reference, DescribeImages.
func TestImageAnswer(t *testing.T) {
	server := answering(t, map[string]answers{"DescribeImages": {{when: "IncludeDisabled=true", body: `<DescribeImagesResponse><imagesSet><item>
		<imageId>ami-0a</imageId><imageLocation>123456789012/shop</imageLocation><imageState>disabled</imageState>
		<imageOwnerId>123456789012</imageOwnerId><creationDate>2026-01-02T03:04:05.000Z</creationDate><isPublic>false</isPublic>
		<architecture>arm64</architecture><imageType>machine</imageType><name>shop</name><rootDeviceType>ebs</rootDeviceType>
		<rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping>
			<item><deviceName>/dev/xvda</deviceName><ebs><snapshotId>snap-0a</snapshotId><volumeSize>8</volumeSize>
				<deleteOnTermination>true</deleteOnTermination><volumeType>gp3</volumeType><iops>3000</iops><encrypted>true</encrypted></ebs></item>
			<item><deviceName>/dev/sdb</deviceName><virtualName>ephemeral0</virtualName></item></blockDeviceMapping>
		<virtualizationType>hvm</virtualizationType><hypervisor>xen</hypervisor><enaSupport>true</enaSupport><bootMode>uefi</bootMode>
		<platformDetails>Linux/UNIX</platformDetails><usageOperation>RunInstances</usageOperation>
		<deprecationTime>2028-01-02T03:04:05.000Z</deprecationTime><imdsSupport>v2.0</imdsSupport>
		<sourceInstanceId>i-0a</sourceInstanceId><deregistrationProtection>disabled</deregistrationProtection>
		<lastLaunchedTime>2026-02-02T00:00:00Z</lastLaunchedTime><imageAllowed>true</imageAllowed>
		<sourceImageId>ami-0b</sourceImageId><sourceImageRegion>eu-west-1</sourceImageRegion>
	</item></imagesSet></DescribeImagesResponse>`}}})
	inv, _ := server.collected(t, "AWS::EC2::Image")
	want := []*cloud.Resource{{
		Type: "AWS::EC2::Image", ID: "ami-0a", ARN: "arn:aws:ec2:us-east-1::image/ami-0a", Name: "shop",
		Account: "123456789012", World: "123456789012", Region: "us-east-1", Tags: map[string]string{},
		Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Properties: map[string]any{
			"Architecture": "arm64", "BootMode": "uefi", "CreationDate": "2026-01-02T03:04:05.000Z", "DeprecationTime": "2028-01-02T03:04:05.000Z",
			"BlockDeviceMappings": []any{
				map[string]any{"DeviceName": "/dev/xvda", "Ebs": map[string]any{
					"DeleteOnTermination": true, "Encrypted": true, "Iops": int64(3000), "SnapshotId": "snap-0a", "VolumeSize": int64(8), "VolumeType": "gp3",
				}},
				map[string]any{"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"},
			},
			"DeregistrationProtection": "disabled", "EnaSupport": true, "Hypervisor": "xen", "ImageAllowed": true, "ImageId": "ami-0a",
			"ImageLocation": "123456789012/shop", "ImageType": "machine", "ImdsSupport": "v2.0", "LastLaunchedTime": "2026-02-02T00:00:00Z",
			"Name": "shop", "OwnerId": "123456789012", "PlatformDetails": "Linux/UNIX", "Public": false, "RootDeviceName": "/dev/xvda",
			"RootDeviceType": "ebs", "SourceImageId": "ami-0b", "SourceImageRegion": "eu-west-1", "SourceInstanceId": "i-0a", "State": "disabled",
			"UsageOperation": "RunInstances", "VirtualizationType": "hvm",
		},
	}}
	if diff := cmp.Diff(want, inv.Resources); diff != "" {
		t.Errorf("image (-want +got):\n%s", diff)
	}
}

func TestKeyPairs(t *testing.T) {
	moto := awstest.Moto(t)
	made, err := ec2.NewFromConfig(moto.Config("us-east-1")).CreateKeyPair(t.Context(), &ec2.CreateKeyPairInput{
		KeyName: ptr("admin"), KeyType: types.KeyTypeEd25519,
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeKeyPair, Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := one(t, collected(t, moto, "AWS::EC2::KeyPair"), "AWS::EC2::KeyPair", "admin")
	want := &cloud.Resource{
		Type: "AWS::EC2::KeyPair", ID: "admin", ARN: "arn:aws:ec2:us-east-1:123456789012:key-pair/admin", Name: "admin",
		Account: awstest.Account, World: awstest.Account, Region: "us-east-1", Created: r.Created, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"KeyFingerprint": *made.KeyFingerprint, "KeyName": "admin", "KeyPairId": *made.KeyPairId, "KeyType": "ed25519",
			"PublicKeyMaterial": r.Properties["PublicKeyMaterial"],
			"Tags":              []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("key pair (-want +got):\n%s", diff)
	}
}

// TestReservedInstances: moto does not have them.
//
// Written after the Amazon EC2 API Reference, DescribeReservedInstances.
func TestReservedInstances(t *testing.T) {
	server := answering(t, map[string]answers{"DescribeReservedInstances": {{
		when: "Filter.1.Name=state&Filter.1.Value.1=active&Filter.1.Value.2=payment-pending&Filter.1.Value.3=payment-failed",
		body: `<DescribeReservedInstancesResponse><reservedInstancesSet><item>
			<reservedInstancesId>e5a2ff3b-7d14-494f-90af-0b5d0EXAMPLE</reservedInstancesId><instanceType>m7g.large</instanceType>
			<start>2025-12-01T00:00:00.000Z</start><end>2026-12-01T00:00:00.000Z</end><duration>31536000</duration>
			<fixedPrice>61.0</fixedPrice><usagePrice>0.034</usagePrice><instanceCount>3</instanceCount>
			<productDescription>Linux/UNIX</productDescription><state>active</state><instanceTenancy>default</instanceTenancy>
			<currencyCode>USD</currencyCode><offeringClass>standard</offeringClass><offeringType>Partial Upfront</offeringType>
			<recurringCharges><item><frequency>Hourly</frequency><amount>0.0124</amount></item></recurringCharges>
			<scope>Region</scope><tagSet/>
		</item></reservedInstancesSet></DescribeReservedInstancesResponse>`,
	}}})
	inv, _ := server.collected(t, "AWS::EC2::ReservedInstance")
	want := []*cloud.Resource{{
		Type: "AWS::EC2::ReservedInstance", ID: "e5a2ff3b-7d14-494f-90af-0b5d0EXAMPLE",
		ARN:     "arn:aws:ec2:us-east-1:123456789012:reserved-instances/e5a2ff3b-7d14-494f-90af-0b5d0EXAMPLE",
		Account: "123456789012", World: "123456789012", Region: "us-east-1", Tags: map[string]string{},
		Created: time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC),
		Properties: map[string]any{
			"CurrencyCode": "USD", "Duration": int64(31536000), "End": "2026-12-01T00:00:00Z", "FixedPrice": 61.0,
			"InstanceCount": int64(3), "InstanceTenancy": "default", "InstanceType": "m7g.large", "OfferingClass": "standard",
			"OfferingType": "Partial Upfront", "ProductDescription": "Linux/UNIX",
			"RecurringCharges":    []any{map[string]any{"Amount": 0.0124, "Frequency": "Hourly"}},
			"ReservedInstancesId": "e5a2ff3b-7d14-494f-90af-0b5d0EXAMPLE", "Scope": "Region", "Start": "2025-12-01T00:00:00Z",
			"State": "active", "UsagePrice": 0.034,
		},
	}}
	if diff := cmp.Diff(want, inv.Resources); diff != "" {
		t.Errorf("reserved instances (-want +got):\n%s", diff)
	}
}
