package aws

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// IAM Access Analyzer: the analyzers of each region, and how many findings
// they have that nobody has dealt with.
var accessAnalyzerCollectors = []collector{
	{
		service: "accessanalyzer",
		types: []emits{{
			typ:   "AWS::AccessAnalyzer::Analyzer",
			gives: "AnalyzerConfiguration AnalyzerName Arn CreatedAt LastResourceAnalyzed LastResourceAnalyzedAt ManagedBy Status StatusReason Type",
		}},
		calls: "access-analyzer:ListAnalyzers",
		read:  readAnalyzers,
		parts: []part{
			{gives: "ArchiveRules", calls: "access-analyzer:ListArchiveRules", read: readArchiveRules},
			{gives: "ActiveFindings", calls: "access-analyzer:ListFindings", read: readActiveFindings},
		},
	},
}

const analyzerPage = 100

func readAnalyzers(ctx context.Context, s *scope) error {
	pages := accessanalyzer.NewListAnalyzersPaginator(accessanalyzer.NewFromConfig(s.cfg),
		&accessanalyzer.ListAnalyzersInput{MaxResults: ptr(int32(analyzerPage))})
	return each(ctx, pages, func(page *accessanalyzer.ListAnalyzersOutput) {
		for _, a := range page.Analyzers {
			tags := a.Tags
			if tags == nil {
				tags = map[string]string{}
			}
			var reason any
			if a.StatusReason != nil {
				reason = string(a.StatusReason.Code)
			}
			s.add(found{
				id: deref(a.Arn), arn: deref(a.Arn), name: deref(a.Name), created: a.CreatedAt, tags: tags, from: a,
				set: props{"AnalyzerName": a.Name, "AnalyzerConfiguration": analyzerConfiguration(a.Configuration), "StatusReason": reason},
			})
		}
	})
}

// analyzerConfiguration is the configuration under CloudFormation's names: the
// API has one of two structures in place of an object with either.
func analyzerConfiguration(c types.AnalyzerConfiguration) any {
	switch c := c.(type) {
	case *types.AnalyzerConfigurationMemberUnusedAccess:
		unused := object(c.Value)
		if rule := c.Value.AnalysisRule; rule != nil {
			var exclusions []any
			for _, e := range rule.Exclusions {
				var tags []any // each exclusion has alternatives, each a set of tags
				for _, set := range e.ResourceTags {
					var list []any
					for _, key := range slices.Sorted(maps.Keys(set)) {
						list = append(list, map[string]any{"Key": key, "Value": set[key]})
					}
					tags = append(tags, list)
				}
				exclusions = append(exclusions, trim(map[string]any{"AccountIds": plain(e.AccountIds), "ResourceTags": plain(tags)}))
			}
			unused["AnalysisRule"] = map[string]any{"Exclusions": exclusions}
		}
		return map[string]any{"UnusedAccessConfiguration": unused}
	case *types.AnalyzerConfigurationMemberInternalAccess:
		return map[string]any{"InternalAccessConfiguration": rename(object(c.Value), "AnalysisRule", "InternalAccessAnalysisRule")}
	}
	return nil
}

func readArchiveRules(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	var rules []any
	pages := accessanalyzer.NewListArchiveRulesPaginator(accessanalyzer.NewFromConfig(s.cfg),
		&accessanalyzer.ListArchiveRulesInput{AnalyzerName: &r.Name, MaxResults: ptr(int32(analyzerPage))})
	err := each(ctx, pages, func(page *accessanalyzer.ListArchiveRulesOutput) {
		for _, rule := range page.ArchiveRules {
			var filter []any
			for _, property := range slices.Sorted(maps.Keys(rule.Filter)) {
				criterion := object(rule.Filter[property])
				criterion["Property"] = property
				filter = append(filter, criterion)
			}
			rules = append(rules, map[string]any{"RuleName": deref(rule.RuleName), "Filter": filter})
		}
	})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"ArchiveRules": rules}, nil
}

// readActiveFindings counts the findings that are neither archived nor
// resolved.
func readActiveFindings(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	count := 0
	pages := accessanalyzer.NewListFindingsV2Paginator(accessanalyzer.NewFromConfig(s.cfg), &accessanalyzer.ListFindingsV2Input{
		AnalyzerArn: &r.ARN, MaxResults: ptr(int32(analyzerPage)),
		Filter: map[string]types.Criterion{"status": {Eq: []string{string(types.FindingStatusActive)}}},
	})
	err := each(ctx, pages, func(page *accessanalyzer.ListFindingsV2Output) { count += len(page.Findings) })
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"ActiveFindings": count}, nil
}
