package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// GuardDuty: the detector of a region, of which there is one at most.
var guardDutyCollectors = []collector{{
	service: "guardduty",
	types:   []emits{{typ: "AWS::GuardDuty::Detector", tagged: "-"}}, // the first part gives its tags
	calls:   "guardduty:ListDetectors",
	read:    readDetectors,
	parts: []part{
		{
			gives: "DataSources Enable Features FindingPublishingFrequency CreatedAt ServiceRole UpdatedAt",
			calls: "guardduty:GetDetector",
			read:  readDetector,
		},
		{gives: "GroupedBySeverity", calls: "guardduty:GetFindingsStatistics", read: readFindingStatistics},
	},
}}

func readDetectors(ctx context.Context, s *scope) error {
	pages := guardduty.NewListDetectorsPaginator(guardduty.NewFromConfig(s.cfg), &guardduty.ListDetectorsInput{MaxResults: ptr(int32(50))})
	return each(ctx, pages, func(page *guardduty.ListDetectorsOutput) {
		for _, id := range page.DetectorIds {
			s.add(found{id: id, arn: s.arn("guardduty", "detector/"+id)})
		}
	})
}

func readDetector(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := guardduty.NewFromConfig(s.cfg).GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: &r.ID})
	if err != nil {
		return nil, err
	}
	r.Tags = out.Tags
	if r.Tags == nil {
		r.Tags = map[string]string{}
	}
	return props{
		"CreatedAt": out.CreatedAt,
		//lint:ignore SA1019 CloudFormation's DataSources are these
		"DataSources":                detectorSources(out.DataSources),
		"Enable":                     out.Status == types.DetectorStatusEnabled,
		"Features":                   detectorFeatures(out.Features),
		"FindingPublishingFrequency": out.FindingPublishingFrequency,
		"ServiceRole":                out.ServiceRole,
		"UpdatedAt":                  out.UpdatedAt,
	}, nil
}

// detectorSources are the sources that can be turned on and off, as
// CloudFormation has them.
func detectorSources(d *types.DataSourceConfigurationsResult) map[string]any {
	if d == nil {
		return nil
	}
	enabled := func(status types.DataSourceStatus) map[string]any {
		return map[string]any{"Enable": status == types.DataSourceStatusEnabled}
	}
	sources := map[string]any{}
	if d.S3Logs != nil {
		sources["S3Logs"] = enabled(d.S3Logs.Status)
	}
	if d.Kubernetes != nil && d.Kubernetes.AuditLogs != nil {
		sources["Kubernetes"] = map[string]any{"AuditLogs": enabled(d.Kubernetes.AuditLogs.Status)}
	}
	if m := d.MalwareProtection; m != nil && m.ScanEc2InstanceWithFindings != nil && m.ScanEc2InstanceWithFindings.EbsVolumes != nil {
		sources["MalwareProtection"] = map[string]any{"ScanEc2InstanceWithFindings": map[string]any{
			"EbsVolumes": m.ScanEc2InstanceWithFindings.EbsVolumes.Status == types.DataSourceStatusEnabled,
		}}
	}
	return sources
}

func detectorFeatures(list []types.DetectorFeatureConfigurationResult) []any {
	var out []any
	for _, f := range list {
		feature := object(f)
		delete(feature, "UpdatedAt")
		inList(feature["AdditionalConfiguration"], func(more map[string]any) { delete(more, "UpdatedAt") })
		out = append(out, feature)
	}
	return out
}

// readFindingStatistics counts the findings on the account itself: an
// administrator's detector has those of its members as well.
func readFindingStatistics(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := guardduty.NewFromConfig(s.cfg).GetFindingsStatistics(ctx, &guardduty.GetFindingsStatisticsInput{
		DetectorId: &r.ID, GroupBy: types.GroupByTypeSeverity, MaxResults: ptr(int32(100)),
		FindingCriteria: &types.FindingCriteria{Criterion: map[string]types.Condition{
			"accountId":        {Equals: []string{s.id}},
			"service.archived": {Equals: []string{"false"}},
		}},
	})
	if err != nil {
		return nil, err
	}
	return props{"GroupedBySeverity": deref(out.FindingStatistics).GroupedBySeverity}, nil
}
