package aws

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Answers after the Service Quotas API reference; moto has the quotas of VPC
// only.
func TestOnDemandQuotas(t *testing.T) {
	server := answering(t, map[string]answers{
		"ServiceQuotasV20190624.ListServiceQuotas": {
			{when: `"NextToken":"two"`, body: `{"Quotas":[
				{"ServiceCode":"ec2","QuotaArn":"arn:aws:servicequotas:us-east-1:123456789012:ec2/L-43DA4232","QuotaCode":"L-43DA4232",
				 "QuotaName":"Running On-Demand High Memory instances","Value":0.0,"Unit":"None","Adjustable":true},
				{"ServiceCode":"ec2","QuotaCode":"L-34B43A08","QuotaName":"All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests","Value":64.0}]}`},
			{when: `"ServiceCode":"ec2"`, body: `{"NextToken":"two","Quotas":[
				{"ServiceCode":"ec2","QuotaCode":"L-5480EFD2","QuotaName":"Running Dedicated inf1 Hosts","Value":2.0},
				{"ServiceCode":"ec2","ServiceName":"Amazon Elastic Compute Cloud (Amazon EC2)",
				 "QuotaArn":"arn:aws:servicequotas:us-east-1:123456789012:ec2/L-1216C47A","QuotaCode":"L-1216C47A",
				 "QuotaName":"Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances","Value":32.0,"Unit":"None","Adjustable":true,"GlobalQuota":false,
				 "UsageMetric":{"MetricNamespace":"AWS/Usage","MetricName":"ResourceCount","MetricStatisticRecommendation":"Maximum",
				  "MetricDimensions":{"Class":"Standard/OnDemand","Resource":"vCPU","Service":"EC2","Type":"Resource"}}}]}`},
		},
	})
	inv, stats := server.collected(t, "AWS::EC2::OnDemandQuota")
	if len(inv.Unread)+len(stats.Failures) > 0 {
		t.Errorf("unread %v, failures %v", inv.Unread, stats.Failures)
	}
	got := map[string]map[string]any{}
	for _, r := range inv.Resources {
		got[r.ARN] = r.Properties
	}
	want := map[string]map[string]any{
		"arn:aws:servicequotas:us-east-1:123456789012:ec2/L-1216C47A": {
			"QuotaCode": "L-1216C47A", "QuotaName": "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
			"UsageClass": "Standard/OnDemand", "Value": 32.0,
		},
		"arn:aws:servicequotas:us-east-1:123456789012:ec2/L-43DA4232": {
			"QuotaCode": "L-43DA4232", "QuotaName": "Running On-Demand High Memory instances", "Value": 0.0,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("quotas (-want +got):\n%s", diff)
	}
}
