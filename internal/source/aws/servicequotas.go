package aws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
)

// Service Quotas: those of EC2 on running On-Demand Instances, one for each
// group of instance families. How much of one is used CloudWatch tells: only
// AWS knows what it counts, such as a Capacity Reservation in which nothing
// runs.
var serviceQuotasCollectors = []collector{{
	service: "service-quotas",
	types:   []emits{{typ: "AWS::EC2::OnDemandQuota", gives: "QuotaCode QuotaName UsageClass Value", tagged: "-"}},
	calls:   "servicequotas:ListServiceQuotas",
	read:    readOnDemandQuotas,
}}

func readOnDemandQuotas(ctx context.Context, s *scope) error {
	pages := servicequotas.NewListServiceQuotasPaginator(servicequotas.NewFromConfig(s.cfg), &servicequotas.ListServiceQuotasInput{
		ServiceCode: ptr("ec2"), MaxResults: ptr(int32(100)),
	})
	return each(ctx, pages, func(page *servicequotas.ListServiceQuotasOutput) {
		for i := range page.Quotas {
			q := &page.Quotas[i]
			name := deref(q.QuotaName)
			if !strings.HasPrefix(name, "Running On-Demand ") || !strings.HasSuffix(name, " instances") {
				continue // of Spot, Dedicated Hosts, addresses, …
			}
			var class any
			if m := q.UsageMetric; m != nil && m.MetricDimensions["Resource"] == "vCPU" {
				class = m.MetricDimensions["Class"]
			}
			s.add(found{
				id: deref(q.QuotaCode), arn: deref(q.QuotaArn), name: name, from: q,
				set: props{"UsageClass": class},
			})
		}
	})
}
