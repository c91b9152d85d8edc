package aws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestExerciseEFS(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	client, keys := efs.NewFromConfig(moto.Config("us-east-1")), kms.NewFromConfig(moto.Config("us-east-1"))
	own := made[*kms.CreateKeyOutput](t)(keys.CreateKey(ctx, &kms.CreateKeyInput{})).KeyMetadata.Arn
	managed := made[*kms.DescribeKeyOutput](t)(keys.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: new("alias/aws/elasticfilesystem")})).KeyMetadata.Arn
	for name, input := range map[string]*efs.CreateFileSystemInput{
		"clear":  {Encrypted: new(false)},
		"of-aws": {Encrypted: new(true), KmsKeyId: managed},
		"own":    {Encrypted: new(true), KmsKeyId: own},
	} {
		input.CreationToken, input.Tags = &name, []types.Tag{{Key: new("Name"), Value: &name}}
		made[*efs.CreateFileSystemOutput](t)(client.CreateFileSystem(ctx, input))
	}
	judge(t, moto, "EFS-001", want{"clear": fail, "of-aws": pass, "own": pass})
	judge(t, moto, "EFS-002", want{"clear": unchecked, "of-aws": fail, "own": pass})
}
