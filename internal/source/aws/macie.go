package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/macie2"
	"github.com/aws/aws-sdk-go-v2/service/macie2/types"
	"github.com/aws/smithy-go"

	"github.com/surety-cloud/surety/internal/cloud"
)

const (
	macieSessionType = "AWS::Macie::Session"
	macieStatusType  = "AWS::Macie::AccountStatus"
)

// Amazon Macie: whether a region has it on, and the session where it is.
var macieCollectors = []collector{{
	service: "macie2",
	types: []emits{
		{typ: macieSessionType, gives: "CreatedAt FindingPublishingFrequency ServiceRole Status UpdatedAt", tagged: "-"},
		{typ: macieStatusType, gives: "Status", tagged: "-"},
	},
	calls: "macie2:GetMacieSession",
	read:  readMacieSession,
	parts: []part{
		{gives: "AutomatedDiscoveryStatus", calls: "macie2:GetAutomatedDiscoveryConfiguration", read: readAutomatedDiscovery},
		{gives: "ClassificationExportConfiguration", calls: "macie2:GetClassificationExportConfiguration", read: readClassificationExport},
		{gives: "ClassificationJobs", calls: "macie2:ListClassificationJobs", read: readClassificationJobs},
		{gives: "FindingsByBucket", calls: "macie2:GetFindingStatistics", read: readFindingsByBucket},
	},
}}

func readMacieSession(ctx context.Context, s *scope) error {
	out, err := macie2.NewFromConfig(s.cfg).GetMacieSession(ctx, &macie2.GetMacieSessionInput{})
	if macieIsOff(err) {
		s.add(found{typ: macieStatusType, id: s.region, name: s.region, set: props{"Status": "DISABLED"}})
		return nil
	}
	if err != nil {
		return err
	}
	s.add(found{typ: macieStatusType, id: s.region, name: s.region, set: props{"Status": out.Status}})
	s.add(found{typ: macieSessionType, id: s.id, created: out.CreatedAt, from: out})
	return nil
}

// macieIsOff tells whether Macie says by an error that it is not enabled. Every
// call is denied then, and only the message tells it from a missing permission.
func macieIsOff(err error) bool {
	if is(err, "ResourceNotFoundException") {
		return true // there is no session
	}
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "AccessDeniedException" &&
		strings.Contains(strings.ToLower(api.ErrorMessage()), "macie is not enabled")
}

func readAutomatedDiscovery(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	out, err := macie2.NewFromConfig(s.cfg).GetAutomatedDiscoveryConfiguration(ctx, &macie2.GetAutomatedDiscoveryConfigurationInput{})
	if err != nil {
		return nil, err
	}
	return props{"AutomatedDiscoveryStatus": out.Status}, nil
}

func readClassificationExport(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	out, err := macie2.NewFromConfig(s.cfg).GetClassificationExportConfiguration(ctx, &macie2.GetClassificationExportConfigurationInput{})
	if err != nil {
		return nil, err
	}
	if out.Configuration == nil || out.Configuration.S3Destination == nil {
		return nil, nil
	}
	return props{"ClassificationExportConfiguration": out.Configuration}, nil
}

func readClassificationJobs(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	jobs := []any{}
	pages := macie2.NewListClassificationJobsPaginator(macie2.NewFromConfig(s.cfg), &macie2.ListClassificationJobsInput{})
	err := each(ctx, pages, func(page *macie2.ListClassificationJobsOutput) {
		for _, job := range page.Items {
			summary := object(job) // without what it looks at
			for _, name := range []string{"BucketCriteria", "BucketDefinitions", "LastRunErrorStatus", "UserPausedDetails"} {
				delete(summary, name)
			}
			jobs = append(jobs, summary)
		}
	})
	if err != nil {
		return nil, err
	}
	return props{"ClassificationJobs": jobs}, nil
}

// readFindingsByBucket counts the findings on the account's own buckets: an
// administrator's session has those of its members as well. One call tells how
// many there are of each severity, and one for each severity whose they are.
func readFindingsByBucket(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	client := macie2.NewFromConfig(s.cfg)
	count := func(by types.GroupBy, severity ...string) ([]types.GroupCount, error) {
		criterion := map[string]types.CriterionAdditionalProperties{
			"accountId": {Eq: []string{s.id}},
			"archived":  {Eq: []string{"false"}},
		}
		if len(severity) > 0 {
			criterion["severity.description"] = types.CriterionAdditionalProperties{Eq: severity}
		}
		out, err := client.GetFindingStatistics(ctx, &macie2.GetFindingStatisticsInput{
			GroupBy: by, FindingCriteria: &types.FindingCriteria{Criterion: criterion},
		})
		if err != nil {
			return nil, err
		}
		return out.CountsByGroup, nil
	}
	severities, err := count(types.GroupBySeverityDescription)
	if err != nil {
		return nil, err
	}
	findings := []any{}
	for _, severity := range severities {
		all := deref(severity.Count)
		if all == 0 {
			continue
		}
		buckets, err := count(types.GroupByResourcesAffectedS3BucketName, deref(severity.GroupKey))
		if err != nil {
			return nil, err
		}
		for _, bucket := range buckets {
			all -= deref(bucket.Count)
			findings = append(findings, map[string]any{
				"BucketName": bucket.GroupKey, "Severity": severity.GroupKey, "Count": bucket.Count,
			})
		}
		// The answer has one page, and AWS does not say how long it may be.
		if all > 0 {
			findings = append(findings, &cloud.Unresolved{Reason: fmt.Sprintf(
				"Macie does not tell the buckets of %d further findings of severity %s", all, deref(severity.GroupKey))})
		}
	}
	return props{"FindingsByBucket": findings}, nil
}
