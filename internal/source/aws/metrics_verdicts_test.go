package aws_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbv2types "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	opensearchtypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// TestVerdictsOnMetrics judges an account of moto's by the rules that go by
// CloudWatch's figures. It looks from three weeks ahead, when what is made here
// is no longer new, or from today, when it is.
func TestVerdictsOnMetrics(t *testing.T) {
	moto := awstest.Moto(t)
	config := moto.Config("us-east-1")
	today := time.Now()
	later := today.AddDate(0, 0, 21)
	midnight := later.UTC().Truncate(24 * time.Hour)
	watch := cloudwatch.NewFromConfig(config, func(o *cloudwatch.Options) {
		o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801)
	})
	measure := func(namespace, metric string, value float64, days int, dimensions ...string) {
		t.Helper()
		var list []cwtypes.Dimension
		for i := 0; i < len(dimensions); i += 2 {
			list = append(list, cwtypes.Dimension{Name: &dimensions[i], Value: &dimensions[i+1]})
		}
		var data []cwtypes.MetricDatum
		for day := range days {
			at := midnight.AddDate(0, 0, -day-1)
			data = append(data, cwtypes.MetricDatum{MetricName: &metric, Dimensions: list, Timestamp: &at, Value: &value})
		}
		// One of the hour before, for what looks at the latest.
		at := later.UTC().Truncate(time.Hour).Add(-30 * time.Minute)
		data = append(data, cwtypes.MetricDatum{MetricName: &metric, Dimensions: list, Timestamp: &at, Value: &value})
		mustEC2(t, errorOf(watch.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: &namespace, MetricData: data})))
	}
	text := func(s string) *string { return &s }
	number := func(n int32) *int32 { return &n }

	machines := ec2.NewFromConfig(config)
	instances := map[string]string{}
	for name, cpu := range map[string]float64{"idle": 0.5, "quiet": 20, "full": 97} {
		key := "Name"
		made, err := machines.RunInstances(t.Context(), &ec2.RunInstancesInput{
			ImageId: text("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeT3Micro, MinCount: number(1), MaxCount: number(1),
			TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{{Key: &key, Value: &name}}}},
		})
		mustEC2(t, err)
		id := *made.Instances[0].InstanceId
		instances[name] = id
		measure("AWS/EC2", "CPUUtilization", cpu, 7, "InstanceId", id)
		measure("AWS/EC2", "NetworkIn", cpu*1e5, 7, "InstanceId", id)
		measure("AWS/EC2", "NetworkOut", cpu*1e5, 7, "InstanceId", id)
	}
	measure("CWAgent", "mem_used_percent", 30, 7, "InstanceId", instances["quiet"])
	subnets, err := machines.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
	mustEC2(t, err)
	zone := subnets.Subnets[0].AvailabilityZone
	for name, ops := range map[string]float64{"read": 50, "untouched": 0} {
		key := "Name"
		made, err := machines.CreateVolume(t.Context(), &ec2.CreateVolumeInput{
			AvailabilityZone: zone, Size: number(8),
			TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeVolume, Tags: []types.Tag{{Key: &key, Value: &name}}}},
		})
		mustEC2(t, err)
		device := "/dev/sd" + string(name[0])
		instance := instances["idle"]
		mustEC2(t, errorOf(machines.AttachVolume(t.Context(), &ec2.AttachVolumeInput{Device: &device, InstanceId: &instance, VolumeId: made.VolumeId})))
		if ops > 0 {
			measure("AWS/EBS", "VolumeReadOps", ops, 7, "VolumeId", *made.VolumeId)
		}
	}

	classic := elb.NewFromConfig(config)
	for name, requests := range map[string]float64{"classic-busy": 400, "classic-idle": 0} {
		mustEC2(t, errorOf(classic.CreateLoadBalancer(t.Context(), &elb.CreateLoadBalancerInput{
			LoadBalancerName: &name, AvailabilityZones: []string{*zone},
			Listeners: []elbtypes.Listener{{Protocol: text("HTTP"), LoadBalancerPort: 80, InstancePort: number(80)}},
		})))
		if requests > 0 {
			measure("AWS/ELB", "RequestCount", requests, 7, "LoadBalancerName", name)
		}
	}
	balancers := elbv2.NewFromConfig(config)
	for name, kind := range map[string]elbv2types.LoadBalancerTypeEnum{
		"alb-busy": elbv2types.LoadBalancerTypeEnumApplication, "alb-idle": elbv2types.LoadBalancerTypeEnumApplication,
		"nlb-busy": elbv2types.LoadBalancerTypeEnumNetwork, "nlb-idle": elbv2types.LoadBalancerTypeEnumNetwork,
	} {
		made, err := balancers.CreateLoadBalancer(t.Context(), &elbv2.CreateLoadBalancerInput{
			Name: &name, Type: kind, Subnets: []string{*subnets.Subnets[0].SubnetId, *subnets.Subnets[1].SubnetId},
		})
		mustEC2(t, err)
		_, dimension, _ := strings.Cut(*made.LoadBalancers[0].LoadBalancerArn, ":loadbalancer/")
		switch name {
		case "alb-busy":
			measure("AWS/ApplicationELB", "RequestCount", 20, 7, "LoadBalancer", dimension)
		case "nlb-busy":
			measure("AWS/NetworkELB", "NewFlowCount", 20, 7, "LoadBalancer", dimension)
		}
	}

	databases := rds.NewFromConfig(config)
	for name, load := range map[string]float64{"db-idle": 0, "db-busy": 97, "db-young": 0} {
		mustEC2(t, errorOf(databases.CreateDBInstance(t.Context(), &rds.CreateDBInstanceInput{
			DBInstanceIdentifier: &name, DBInstanceClass: text("db.m7g.large"), Engine: text("postgres"), AllocatedStorage: number(100),
			MasterUsername: text("owner"), MasterUserPassword: text("correct-horse"),
		})))
		days := 7
		if name == "db-young" {
			days = 3
		}
		for _, metric := range []string{"CPUUtilization", "DatabaseConnections", "ReadIOPS", "WriteIOPS"} {
			measure("AWS/RDS", metric, load, days, "DBInstanceIdentifier", name)
		}
		measure("AWS/RDS", "FreeStorageSpace", (100-load)*(1<<30), 1, "DBInstanceIdentifier", name)
	}
	warehouses := redshift.NewFromConfig(config)
	for name, load := range map[string]float64{"rs-idle": 0, "rs-busy": 95} {
		mustEC2(t, errorOf(warehouses.CreateCluster(t.Context(), &redshift.CreateClusterInput{
			ClusterIdentifier: &name, NodeType: text("ra3.xlplus"), MasterUsername: text("owner"), MasterUserPassword: text("Correct-Horse1"),
		})))
		for _, metric := range []string{"CPUUtilization", "DatabaseConnections", "ReadIOPS", "WriteIOPS", "PercentageDiskSpaceUsed"} {
			measure("AWS/Redshift", metric, load, 7, "ClusterIdentifier", name)
		}
	}
	caches := elasticache.NewFromConfig(config)
	for name, load := range map[string]float64{"cache-idle": 0.3, "cache-busy": 12} {
		mustEC2(t, errorOf(caches.CreateCacheCluster(t.Context(), &elasticache.CreateCacheClusterInput{
			CacheClusterId: &name, Engine: text("redis"), CacheNodeType: text("cache.t4g.small"), NumCacheNodes: number(1),
		})))
		measure("AWS/ElastiCache", "CPUUtilization", load, 7, "CacheClusterId", name, "CacheNodeId", "0001")
	}
	domains := opensearch.NewFromConfig(config)
	for name, load := range map[string]float64{"os-idle": 0.4, "os-busy": 30} {
		enabled := true
		mustEC2(t, errorOf(domains.CreateDomain(t.Context(), &opensearch.CreateDomainInput{
			DomainName: &name, EngineVersion: text("OpenSearch_2.11"),
			EBSOptions: &opensearchtypes.EBSOptions{EBSEnabled: &enabled, VolumeSize: number(10)},
		})))
		measure("AWS/ES", "CPUUtilization", load, 7, "DomainName", name, "ClientId", awstest.Account)
		measure("AWS/ES", "FreeStorageSpace", load*100, 1, "DomainName", name, "ClientId", awstest.Account)
		yellow := 0.0
		if name == "os-idle" {
			yellow = 1
		}
		measure("AWS/ES", "ClusterStatus.yellow", yellow, 1, "DomainName", name, "ClientId", awstest.Account)
		measure("AWS/ES", "ClusterStatus.red", 0, 1, "DomainName", name, "ClientId", awstest.Account)
	}

	library, err := rule.NewLibrary(rules.Files, "rules/")
	mustEC2(t, err)
	const pass, fail, unknown = "pass", "fail", "unknown"
	for _, test := range []struct {
		rule string
		day  time.Time
		want map[string]string // by name or id; without a check: ""
	}{
		{"EC2-047", later, map[string]string{"idle": fail, "quiet": pass, "full": pass}},
		{"EC2-047", today, map[string]string{"idle": "", "quiet": "", "full": ""}}, // no figures yet
		{"EC2-055", later, map[string]string{"idle": "", "quiet": fail, "full": ""}},
		{"EC2-073", later, map[string]string{"idle": pass, "quiet": pass, "full": fail}},
		{"EBS-008", later, map[string]string{"read": pass, "untouched": fail}},
		{"EBS-008", today, map[string]string{"read": "", "untouched": ""}},
		{"ELB-012", later, map[string]string{"classic-busy": pass, "classic-idle": fail}},
		{"ELB-012", today, map[string]string{"classic-busy": "", "classic-idle": ""}},
		{"ELBv2-213", later, map[string]string{"alb-busy": pass, "alb-idle": fail, "nlb-busy": pass, "nlb-idle": fail}},
		{"ELBv2-213", today, map[string]string{"alb-busy": "", "alb-idle": "", "nlb-busy": "", "nlb-idle": ""}},
		{"RDS-013", later, map[string]string{"db-idle": fail, "db-busy": pass, "db-young": ""}},
		{"RDS-019", later, map[string]string{"db-idle": fail, "db-busy": pass, "db-young": ""}},
		{"RDS-022", later, map[string]string{"db-idle": pass, "db-busy": fail}},
		{"RDS-022", today, map[string]string{"db-idle": unknown, "db-busy": unknown}},
		{"RDS-038", later, map[string]string{"db-idle": pass, "db-busy": fail, "db-young": ""}},
		{"RS-009", later, map[string]string{"rs-idle": fail, "rs-busy": pass}},
		{"RS-015", later, map[string]string{"rs-idle": fail, "rs-busy": pass}},
		{"RS-020", later, map[string]string{"rs-idle": pass, "rs-busy": fail}},
		{"EC-015", later, map[string]string{"cache-idle": fail, "cache-busy": pass}},
		{"ES-014", later, map[string]string{"os-idle": fail, "os-busy": pass}},
		{"ES-021", later, map[string]string{"os-idle": fail, "os-busy": pass}},
		{"ES-022", later, map[string]string{"os-idle": fail, "os-busy": pass}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			wantVerdicts(t, library, test.rule, config, test.day, test.want)
		})
	}
}
