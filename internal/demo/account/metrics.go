package account

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// A load is what AWS measured of a resource: the same every day.
type load struct {
	namespace string
	dimension string
	id        string
	values    map[string]float64
}

// measurements let the demo tell busy resources from idle ones. A real account
// measures itself; this server takes what it is told.
func (s *shop) measurements(ctx context.Context) error {
	at := s.production
	loads := []load{
		{"AWS/EC2", "InstanceId", at.instances["search"], map[string]float64{"CPUUtilization": 61, "NetworkIn": 4.1e8, "NetworkOut": 6.3e8}},
		{"AWS/EC2", "InstanceId", at.instances["bastion"], map[string]float64{"CPUUtilization": 3, "NetworkIn": 5.2e6, "NetworkOut": 4.4e6}},
		{"AWS/EC2", "InstanceId", at.instances["erp"], map[string]float64{"CPUUtilization": 96, "NetworkIn": 8.8e8, "NetworkOut": 2.2e8}},
		{"AWS/EC2", "InstanceId", at.instances["reports"], map[string]float64{"CPUUtilization": 0.7, "NetworkIn": 2.1e4, "NetworkOut": 1.3e4}},
		{"AWS/EBS", "VolumeId", at.volumes["search-index"], map[string]float64{"VolumeReadOps": 41000, "VolumeWriteOps": 29000}},
		{"AWS/EBS", "VolumeId", at.volumes["reports-data"], map[string]float64{"VolumeReadOps": 0, "VolumeWriteOps": 0}},
		{"AWS/RDS", "DBInstanceIdentifier", "harbourline-orders", map[string]float64{"CPUUtilization": 48, "DatabaseConnections": 85, "FreeStorageSpace": 9.1e10}},
		{"AWS/RDS", "DBInstanceIdentifier", "harbourline-catalogue", map[string]float64{"CPUUtilization": 97, "DatabaseConnections": 140, "FreeStorageSpace": 8.0e9}},
		{"AWS/RDS", "DBInstanceIdentifier", "finance-reports", map[string]float64{"CPUUtilization": 1, "DatabaseConnections": 0, "FreeStorageSpace": 4.7e11}},
		{"AWS/Redshift", "ClusterIdentifier", "harbourline-warehouse", map[string]float64{"CPUUtilization": 44, "PercentageDiskSpaceUsed": 52}},
		{"AWS/Redshift", "ClusterIdentifier", "old-warehouse", map[string]float64{"CPUUtilization": 0.4, "PercentageDiskSpaceUsed": 93}},
	}
	client := watcher(at)
	for _, l := range loads {
		var data []types.MetricDatum
		for day := range 7 {
			when := s.now.Truncate(time.Hour).AddDate(0, 0, -day)
			data = append(data, as(names(l.values), func(name, _ *string) types.MetricDatum {
				return types.MetricDatum{MetricName: name, Dimensions: dimensions(l.dimension, l.id), Timestamp: aws.Time(when), Value: new(l.values[*name])}
			})...)
		}
		if _, err := client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: new(l.namespace), MetricData: data}); err != nil {
			return fmt.Errorf("%s %s: %w", l.namespace, l.id, err)
		}
	}
	return nil
}

// names are the keys of values, as tags without values: so that they come in
// order.
func names(values map[string]float64) tags {
	t := tags{}
	for name := range values {
		t[name] = ""
	}
	return t
}
