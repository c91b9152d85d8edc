package aws

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestEC2Dump(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	run, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: ptr("ami-12c6146b"), InstanceType: "t3.micro", MinCount: ptr(int32(1)), MaxCount: ptr(int32(1)), KeyName: ptr("k"),
		UserData: ptr("IyEvYmluL3NoCg=="), DisableApiTermination: ptr(true),
		MetadataOptions: &types.InstanceMetadataOptionsRequest{HttpTokens: "required", HttpEndpoint: "enabled"},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := run.Instances[0].InstanceId
	_, err = client.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{*id}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.CreateLaunchTemplate(t.Context(), &ec2.CreateLaunchTemplateInput{LaunchTemplateName: ptr("lt"), LaunchTemplateData: &types.RequestLaunchTemplateData{ImageId: ptr("ami-1"), UserData: ptr("IyEvYmluL3NoCg==")}})
	if err != nil {
		t.Fatal(err)
	}
	inv, stats := collectedIn(t, moto, []string{"us-east-1"}, "AWS::EC2::Instance", "AWS::EC2::SecurityGroup", "AWS::EC2::Volume", "AWS::EC2::Snapshot", "AWS::EC2::Image", "AWS::EC2::KeyPair", "AWS::EC2::EIP", "AWS::EC2::NetworkInterface", "AWS::EC2::LaunchTemplate", "AWS::EC2::ReservedInstance", "AWS::EC2::RegionSettings")
	b, _ := json.MarshalIndent(inv, "", " ")
	t.Log(string(b))
	b, _ = json.MarshalIndent(stats, "", " ")
	t.Log(string(b))
}
