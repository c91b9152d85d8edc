package large_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/surety-cloud/surety/internal/source/aws/awstest/large"
)

// config points the SDK's clients at a server without sockets.
func config(s *large.Server, region string) aws.Config {
	return aws.Config{
		Region:     region,
		HTTPClient: s.Client(),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	}
}

// quick is a server without latency and limits.
func quick() *large.Server { return large.New(large.Options{Latency: -1, Unlimited: true}) }

func TestAllInstances(t *testing.T) {
	ctx := context.Background()
	s := quick()
	regions, err := ec2.NewFromConfig(config(s, "us-east-1")).DescribeRegions(ctx, &ec2.DescribeRegionsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(regions.Regions) != 17 {
		t.Errorf("%d regions, want 17", len(regions.Regions))
	}
	seen := map[string]bool{}
	for _, r := range regions.Regions {
		client := ec2.NewFromConfig(config(s, *r.RegionName))
		pages := ec2.NewDescribeInstancesPaginator(client, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(1000)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, reservation := range page.Reservations {
				for _, i := range reservation.Instances {
					seen[*i.InstanceId] = true
				}
			}
		}
	}
	if len(seen) != 12906 {
		t.Errorf("%d instances, want 12906", len(seen))
	}
}
