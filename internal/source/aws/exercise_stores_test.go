package aws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	searchtypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	"github.com/aws/aws-sdk-go-v2/service/redshift"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// TestExerciseStores judges caches, search domains and warehouses. Each limit
// is judged where it is reached, and again where it is passed.
func TestExerciseStores(t *testing.T) {
	moto := awstest.Moto(t)
	ctx, config := t.Context(), moto.Config("us-east-1")
	private, _ := networkFor(t, moto)
	vpc := made[*ec2.DescribeSubnetsOutput](t)(ec2.NewFromConfig(config).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{private}})).Subnets[0].VpcId
	group := made[*ec2.CreateSecurityGroupOutput](t)(ec2.NewFromConfig(config).CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: new("stores"), Description: new("Stores"), VpcId: vpc,
	})).GroupId

	caches := elasticache.NewFromConfig(config)
	cache := func(name, engine string, nodes int32) {
		t.Helper()
		made[*elasticache.CreateCacheClusterOutput](t)(caches.CreateCacheCluster(ctx, &elasticache.CreateCacheClusterInput{
			CacheClusterId: &name, Engine: &engine, CacheNodeType: new("cache.t4g.small"), NumCacheNodes: &nodes, Port: new(int32(6390)),
		}))
	}
	cache("pages", "memcached", 3)
	judge(t, moto, "EC-010", want{awstest.Account: pass})
	cache("sessions", "redis", 1)
	judge(t, moto, "EC-010", want{awstest.Account: fail})
	judge(t, moto, "EC-012", want{"pages": unknown, "sessions": unknown}) // moto gives no endpoint

	domains := opensearch.NewFromConfig(config)
	domain := func(name, access string, change func(*opensearch.CreateDomainInput)) {
		t.Helper()
		input := &opensearch.CreateDomainInput{
			DomainName: &name, EngineVersion: new("OpenSearch_2.11"),
			AccessPolicies: new(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"es:ESHttp*","Resource":"*",` + access + `}]}`),
			EBSOptions:     &searchtypes.EBSOptions{EBSEnabled: new(true), VolumeSize: new(int32(10))},
		}
		change(input)
		made[*opensearch.CreateDomainOutput](t)(domains.CreateDomain(ctx, input))
	}
	from := func(addresses string) string {
		return `"Principal":{"AWS":"*"},"Condition":{"IpAddress":{"aws:SourceIp":[` + addresses + `]}}`
	}
	domain("logs", from(`"203.0.113.0/25","203.0.113.200"`), func(d *opensearch.CreateDomainInput) {
		d.ClusterConfig = &searchtypes.ClusterConfig{
			InstanceType: "m7g.large.search", InstanceCount: new(int32(2)),
			DedicatedMasterEnabled: new(true), DedicatedMasterType: "m7g.large.search", DedicatedMasterCount: new(int32(3)),
		}
	})
	judge(t, moto, "ES-008", want{awstest.Account: pass})
	domain("office", from(`"203.0.113.0/24","198.51.100.7"`), func(*opensearch.CreateDomainInput) {})
	judge(t, moto, "ES-008", want{awstest.Account: fail})
	domain("inside", `"Principal":{"AWS":"*"}`, func(d *opensearch.CreateDomainInput) {
		d.VPCOptions = &searchtypes.VPCOptions{SubnetIds: []string{private}, SecurityGroupIds: []string{*group}}
	})
	judge(t, moto, "ES-006", want{"logs": pass, "office": fail, "inside": unchecked})
	judge(t, moto, "ES-010", want{"logs": fail, "inside": pass})

	warehouses := redshift.NewFromConfig(config)
	warehouse := func(name string, nodes int32, change func(*redshift.CreateClusterInput)) {
		t.Helper()
		input := &redshift.CreateClusterInput{
			ClusterIdentifier: &name, NodeType: new("ra3.xlplus"), NumberOfNodes: &nodes, ClusterType: new("multi-node"),
			MasterUsername: new("owner"), MasterUserPassword: new("Correct1Horse"),
		}
		change(input)
		made[*redshift.CreateClusterOutput](t)(warehouses.CreateCluster(ctx, input))
	}
	made[*redshift.CreateClusterSubnetGroupOutput](t)(warehouses.CreateClusterSubnetGroup(ctx, &redshift.CreateClusterSubnetGroupInput{
		ClusterSubnetGroupName: new("private"), Description: new("Private"), SubnetIds: []string{private},
	}))
	made[*redshift.CreateClusterParameterGroupOutput](t)(warehouses.CreateClusterParameterGroup(ctx, &redshift.CreateClusterParameterGroupInput{
		ParameterGroupName: new("quiet"), ParameterGroupFamily: new("redshift-1.0"), Description: new("As it comes"),
	}))
	warehouse("sales", 2, func(c *redshift.CreateClusterInput) { c.ClusterSubnetGroupName = new("private") })
	warehouse("guarded", 2, func(c *redshift.CreateClusterInput) { c.VpcSecurityGroupIds = []string{*group} })
	judge(t, moto, "RS-021", want{awstest.Account: pass})
	warehouse("classic", 2, func(*redshift.CreateClusterInput) {})
	judge(t, moto, "RS-021", want{awstest.Account: fail})
	judge(t, moto, "RS-004", want{"sales": pass, "guarded": pass, "classic": fail})
	judge(t, moto, "RS-023", want{"quiet": fail})
	judge(t, moto, "RS-024", want{"sales": fail})
}
