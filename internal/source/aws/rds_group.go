package aws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

var rdsGroupCollectors = []collector{
	{
		service: "rds",
		types: []emits{
			{typ: "AWS::RDS::DBParameterGroup", gives: "DBParameterGroupName Description Family", tagged: "rds:pg"},
			{typ: "AWS::Neptune::DBParameterGroup", gives: "Description Family Name", tagged: "rds:pg"},
		},
		calls: "rds:DescribeDBParameterGroups",
		read:  readDBParameterGroups,
		parts: []part{
			{typ: "AWS::RDS::DBParameterGroup", gives: "Parameters", calls: "rds:DescribeDBParameters", read: readDBParameters},
			{typ: "AWS::Neptune::DBParameterGroup", gives: "Parameters", calls: "rds:DescribeDBParameters", read: readDBParameters},
		},
	},
	{
		service: "rds",
		types: []emits{
			{typ: "AWS::RDS::DBClusterParameterGroup", gives: "DBClusterParameterGroupName Description Family", tagged: "rds:cluster-pg"},
			{typ: "AWS::Neptune::DBClusterParameterGroup", gives: "Description Family Name", tagged: "rds:cluster-pg"},
			{typ: "AWS::DocDB::DBClusterParameterGroup", gives: "Description Family Name", tagged: "rds:cluster-pg"},
		},
		calls: "rds:DescribeDBClusterParameterGroups",
		read:  readDBClusterParameterGroups,
		parts: []part{
			{typ: "AWS::RDS::DBClusterParameterGroup", gives: "Parameters", calls: "rds:DescribeDBClusterParameters", read: readDBClusterParameters},
			{typ: "AWS::Neptune::DBClusterParameterGroup", gives: "Parameters", calls: "rds:DescribeDBClusterParameters", read: readDBClusterParameters},
			{typ: "AWS::DocDB::DBClusterParameterGroup", gives: "Parameters", calls: "rds:DescribeDBClusterParameters", read: readDBClusterParameters},
		},
	},
	{
		service: "rds",
		types: []emits{{
			typ:   "AWS::RDS::OptionGroup",
			gives: "EngineName MajorEngineVersion OptionConfigurations OptionGroupDescription OptionGroupName", tagged: "rds:og",
		}},
		calls: "rds:DescribeOptionGroups",
		read:  readOptionGroups,
	},
	{
		service: "rds",
		types: []emits{{
			typ: "AWS::RDS::DBSubnetGroup", gives: "DBSubnetGroupDescription DBSubnetGroupName SubnetIds VpcId", tagged: "rds:subgrp",
		}},
		calls: "rds:DescribeDBSubnetGroups",
		read:  readDBSubnetGroups,
	},
	{
		service: "rds",
		types: []emits{{
			typ: "AWS::RDS::DBSecurityGroup", gives: "DBSecurityGroupIngress EC2VpcId GroupDescription", tagged: "rds:secgrp",
		}},
		calls: "rds:DescribeDBSecurityGroups",
		read:  readDBSecurityGroups,
	},
}

func readDBParameterGroups(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeDBParameterGroupsPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeDBParameterGroupsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeDBParameterGroupsOutput) {
		for _, g := range page.DBParameterGroups {
			name := deref(g.DBParameterGroupName)
			f := found{id: name, arn: deref(g.DBParameterGroupArn), name: name, from: g}
			switch family := deref(g.DBParameterGroupFamily); {
			case strings.HasPrefix(family, "docdb"):
				continue // the groups of its clusters are the ones that count
			case strings.HasPrefix(family, "neptune"):
				f.typ, f.set = "AWS::Neptune::DBParameterGroup", props{"Family": family, "Name": name}
			default:
				f.typ, f.set = "AWS::RDS::DBParameterGroup", props{"Family": family}
			}
			s.add(f)
		}
	})
}

func readDBClusterParameterGroups(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeDBClusterParameterGroupsPaginator(rds.NewFromConfig(s.cfg),
		&rds.DescribeDBClusterParameterGroupsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeDBClusterParameterGroupsOutput) {
		for _, g := range page.DBClusterParameterGroups {
			name := deref(g.DBClusterParameterGroupName)
			f := found{id: name, arn: deref(g.DBClusterParameterGroupArn), name: name, from: g}
			switch family := deref(g.DBParameterGroupFamily); {
			case strings.HasPrefix(family, "docdb"):
				f.typ, f.set = "AWS::DocDB::DBClusterParameterGroup", props{"Family": family, "Name": name}
			case strings.HasPrefix(family, "neptune"):
				f.typ, f.set = "AWS::Neptune::DBClusterParameterGroup", props{"Family": family, "Name": name}
			default:
				f.typ, f.set = "AWS::RDS::DBClusterParameterGroup", props{"Family": family}
			}
			s.add(f)
		}
	})
}

// readDBParameters reads the parameters that somebody has set. A group that
// AWS made cannot be changed, so that nothing is set in it.
func readDBParameters(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if strings.HasPrefix(r.ID, "default.") {
		return props{"Parameters": nil}, nil
	}
	set := map[string]any{}
	pages := rds.NewDescribeDBParametersPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeDBParametersInput{
		DBParameterGroupName: &r.ID, Source: ptr("user"), MaxRecords: ptr(int32(maxRecords)),
	})
	err := each(ctx, pages, func(page *rds.DescribeDBParametersOutput) { addParameters(set, page.Parameters) })
	return parametersOf(set, err)
}

func readDBClusterParameters(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if strings.HasPrefix(r.ID, "default.") {
		return props{"Parameters": nil}, nil
	}
	set := map[string]any{}
	pages := rds.NewDescribeDBClusterParametersPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeDBClusterParametersInput{
		DBClusterParameterGroupName: &r.ID, Source: ptr("user"), MaxRecords: ptr(int32(maxRecords)),
	})
	err := each(ctx, pages, func(page *rds.DescribeDBClusterParametersOutput) { addParameters(set, page.Parameters) })
	return parametersOf(set, err)
}

func addParameters(set map[string]any, list []types.Parameter) {
	for _, p := range list {
		if p.ParameterValue != nil {
			set[deref(p.ParameterName)] = *p.ParameterValue
		}
	}
}

func parametersOf(set map[string]any, err error) (props, error) {
	if is(err, "DBParameterGroupNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"Parameters": set}, nil
}

func readOptionGroups(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeOptionGroupsPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeOptionGroupsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeOptionGroupsOutput) {
		for _, g := range page.OptionGroupsList {
			name := deref(g.OptionGroupName)
			s.add(found{
				id: name, arn: deref(g.OptionGroupArn), name: name, from: g,
				set: props{"OptionConfigurations": pick(g.Options, optionConfiguration)},
			})
		}
	})
}

func optionConfiguration(o types.Option) any {
	m := without(object(o), "DBSecurityGroupMemberships", "OptionDescription", "OptionSettings", "Permanent", "Persistent", "VpcSecurityGroupMemberships")
	if len(o.DBSecurityGroupMemberships) > 0 {
		m["DBSecurityGroupMemberships"] = dbSecurityGroups(o.DBSecurityGroupMemberships)
	}
	if len(o.VpcSecurityGroupMemberships) > 0 {
		m["VpcSecurityGroupMemberships"] = vpcSecurityGroups(o.VpcSecurityGroupMemberships)
	}
	if len(o.OptionSettings) > 0 {
		m["OptionSettings"] = pick(o.OptionSettings, func(setting types.OptionSetting) any {
			return map[string]any{"Name": deref(setting.Name), "Value": deref(setting.Value)}
		})
	}
	return m
}

func readDBSubnetGroups(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeDBSubnetGroupsPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeDBSubnetGroupsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeDBSubnetGroupsOutput) {
		for i := range page.DBSubnetGroups {
			g := &page.DBSubnetGroups[i]
			name := deref(g.DBSubnetGroupName)
			s.add(found{
				id: name, arn: deref(g.DBSubnetGroupArn), name: name, from: g,
				set: props{"SubnetIds": subnetIDs(g)},
			})
		}
	})
}

func readDBSecurityGroups(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeDBSecurityGroupsPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeDBSecurityGroupsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeDBSecurityGroupsOutput) {
		for _, g := range page.DBSecurityGroups {
			name := deref(g.DBSecurityGroupName)
			sources := pick(g.IPRanges, func(r types.IPRange) any { return map[string]any{"CIDRIP": deref(r.CIDRIP)} })
			for _, member := range g.EC2SecurityGroups {
				sources = append(sources, without(object(member), "Status"))
			}
			s.add(found{
				id: name, arn: deref(g.DBSecurityGroupArn), name: name,
				set: props{
					"DBSecurityGroupIngress": sources,
					"EC2VpcId":               g.VpcId,
					"GroupDescription":       g.DBSecurityGroupDescription,
				},
			})
		}
	})
}
