package customrule

import "github.com/surety-cloud/surety/internal/cloud"

// ingressPermissions are the IpPermissions of a security group. The API puts
// all sources of a protocol and its ports into one permission; here each of
// CloudFormation's rules is a permission of its own, which says the same.
func ingressPermissions(properties map[string]any) any {
	rules, ok := properties["SecurityGroupIngress"]
	return rebuildEach(rules, ok, func(rule any) any {
		return permission(rule, "Source", "GroupId:SourceSecurityGroupId GroupName:SourceSecurityGroupName UserId:SourceSecurityGroupOwnerId Description",
			"VpcId VpcPeeringConnectionId PeeringStatus")
	})
}

// egressPermissions are the IpPermissionsEgress. A group without the property
// has AWS's own rule, unlike one with an empty list.
func egressPermissions(properties map[string]any) any {
	rules, ok := properties["SecurityGroupEgress"]
	if !ok {
		return &cloud.Unresolved{Reason: "nothing says which rules the group has for what goes out"}
	}
	return rebuildEach(rules, ok, func(rule any) any {
		return permission(rule, "Destination", "GroupId:DestinationSecurityGroupId Description",
			"GroupName UserId VpcId VpcPeeringConnectionId PeeringStatus")
	})
}

// permission makes a permission of a rule. end is "Source" or "Destination";
// group and unknown are the members of a UserIdGroupPair, as pick takes them.
func permission(rule any, end, group, unknown string) any {
	return rebuildObject(rule, true, func(rule map[string]any) any {
		p := pick(rule, "IpProtocol FromPort ToPort", "")
		ends := func(property, names, missing string) []any {
			if _, ok := rule[property]; !ok {
				return []any{}
			}
			return []any{pick(rule, names, missing)}
		}
		p["IpRanges"] = ends("CidrIp", "CidrIp Description", "")
		p["Ipv6Ranges"] = ends("CidrIpv6", "CidrIpv6 Description", "")
		p["PrefixListIds"] = ends(end+"PrefixListId", "PrefixListId:"+end+"PrefixListId Description", "")
		p["UserIdGroupPairs"] = ends(end+"SecurityGroupId", group, unknown)
		if _, named := rule["SourceSecurityGroupName"]; named { // may stand without the id
			p["UserIdGroupPairs"] = ends("SourceSecurityGroupName", group, unknown)
		}
		return p
	})
}

// placement is the Placement of an instance, which is always there.
func placement(properties map[string]any) any {
	return pick(properties, "Affinity AvailabilityZone GroupName:PlacementGroupName HostId HostResourceGroupArn Tenancy",
		"AvailabilityZoneId GroupId PartitionNumber SpreadDomain")
}

// accessKeyMetadata is the answer of iam:ListAccessKeys, in no order that means
// anything. Of the time of a key the scan reads only when it was made or last
// changed, which may be later than CreateDate.
func accessKeyMetadata(properties map[string]any) any {
	keys, ok := properties["AccessKeys"]
	return rebuildEach(keys, ok, func(key any) any {
		return rebuildObject(key, true, func(key map[string]any) any {
			metadata := pick(properties, "UserName", "AccessKeyId")
			metadata["CreateDate"] = &cloud.Unresolved{Reason: "the credential report says when the key was made or last changed, but not which of both; see data.AccessKeys[*].LastRotated"}
			switch active := normal(key["Active"]).(type) {
			case bool:
				metadata["Status"] = "Inactive"
				if active {
					metadata["Status"] = "Active"
				}
			case *cloud.Unresolved:
				metadata["Status"] = active
			default:
				metadata["Status"] = unread()
			}
			return metadata
		})
	})
}

// keyMetadata is the KeyMetadata of kms:DescribeKey.
func keyMetadata(properties map[string]any) any {
	return pick(properties, "Arn CreationDate CustomKeyStoreId DeletionDate Description Enabled ExpirationModel KeyId KeyManager KeySpec "+
		"KeyState KeyUsage MultiRegion MultiRegionConfiguration Origin ValidTo CustomerMasterKeySpec:KeySpec",
		"AWSAccountId CloudHsmClusterId CurrentKeyMaterialId EncryptionAlgorithms KeyAgreementAlgorithms MacAlgorithms "+
			"PendingDeletionWindowInDays SigningAlgorithms XksKeyConfiguration")
}

// vpcSecurityGroups are the groups of a DB instance, of which CloudFormation
// lists the ids.
func vpcSecurityGroups(properties map[string]any) any {
	groups, ok := properties["VPCSecurityGroups"]
	return rebuildEach(groups, ok, func(id any) any {
		return map[string]any{"VpcSecurityGroupId": id, "Status": unread()}
	})
}

// bucketVersioning is the answer of s3:GetBucketVersioning, which is empty for
// a bucket that never had versions.
func bucketVersioning(properties map[string]any) any {
	configuration, ok := properties["VersioningConfiguration"]
	if !ok {
		configuration = map[string]any{}
	}
	return rebuildObject(configuration, true, func(configuration map[string]any) any {
		versioning := pick(configuration, "Status", "")
		if mfa, ok := properties["MFADelete"]; ok {
			versioning["MFADelete"] = mfa
		}
		return versioning
	})
}

// loggingEnabled is the LoggingEnabled of s3:GetBucketLogging, absent for a
// bucket without access logs.
func loggingEnabled(properties map[string]any) any {
	configuration, ok := properties["LoggingConfiguration"]
	return rebuildObject(configuration, ok, func(configuration map[string]any) any {
		return pick(configuration, "TargetBucket:DestinationBucketName TargetPrefix:LogFilePrefix TargetObjectKeyFormat", "TargetGrants")
	})
}
