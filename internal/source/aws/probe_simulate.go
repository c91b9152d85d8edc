package aws

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// simulateCalls is what a simulation takes. It is not part of the policy that a
// scan needs: a role that has more, such as SecurityAudit, may do it.
const simulateCalls = "iam:SimulatePrincipalPolicy"

// simulateBatch is how many actions one call simulates: as many results as IAM
// gives on a page.
const simulateBatch = 100

// simulate asks AWS which actions the policies of an identity allow. An error
// says that nothing was found out; what could not be simulated later on is
// left untried.
func (p *probe) simulate(ctx context.Context, source string) error {
	s := p.session()
	client := iam.NewFromConfig(s.at(s.home()))
	ctx = permit(ctx, simulateCalls)
	missing := map[string]bool{}
	began := false
	for region, actions := range p.places() {
		for batch := range slices.Chunk(actions, simulateBatch) {
			err := p.simulateSome(ctx, client, source, region, batch, missing)
			if err != nil && !began {
				return err
			}
			began = true
			if err != nil {
				for _, action := range batch {
					p.untried[action] = "its simulation failed: " + p.text(err)
				}
			}
		}
	}
	p.access.Method = Simulated
	p.note("AWS simulated the policies; a simulation does not know every policy that a call meets, " +
		"such as those of resources and of VPC endpoints, and knows one region for regional services.")
	if len(missing) > 0 {
		p.note("The policies have conditions on %s, which the simulation was told nothing of.", strings.Join(sortedKeys(missing), ", "))
	}
	return nil
}

// simulateSome simulates some actions. An action that IAM does not know spoils
// the others' simulation, so they are halved until it stands alone.
func (p *probe) simulateSome(ctx context.Context, client *iam.Client, source, region string, actions []string, missing map[string]bool) error {
	key := "aws:RequestedRegion"
	pages := iam.NewSimulatePrincipalPolicyPaginator(client, &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: &source, ActionNames: actions, MaxItems: ptr(int32(1000)),
		ContextEntries: []types.ContextEntry{{ContextKeyName: &key, ContextKeyType: types.ContextKeyTypeEnumString, ContextKeyValues: []string{region}}},
	})
	err := each(ctx, pages, func(page *iam.SimulatePrincipalPolicyOutput) {
		for _, r := range page.EvaluationResults {
			for _, name := range r.MissingContextValues {
				missing[name] = true
			}
			p.decided(region, actions, r)
		}
	})
	if !is(err, "InvalidInput", "InvalidInputException", "ValidationError") {
		return err
	}
	if len(actions) == 1 {
		p.untried[actions[0]] = "IAM does not simulate it: " + p.text(err)
		return nil
	}
	half := len(actions) / 2
	if err := p.simulateSome(ctx, client, source, region, actions[:half], missing); err != nil {
		return err
	}
	return p.simulateSome(ctx, client, source, region, actions[half:], missing)
}

// decided records what AWS decided on one action; names are those that were
// asked, for IAM may spell them otherwise.
func (p *probe) decided(region string, names []string, r types.EvaluationResult) {
	i := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, deref(r.EvalActionName)) })
	if i < 0 {
		return
	}
	action := names[i]
	switch {
	case r.EvalDecision == types.PolicyEvaluationDecisionTypeAllowed:
		p.allowed[action] = true
	case r.OrganizationsDecisionDetail != nil && !r.OrganizationsDecisionDetail.AllowedByOrganizations:
		p.deny(action, region, BySCP, "a service control policy of the organisation does not allow it")
	case r.PermissionsBoundaryDecisionDetail != nil && !r.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary:
		p.deny(action, region, ByBoundary, "the permissions boundary of the role does not allow it")
	case r.EvalDecision == types.PolicyEvaluationDecisionTypeExplicitDeny:
		p.deny(action, region, ByIdentityPolicy, "a policy of the role denies it"+sources(r.MatchedStatements))
	case r.EvalDecision == types.PolicyEvaluationDecisionTypeImplicitDeny:
		p.deny(action, region, ByMissing, "no policy of the role allows it for all resources")
	default:
		p.untried[action] = "the answer of the simulation is not understood"
	}
}

// sources names the policies that statements are of.
func sources(statements []types.Statement) string {
	var list []string
	for _, s := range statements {
		if id := deref(s.SourcePolicyId); id != "" {
			list = with(list, id)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return ": " + shorten(strings.Join(list, ", "))
}
