package large

// Expected is how many resources of a type, by CloudFormation's name, a scan of
// all regions must find. It has the types of which every one that the API lists
// is a resource; of others (KMS keys, some of which are AWS's own) that is for
// the collector to say.
func (s *Server) Expected() map[string]int {
	total := func(k kind) int {
		n := 0
		for r := range regions {
			n += s.account.count(k, r)
		}
		return n
	}
	return map[string]int{
		"AWS::EC2::Instance":                        total(instances),
		"AWS::EC2::Volume":                          total(volumes),
		"AWS::EC2::SecurityGroup":                   total(securityGroups),
		"AWS::EC2::VPC":                             total(vpcs),
		"AWS::EC2::Subnet":                          total(subnets),
		"AWS::EC2::NetworkInterface":                total(interfaces),
		"AWS::EC2::RouteTable":                      total(routeTables),
		"AWS::EC2::EIP":                             total(addresses),
		"AWS::EC2::KeyPair":                         total(keyPairs),
		"AWS::ElasticLoadBalancingV2::LoadBalancer": total(balancers),
		"AWS::ElasticLoadBalancingV2::Listener":     total(listeners),
		"AWS::RDS::DBInstance":                      total(databases),
		"AWS::Lambda::Function":                     total(functions),
		"AWS::Logs::LogGroup":                       total(logGroups),
		"AWS::SNS::Topic":                           total(topics),
		"AWS::SQS::Queue":                           total(queues),
		"AWS::DynamoDB::Table":                      total(tables),
		"AWS::S3::Bucket":                           s.account.count(buckets, 0),
		"AWS::IAM::User":                            s.account.count(users, 0),
		"AWS::IAM::Role":                            s.account.count(roles, 0),
		"AWS::IAM::Group":                           s.account.count(groups, 0),
		"AWS::CloudTrail::Trail":                    s.account.count(trails, 0),
	}
}
