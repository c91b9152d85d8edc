package large

import "net/http"

// The services that watch over the account: Config, Organizations, GuardDuty,
// Access Analyzer, Account, and Cloud Control.

func configOperations() operations {
	own := operations{
		"DescribeConfigurationRecorders": func(c *call) *fault {
			c.w.list("ConfigurationRecorders", 1, func(int) {
				c.w.str("name", "default")
				c.w.str("roleARN", arn("iam", "", c.number, "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"))
				c.w.obj("recordingGroup", func() {
					c.w.flag("allSupported", true)
					c.w.flag("includeGlobalResourceTypes", c.region == 0)
				})
			})
			return nil
		},
		"DescribeConfigurationRecorderStatus": func(c *call) *fault {
			c.w.list("ConfigurationRecordersStatus", 1, func(int) {
				c.w.str("name", "default")
				c.w.flag("recording", c.region%4 != 3)
				c.w.str("lastStatus", "SUCCESS")
				c.w.time("lastStartTime", c.daysAgo(details, c.region, 4, 1, 900))
			})
			return nil
		},
		"DescribeDeliveryChannels": func(c *call) *fault {
			c.w.list("DeliveryChannels", 1, func(int) {
				c.w.str("name", "default")
				c.w.str("s3BucketName", c.bucketName(0))
			})
			return nil
		},
		"DescribeDeliveryChannelStatus": func(c *call) *fault {
			c.w.list("DeliveryChannelsStatus", 1, func(int) {
				c.w.str("name", "default")
				c.w.obj("configHistoryDeliveryInfo", func() { c.w.str("lastStatus", "SUCCESS") })
			})
			return nil
		},
	}
	return own.none("DescribeConfigRules", "DescribeConfigurationAggregators", "DescribeConformancePacks",
		"DescribeRemediationConfigurations", "DescribeRetentionConfigurations", "DescribeAggregationAuthorizations",
		"DescribeOrganizationConfigRules", "DescribeComplianceByConfigRule", "ListTagsForResource", "DescribeConfigRuleEvaluationStatus")
}

// The account belongs to an organisation that another account manages, so that
// it may see that, and no more.
func organizationsOperations() operations {
	denied := func(*call) *fault {
		return faultf(http.StatusBadRequest, "AccessDeniedException", "You don't have permissions to access this resource.")
	}
	return operations{
		"DescribeOrganization": func(c *call) *fault {
			const management = "999988887777"
			c.w.obj("Organization", func() {
				c.w.str("Id", "o-large00000")
				c.w.str("Arn", arn("organizations", "", management, "organization/o-large00000"))
				c.w.str("FeatureSet", "ALL")
				c.w.str("MasterAccountId", management)
				c.w.str("MasterAccountArn", arn("organizations", "", management, "account/o-large00000/"+management))
				c.w.str("MasterAccountEmail", "aws@example.com")
			})
			return nil
		},
		"ListAccounts":                        denied,
		"DescribeAccount":                     denied,
		"ListRoots":                           denied,
		"ListPolicies":                        denied,
		"ListPoliciesForTarget":               denied,
		"ListAWSServiceAccessForOrganization": denied,
		"ListDelegatedAdministrators":         denied,
		"ListOrganizationalUnitsForParent":    denied,
		"ListAccountsForParent":               denied,
	}
}

func guardDutyOperations() operations {
	own := operations{
		"ListDetectors": func(c *call) *fault {
			if c.region < 12 {
				c.w.strs("detectorIds", c.hex32(details, c.region, 5))
			} else {
				c.w.strs("detectorIds")
			}
			return nil
		},
		"GetDetector": func(c *call) *fault {
			if c.str("DetectorId") != c.hex32(details, c.region, 5) || c.region >= 12 {
				return faultf(http.StatusBadRequest, "BadRequestException", "The request is rejected because the input detectorId is not owned by the current account.")
			}
			c.w.str("createdAt", "2023-04-05T06:07:08.000Z")
			c.w.str("updatedAt", "2024-04-05T06:07:08.000Z")
			c.w.str("findingPublishingFrequency", "SIX_HOURS")
			c.w.str("serviceRole", arn("iam", "", c.number, "role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"))
			c.w.str("status", "ENABLED")
			c.w.list("features", 1, func(int) {
				c.w.str("name", "S3_DATA_EVENTS")
				c.w.str("status", "ENABLED")
			})
			return nil
		},
	}
	return own.none("ListFindings", "GetFindings", "GetFindingsStatistics", "ListFilters", "ListIPSets", "ListMembers", "ListPublishingDestinations",
		"GetAdministratorAccount", "ListOrganizationAdminAccounts", "DescribeOrganizationConfiguration")
}

func accessAnalyzerOperations() operations {
	own := operations{
		"ListAnalyzers": func(c *call) *fault {
			n := 0
			if c.region < 8 {
				n = 1
			}
			c.w.list("analyzers", n, func(int) {
				c.w.str("arn", c.arn("access-analyzer", c.region, "analyzer/account"))
				c.w.str("name", "account")
				c.w.str("type", "ACCOUNT")
				c.w.str("createdAt", "2023-04-05T06:07:08Z")
				c.w.str("status", "ACTIVE")
			})
			return nil
		},
	}
	return own.none("ListFindings", "ListFindingsV2", "ListArchiveRules", "ListAnalyzedResources")
}

func accountOperations() operations {
	return operations{
		"GetContactInformation": func(c *call) *fault {
			c.w.obj("ContactInformation", func() {
				c.w.str("FullName", "Large Example")
				c.w.str("CompanyName", "Large Example")
				c.w.str("CountryCode", "DE")
				c.w.str("City", "Berlin")
				c.w.str("PostalCode", "10115")
				c.w.str("AddressLine1", "Example Street 1")
				c.w.str("PhoneNumber", "+49301234567")
			})
			return nil
		},
		"GetAlternateContact": func(c *call) *fault {
			return faultf(http.StatusNotFound, "ResourceNotFoundException", "No contact of the inputted alternate contact type found.")
		},
		"ListRegions": func(c *call) *fault {
			c.w.list("Regions", len(regions)+len(optIn), func(i int) {
				if i < len(regions) {
					c.w.str("RegionName", regions[i].name)
					c.w.str("RegionOptStatus", "ENABLED_BY_DEFAULT")
					return
				}
				c.w.str("RegionName", optIn[i-len(regions)])
				c.w.str("RegionOptStatus", "DISABLED")
			})
			return nil
		},
		"GetRegionOptStatus": func(c *call) *fault {
			c.w.str("RegionName", c.str("RegionName"))
			c.w.str("RegionOptStatus", map[bool]string{true: "ENABLED_BY_DEFAULT", false: "DISABLED"}[regionIndex(c.str("RegionName")) >= 0])
			return nil
		},
	}
}

// cloudControlOperations: of the types that have no collector of their own the
// account has state machines, event buses with rules, and backup plans.
func cloudControlOperations() operations {
	return operations{
		"ListResources": listResources,
		"GetResource":   getResource,
	}
}

func (c *call) controlled(of string) int {
	switch of {
	case "AWS::StepFunctions::StateMachine":
		return 12 - c.region/2
	case "AWS::Events::EventBus":
		return 3
	case "AWS::Events::Rule":
		return 140 - 8*c.region
	case "AWS::Backup::BackupPlan":
		return 2 - c.region/6
	}
	return 0
}

func (c *call) writeControlled(of string, i int) {
	name := c.name(details, c.region, 100+i)
	id, properties := name, `{"Name":"`+name+`","Arn":"`+c.arn("events", c.region, "event-bus/"+name)+`"}`
	switch of {
	case "AWS::Events::Rule":
		id = c.arn("events", c.region, "rule/"+name)
		properties = `{"Arn":"` + id + `","Name":"` + name + `","EventBusName":"default","ScheduleExpression":"rate(1 day)","State":"ENABLED"}`
	case "AWS::Backup::BackupPlan":
		id = c.uuid(details, c.region, 200+i)
		properties = `{"BackupPlanId":"` + id + `","BackupPlan":{"BackupPlanName":"` + name + `","BackupPlanRule":[{"RuleName":"daily","TargetBackupVault":"Default"}]}}`
	case "AWS::StepFunctions::StateMachine":
		id = c.arn("states", c.region, "stateMachine:"+name)
		properties = `{"Arn":"` + id + `","Name":"` + name + `","StateMachineName":"` + name + `","StateMachineType":"STANDARD","RoleArn":"` + c.role(i).arn +
			`","LoggingConfiguration":{"Level":"OFF","IncludeExecutionData":false},"TracingConfiguration":{"Enabled":false}}`
	}
	c.w.str("Identifier", id)
	c.w.str("Properties", properties)
}

func listResources(c *call) *fault {
	of := c.str("TypeName")
	w, f := c.page(paging{size: "MaxResults", token: "NextToken", normal: 100, least: 1, most: 100,
		badToken: "InvalidRequestException", badSize: "InvalidRequestException"}, c.controlled(of))
	if f != nil {
		return f
	}
	c.w.str("TypeName", of)
	c.w.list("ResourceDescriptions", w.to-w.from, func(n int) { c.writeControlled(of, w.from+n) })
	c.next("NextToken", w)
	return nil
}

func getResource(c *call) *fault {
	of, id := c.str("TypeName"), c.str("Identifier")
	for i := range c.controlled(of) {
		name := c.name(details, c.region, 100+i)
		if id == name || id == c.arn("states", c.region, "stateMachine:"+name) ||
			id == c.arn("events", c.region, "rule/"+name) || id == c.uuid(details, c.region, 200+i) {
			c.w.str("TypeName", of)
			c.w.obj("ResourceDescription", func() { c.writeControlled(of, i) })
			return nil
		}
	}
	return faultf(http.StatusBadRequest, "ResourceNotFoundException", "Resource of type '"+of+"' with identifier '"+id+"' was not found.")
}
