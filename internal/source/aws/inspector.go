package aws

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/inspector2"
	"github.com/aws/aws-sdk-go-v2/service/inspector2/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Amazon Inspector: what it scans in a region, and of which severities it has
// findings that are neither closed nor suppressed.
var inspectorCollectors = []collector{{
	service: "inspector2",
	types:   []emits{{typ: "AWS::InspectorV2::AccountStatus", gives: "ResourceState State", tagged: "-"}},
	calls:   "inspector2:BatchGetAccountStatus",
	read:    readInspectorStatus,
	parts:   []part{{gives: "ActiveSeverities", calls: "inspector2:ListFindings", read: readActiveSeverities}},
}}

func readInspectorStatus(ctx context.Context, s *scope) error {
	out, err := inspector2.NewFromConfig(s.cfg).BatchGetAccountStatus(ctx, &inspector2.BatchGetAccountStatusInput{AccountIds: []string{s.id}})
	if err != nil {
		return err
	}
	for _, account := range out.Accounts {
		if deref(account.AccountId) == s.id {
			s.add(found{id: s.region, name: s.region, from: account})
			return nil
		}
	}
	why := ""
	if len(out.FailedAccounts) > 0 {
		why = fmt.Sprintf(": %s: %s", out.FailedAccounts[0].ErrorCode, deref(out.FailedAccounts[0].ErrorMessage))
	}
	return fmt.Errorf("the account's status is not told by Amazon Inspector in %s%s", s.region, why)
}

// readActiveSeverities looks at a page of the active findings and, where there
// are more, asks for one of each severity that the page has none of: an account
// may have a hundred thousand. An administrator is told those of its members as
// well, which do not count.
func readActiveSeverities(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if state, _ := r.Properties["State"].(map[string]any); state["Status"] == string(types.StatusDisabled) {
		return nil, nil // its findings went with it
	}
	client := inspector2.NewFromConfig(s.cfg)
	equal := func(value string) []types.StringFilter {
		return []types.StringFilter{{Comparison: types.StringComparisonEquals, Value: &value}}
	}
	criteria := types.FilterCriteria{AwsAccountId: equal(s.id), FindingStatus: equal(string(types.FindingStatusActive))}

	first, err := client.ListFindings(ctx, &inspector2.ListFindingsInput{FilterCriteria: &criteria, MaxResults: ptr(int32(100))})
	if err != nil {
		return nil, err
	}
	seen := map[types.Severity]bool{}
	for _, finding := range first.Findings {
		seen[finding.Severity] = true
	}
	severities := []any{}
	for _, severity := range slices.Sorted(slices.Values(types.Severity("").Values())) {
		if !seen[severity] && first.NextToken != nil {
			criteria.Severity = equal(string(severity))
			pages := inspector2.NewListFindingsPaginator(client, &inspector2.ListFindingsInput{FilterCriteria: &criteria, MaxResults: ptr(int32(1))})
			for !seen[severity] && pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					return nil, err
				}
				seen[severity] = len(page.Findings) > 0
			}
		}
		if seen[severity] {
			severities = append(severities, string(severity))
		}
	}
	return props{"ActiveSeverities": severities}, nil
}
