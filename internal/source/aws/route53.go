package aws

import (
	"context"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/surety-cloud/surety/internal/cloud"
)

const recordSetType = "AWS::Route53::RecordSet"

// Route 53: hosted zones, and what a zone holds as the resources that these
// are in CloudFormation: its records, and the keys that sign them.
var route53Collectors = []collector{{
	service: "route53", global: true,
	types: []emits{
		{
			typ: "AWS::Route53::HostedZone",
			gives: "HostedZoneConfig HostedZoneFeatures Name " +
				"AcceleratedRecoveryStatus LinkedService PrivateZone ResourceRecordSetCount",
			tagged: "route53:hostedzone",
		},
		{
			typ: recordSetType,
			gives: "AliasTarget CidrRoutingConfig Comment Failover GeoLocation GeoProximityLocation HealthCheckId HostedZoneId " +
				"HostedZoneName MultiValueAnswer Name Region ResourceRecords SetIdentifier TTL Type Weight S3BucketExists TrafficPolicyInstanceId",
			tagged: "-",
		},
		// What a template says there stands in the records.
		{typ: "AWS::Route53::RecordSetGroup", gives: "Comment HostedZoneId HostedZoneName RecordSets", tagged: "-"},
		{typ: "AWS::Route53::DNSSEC", gives: "HostedZoneId ServeSignature StatusMessage", tagged: "-"},
		{typ: "AWS::Route53::KeySigningKey", gives: "HostedZoneId KeyManagementServiceArn Name Status CreatedDate StatusMessage", tagged: "-"},
	},
	calls: "route53:ListHostedZones",
	read:  readHostedZones,
	parts: []part{
		{gives: "VPCs", calls: "route53:GetHostedZone", read: readZoneVPCs},
		{gives: "NameServers", calls: "route53:GetHostedZone", read: readNameServers},
		{gives: "QueryLoggingConfig", calls: "route53:ListQueryLoggingConfigs", read: readQueryLogging},
		{emits: "AWS::Route53::DNSSEC AWS::Route53::KeySigningKey", calls: "route53:GetDNSSEC", read: readDNSSEC},
		{emits: recordSetType, calls: "route53:ListResourceRecordSets s3:GetBucketLocation", read: readRecordSets},
	},
}}

func readHostedZones(ctx context.Context, s *scope) error {
	pages := route53.NewListHostedZonesPaginator(route53.NewFromConfig(s.cfg), &route53.ListHostedZonesInput{MaxItems: ptr(int32(100))})
	return each(ctx, pages, func(page *route53.ListHostedZonesOutput) {
		for i := range page.HostedZones {
			z := &page.HostedZones[i]
			id := strings.TrimPrefix(deref(z.Id), "/hostedzone/")
			config, features := deref(z.Config), deref(z.Features)
			var given any
			if features.AcceleratedRecoveryStatus != "" {
				given = map[string]any{"EnableAcceleratedRecovery": features.AcceleratedRecoveryStatus == types.AcceleratedRecoveryStatusEnabled}
			}
			s.add(found{
				typ: "AWS::Route53::HostedZone", id: id, arn: s.globalARN("route53", "hostedzone/"+id),
				name: strings.TrimSuffix(deref(z.Name), "."), from: z,
				set: props{
					"AcceleratedRecoveryStatus": features.AcceleratedRecoveryStatus,
					"HostedZoneConfig":          shaped(map[string]any{"Comment": config.Comment}),
					"HostedZoneFeatures":        given,
					"PrivateZone":               config.PrivateZone,
				},
			})
		}
	})
}

// globalARN is the ARN of something that has neither account nor region in it.
func (s *scope) globalARN(service, resource string) string {
	return "arn:" + s.partition + ":" + service + ":::" + resource
}

// readZoneVPCs and readNameServers ask for a zone only where it can have what
// they tell: a private one has VPCs, a public one name servers of its own.
func readZoneVPCs(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if r.Properties["PrivateZone"] != true {
		return props{"VPCs": nil}, nil
	}
	out, err := hostedZone(ctx, s, r)
	if err != nil {
		return nil, err
	}
	return props{"VPCs": out.VPCs}, nil
}

func readNameServers(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if r.Properties["PrivateZone"] == true {
		return props{"NameServers": nil}, nil
	}
	out, err := hostedZone(ctx, s, r)
	if err != nil {
		return nil, err
	}
	return props{"NameServers": deref(out.DelegationSet).NameServers}, nil
}

func hostedZone(ctx context.Context, s *scope, r *cloud.Resource) (*route53.GetHostedZoneOutput, error) {
	out, err := route53.NewFromConfig(s.cfg).GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: &r.ID})
	return out, zoneError(err)
}

func zoneError(err error) error {
	if is(err, "NoSuchHostedZone") {
		return errGone
	}
	return err
}

// readQueryLogging takes a zone's from the list of all, which is asked for
// once.
func readQueryLogging(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	groups, err := once(s.session, "route53:ListQueryLoggingConfigs", func() (map[string]*string, error) {
		groups := map[string]*string{} // by the id of the zone
		pages := route53.NewListQueryLoggingConfigsPaginator(route53.NewFromConfig(s.cfg),
			&route53.ListQueryLoggingConfigsInput{MaxResults: ptr(int32(100))})
		err := each(ctx, pages, func(page *route53.ListQueryLoggingConfigsOutput) {
			for _, c := range page.QueryLoggingConfigs {
				groups[deref(c.HostedZoneId)] = c.CloudWatchLogsLogGroupArn
			}
		})
		return groups, err
	})
	if err != nil {
		return nil, err
	}
	if group := groups[r.ID]; group != nil {
		return props{"QueryLoggingConfig": map[string]any{"CloudWatchLogsLogGroupArn": group}}, nil
	}
	return props{"QueryLoggingConfig": nil}, nil
}

// readDNSSEC leaves out zones that do not sign: the resource stands for the
// signing. Private ones cannot.
func readDNSSEC(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if r.Properties["PrivateZone"] == true {
		return nil, nil
	}
	out, err := route53.NewFromConfig(s.cfg).GetDNSSEC(ctx, &route53.GetDNSSECInput{HostedZoneId: &r.ID})
	if err != nil {
		return nil, zoneError(err)
	}
	switch status := deref(out.Status); deref(status.ServeSignature) {
	case "", "NOT_SIGNING", "DELETING":
	default:
		s.add(found{
			typ: "AWS::Route53::DNSSEC", id: r.ID, arn: r.ARN, name: r.Name,
			set: props{"HostedZoneId": r.ID, "ServeSignature": status.ServeSignature, "StatusMessage": status.StatusMessage},
		})
	}
	for _, k := range out.KeySigningKeys {
		s.add(found{
			typ: "AWS::Route53::KeySigningKey", id: r.ID + "|" + deref(k.Name), name: deref(k.Name), created: k.CreatedDate,
			from: k, set: props{"HostedZoneId": r.ID, "KeyManagementServiceArn": k.KmsArn},
		})
	}
	return nil, nil
}

func readRecordSets(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	pages := route53.NewListResourceRecordSetsPaginator(route53.NewFromConfig(s.cfg),
		&route53.ListResourceRecordSetsInput{HostedZoneId: &r.ID, MaxItems: ptr(int32(300))})
	return nil, zoneError(each(ctx, pages, func(page *route53.ListResourceRecordSetsOutput) {
		for i := range page.ResourceRecordSets {
			s.addRecordSet(ctx, r, &page.ResourceRecordSets[i])
		}
	}))
}

func (s *scope) addRecordSet(ctx context.Context, zone *cloud.Resource, v *types.ResourceRecordSet) {
	name := recordName(deref(v.Name))
	id := zone.ID + "|" + name + "|" + string(v.Type)
	if v.SetIdentifier != nil {
		id += "|" + *v.SetIdentifier
	}
	var records []string
	for _, record := range v.ResourceRecords {
		records = append(records, deref(record.Value))
	}
	var alias any
	if a := v.AliasTarget; a != nil {
		alias = map[string]any{
			"DNSName": recordName(deref(a.DNSName)), "EvaluateTargetHealth": a.EvaluateTargetHealth, "HostedZoneId": a.HostedZoneId,
		}
	}
	var exists any
	if bucket := recordBucket(name, v); bucket != "" && s.wanted(recordSetType, "S3BucketExists") {
		exists = answer(ownBucket(ctx, s, bucket))
	}
	s.add(found{
		typ: recordSetType, id: id, name: strings.TrimSuffix(name, "."), from: v,
		set: props{
			"AliasTarget":     alias,
			"Comment":         nil, // is of the change that a template makes
			"HostedZoneId":    zone.ID,
			"HostedZoneName":  nil, // by which a template finds the zone
			"Name":            name,
			"ResourceRecords": records,
			"S3BucketExists":  exists,
		},
	})
}

// recordName is a name as people write it: Route 53 gives the star of a
// wildcard in octal.
func recordName(name string) string { return strings.ReplaceAll(name, `\052`, "*") }

// bucketHost is the name of an endpoint of S3, with the bucket before it or
// without: "shop.s3-website.eu-central-1.amazonaws.com".
var bucketHost = regexp.MustCompile(`^(?:(.+)\.)?s3(?:-website)?(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?\.?$`)

// recordBucket is the bucket that a record leads to; empty when it leads to
// none. An alias leads to the bucket of the record's own name.
func recordBucket(name string, v *types.ResourceRecordSet) string {
	if v.AliasTarget != nil {
		if strings.HasPrefix(strings.ToLower(deref(v.AliasTarget.DNSName)), "s3-website") {
			return strings.ToLower(strings.TrimSuffix(name, "."))
		}
		return ""
	}
	if v.Type != types.RRTypeCname || len(v.ResourceRecords) == 0 {
		return ""
	}
	if m := bucketHost.FindStringSubmatch(strings.ToLower(deref(v.ResourceRecords[0].Value))); m != nil {
		return m[1]
	}
	return ""
}

// ownBucket tells whether a bucket is the account's own: false where there is
// none of that name at all. Of one that somebody else has, S3 says no more than
// of one that the scan may not ask about.
func ownBucket(ctx context.Context, s *scope, bucket string) (any, error) {
	return once(s.session, "own bucket "+bucket, func() (any, error) {
		_, err := s3Client(s, s.region).GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &bucket, ExpectedBucketOwner: &s.id})
		switch {
		case is(err, "NoSuchBucket"):
			return false, nil
		case is(err, "AccessDenied"):
			return &cloud.Unresolved{Reason: "the bucket " + bucket + " is of another account, or s3:GetBucketLocation is denied"}, nil
		}
		return err == nil, err
	})
}
