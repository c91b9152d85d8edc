package aws

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const zoneType = "AWS::Route53::HostedZone"

func TestHostedZones(t *testing.T) {
	moto := awstest.Moto(t)
	client := route53.NewFromConfig(moto.Config("us-east-1"))
	vpc, err := ec2.NewFromConfig(moto.Config("eu-west-1")).CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: ptr("10.0.0.0/16")})
	if err != nil {
		t.Fatal(err)
	}
	zone := func(input *route53.CreateHostedZoneInput) (string, []string) {
		t.Helper()
		input.CallerReference = input.Name
		out, err := client.CreateHostedZone(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		var servers []string
		if out.DelegationSet != nil {
			servers = out.DelegationSet.NameServers
		}
		return strings.TrimPrefix(*out.HostedZone.Id, "/hostedzone/"), servers
	}
	public, servers := zone(&route53.CreateHostedZoneInput{
		Name: ptr("example.com."), HostedZoneConfig: &types.HostedZoneConfig{Comment: ptr("The shop")},
	})
	private, _ := zone(&route53.CreateHostedZoneInput{
		Name: ptr("internal.example.com."), VPC: &types.VPC{VPCId: vpc.Vpc.VpcId, VPCRegion: types.VPCRegionEuWest1},
		HostedZoneConfig: &types.HostedZoneConfig{PrivateZone: true},
	})
	const group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/route53/example.com:*" // with the end that moto asks for
	if _, err := cloudwatchlogs.NewFromConfig(moto.Config("us-east-1")).CreateLogGroup(t.Context(),
		&cloudwatchlogs.CreateLogGroupInput{LogGroupName: ptr("/aws/route53/example.com")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateQueryLoggingConfig(t.Context(), &route53.CreateQueryLoggingConfigInput{
		HostedZoneId: &public, CloudWatchLogsLogGroupArn: ptr(group),
	}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, zoneType)
	if len(got) != 2 {
		t.Fatalf("zones = %v", got)
	}
	var listed []any
	for _, s := range servers {
		listed = append(listed, s)
	}
	for _, want := range []*cloud.Resource{
		{
			ID: public, ARN: "arn:aws:route53:::hostedzone/" + public, Name: "example.com",
			Properties: map[string]any{
				"Id": public, "Name": "example.com.", "PrivateZone": false, "ResourceRecordSetCount": int64(2),
				"HostedZoneConfig": map[string]any{"Comment": "The shop"}, "NameServers": listed,
				"QueryLoggingConfig": map[string]any{"CloudWatchLogsLogGroupArn": group},
			},
		},
		{
			ID: private, ARN: "arn:aws:route53:::hostedzone/" + private, Name: "internal.example.com",
			Properties: map[string]any{
				"Id": private, "Name": "internal.example.com.", "PrivateZone": true, "ResourceRecordSetCount": int64(2),
				"VPCs": []any{map[string]any{"VPCId": *vpc.Vpc.VpcId, "VPCRegion": "eu-west-1"}},
			},
		},
	} {
		want.Type, want.Region, want.Account, want.World = zoneType, "global", awstest.Account, awstest.Account
		r := one(t, got, zoneType, want.ID)
		r.Tags = nil // moto's tagging API has none of Route 53
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Name, diff)
		}
	}
}

func TestRecordSets(t *testing.T) {
	moto := awstest.Moto(t)
	client := route53.NewFromConfig(moto.Config("us-east-1"))
	created, err := client.CreateHostedZone(t.Context(), &route53.CreateHostedZoneInput{Name: ptr("example.com"), CallerReference: ptr("1")})
	if err != nil {
		t.Fatal(err)
	}
	zone := strings.TrimPrefix(*created.HostedZone.Id, "/hostedzone/")
	change := func(r types.ResourceRecordSet) types.Change {
		return types.Change{Action: types.ChangeActionCreate, ResourceRecordSet: &r}
	}
	if _, err := client.ChangeResourceRecordSets(t.Context(), &route53.ChangeResourceRecordSetsInput{
		HostedZoneId: &zone, ChangeBatch: &types.ChangeBatch{Changes: []types.Change{
			change(types.ResourceRecordSet{
				Name: ptr("*.example.com"), Type: types.RRTypeA, TTL: ptr(int64(300)),
				ResourceRecords: []types.ResourceRecord{{Value: ptr("192.0.2.1")}, {Value: ptr("192.0.2.2")}},
			}),
			change(types.ResourceRecordSet{
				Name: ptr("www.example.com"), Type: types.RRTypeA, SetIdentifier: ptr("blue"), Weight: ptr(int64(10)),
				AliasTarget: &types.AliasTarget{DNSName: ptr("lb-1.us-east-1.elb.amazonaws.com"), HostedZoneId: ptr("Z35SXDOTRQ7X7K"), EvaluateTargetHealth: true},
			}),
			change(types.ResourceRecordSet{
				Name: ptr("example.com"), Type: types.RRTypeTxt, TTL: ptr(int64(60)), ResourceRecords: []types.ResourceRecord{{Value: ptr(`"v=spf1 -all"`)}},
			}),
		}},
	}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, recordSetType, "AWS::Route53::RecordSetGroup")
	if len(got) != 5 { // with the SOA and the name servers
		t.Fatalf("records = %v", got)
	}
	for id, want := range map[string]*cloud.Resource{
		"*.example.com.|A": {Name: "*.example.com", Properties: map[string]any{
			"Name": "*.example.com.", "Type": "A", "TTL": "300", "ResourceRecords": []any{"192.0.2.1", "192.0.2.2"},
		}},
		"www.example.com.|A|blue": {Name: "www.example.com", Properties: map[string]any{
			"Name": "www.example.com.", "Type": "A", "SetIdentifier": "blue", "Weight": int64(10), "TTL": "0", // of moto's
			"AliasTarget": map[string]any{"DNSName": "lb-1.us-east-1.elb.amazonaws.com", "HostedZoneId": "Z35SXDOTRQ7X7K", "EvaluateTargetHealth": true},
		}},
		"example.com.|TXT": {Name: "example.com", Properties: map[string]any{
			"Name": "example.com.", "Type": "TXT", "TTL": "60", "ResourceRecords": []any{`"v=spf1 -all"`},
		}},
	} {
		want.Type, want.Region, want.Account, want.World = recordSetType, "global", awstest.Account, awstest.Account
		want.ID = zone + "|" + id
		want.Properties["Id"], want.Properties["HostedZoneId"] = want.ID, zone
		if diff := cmp.Diff(want, one(t, got, recordSetType, want.ID)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

// signingAnswers are written after the Amazon Route 53 API Reference: a public
// and a private zone. moto has neither signing nor keys.
func signingAnswers(status int, dnssec string) map[string]answers {
	return map[string]answers{
		"GET /2013-04-01/hostedzone?maxitems=100": {{body: `<ListHostedZonesResponse><HostedZones>
			<HostedZone><Id>/hostedzone/Z1</Id><Name>example.com.</Name><CallerReference>1</CallerReference><Config><PrivateZone>false</PrivateZone></Config><ResourceRecordSetCount>2</ResourceRecordSetCount><Features><AcceleratedRecoveryStatus>ENABLED</AcceleratedRecoveryStatus></Features></HostedZone>
			<HostedZone><Id>/hostedzone/Z2</Id><Name>internal.</Name><CallerReference>2</CallerReference><Config><PrivateZone>true</PrivateZone></Config><ResourceRecordSetCount>2</ResourceRecordSetCount><LinkedService><ServicePrincipal>servicediscovery.amazonaws.com</ServicePrincipal></LinkedService></HostedZone>
			</HostedZones><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHostedZonesResponse>`}},
		"GET /2013-04-01/hostedzone/Z1/dnssec": {{status: status, body: dnssec}},
	}
}

func TestDNSSEC(t *testing.T) {
	signing := func(status, keys string) string {
		return `<GetDNSSECResponse><Status><ServeSignature>` + status + `</ServeSignature></Status><KeySigningKeys>` + keys + `</KeySigningKeys></GetDNSSECResponse>`
	}
	const key = `<member><Name>ksk1</Name><KmsArn>arn:aws:kms:us-east-1:123456789012:key/k</KmsArn><Flag>257</Flag><Status>ACTIVE</Status><CreatedDate>2025-12-01T14:40:00Z</CreatedDate></member>`
	types := []string{"AWS::Route53::DNSSEC", "AWS::Route53::KeySigningKey"}
	for status, ids := range map[string][]string{
		"SIGNING": {"Z1", "Z1|ksk1"}, "ACTION_NEEDED": {"Z1", "Z1|ksk1"}, "NOT_SIGNING": {"Z1|ksk1"},
	} {
		inv, stats := answering(t, signingAnswers(200, signing(status, key))).collected(t, types...)
		if len(stats.Failures) > 0 {
			t.Fatal(stats.Failures)
		}
		var got []string
		for _, r := range inv.Resources {
			got = append(got, r.ID)
		}
		if diff := cmp.Diff(ids, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", status, diff)
		}
		want := map[string]any{
			"HostedZoneId": "Z1", "Name": "ksk1", "Status": "ACTIVE", "CreatedDate": "2025-12-01T14:40:00Z",
			"KeyManagementServiceArn": "arn:aws:kms:us-east-1:123456789012:key/k",
		}
		if diff := cmp.Diff(want, one(t, inv.Resources, "AWS::Route53::KeySigningKey", "ksk1").Properties); diff != "" {
			t.Errorf("key (-want +got):\n%s", diff)
		}
		if status != "NOT_SIGNING" {
			want := map[string]any{"HostedZoneId": "Z1", "ServeSignature": status}
			if diff := cmp.Diff(want, one(t, inv.Resources, "AWS::Route53::DNSSEC", "Z1").Properties); diff != "" {
				t.Errorf("signing (-want +got):\n%s", diff)
			}
		}
	}
	denied := answering(t, signingAnswers(403, `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`))
	inv, _ := denied.collected(t, types...)
	if len(inv.Unread) != 2 || len(inv.Resources) != 0 {
		t.Errorf("denied: unread %v, read %v", inv.Unread, inv.Resources)
	}
}

// TestZoneCalls: a private zone is not asked for name servers, a public one not
// for VPCs.
func TestZoneCalls(t *testing.T) {
	prepared := signingAnswers(200, "")
	prepared["GET /2013-04-01/hostedzone/Z2"] = answers{{body: `<GetHostedZoneResponse><HostedZone><Id>/hostedzone/Z2</Id><Name>internal.</Name><CallerReference>2</CallerReference></HostedZone><VPCs><VPC><VPCRegion>eu-west-1</VPCRegion><VPCId>vpc-1</VPCId></VPC></VPCs></GetHostedZoneResponse>`}}
	server := answering(t, prepared)
	inv, stats := Read(t.Context(), Options{
		Accounts: []Account{{ID: "123456789012", Partition: "aws", Config: server.config()}},
		Regions:  []string{"us-east-1"}, Attempts: 1, Now: time.Now(), Lean: true,
		Needs: rule.Reads{zoneType: {"VPCs": true, "LinkedService": true, "HostedZoneFeatures": true}},
	})
	if len(stats.Failures) > 0 {
		t.Fatal(stats.Failures)
	}
	for id, want := range map[string]map[string]any{
		"Z1": {"Id": "Z1", "HostedZoneFeatures": map[string]any{"EnableAcceleratedRecovery": true}},
		"Z2": {
			"Id": "Z2", "VPCs": []any{map[string]any{"VPCId": "vpc-1", "VPCRegion": "eu-west-1"}},
			"LinkedService": map[string]any{"ServicePrincipal": "servicediscovery.amazonaws.com"},
		},
	} {
		if diff := cmp.Diff(want, one(t, inv.Resources, zoneType, id).Properties); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

func TestRecordBucket(t *testing.T) {
	for _, test := range []struct{ name, alias, cname, want string }{
		{"www.example.com.", "s3-website-us-east-1.amazonaws.com.", "", "www.example.com"},
		{"www.example.com.", "s3-website.eu-central-1.amazonaws.com.", "", "www.example.com"},
		{"www.example.com.", "lb-1.us-east-1.elb.amazonaws.com.", "", ""},
		{"www.example.com.", "", "my-static-site.s3-website-us-east-1.amazonaws.com", "my-static-site"},
		{"www.example.com.", "", "www.example.com.s3-website.eu-central-1.amazonaws.com.", "www.example.com"},
		{"www.example.com.", "", "Files.s3.amazonaws.com", "files"},
		{"www.example.com.", "", "files.s3.eu-west-1.amazonaws.com", "files"},
		{"www.example.com.", "", "files.s3.dualstack.eu-west-1.amazonaws.com", "files"},
		{"www.example.com.", "", "files.s3-eu-west-1.amazonaws.com", "files"},
		{"www.example.com.", "", "s3.amazonaws.com", ""},
		{"www.example.com.", "", "s3.example.com", ""},
		{"www.example.com.", "", "external-host.example.com", ""},
	} {
		v := &types.ResourceRecordSet{Name: &test.name, Type: types.RRTypeCname}
		if test.alias != "" {
			v.Type, v.AliasTarget = types.RRTypeA, &types.AliasTarget{DNSName: &test.alias}
		} else {
			v.ResourceRecords = []types.ResourceRecord{{Value: &test.cname}}
		}
		if got := recordBucket(test.name, v); got != test.want {
			t.Errorf("%s %s%s leads to %q; want %q", test.name, test.alias, test.cname, got, test.want)
		}
	}
}

func TestRecordOfMissingBucket(t *testing.T) {
	moto := awstest.Moto(t)
	client := route53.NewFromConfig(moto.Config("us-east-1"))
	if _, err := s3.NewFromConfig(moto.Config("us-east-1"), func(o *s3.Options) { o.UsePathStyle = true }).
		CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: ptr("there")}); err != nil {
		t.Fatal(err)
	}
	created, err := client.CreateHostedZone(t.Context(), &route53.CreateHostedZoneInput{Name: ptr("example.com"), CallerReference: ptr("1")})
	if err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{
		"a.example.com": "there.s3-website-us-east-1.amazonaws.com", "b.example.com": "gone.s3-website-us-east-1.amazonaws.com",
		"c.example.com": "shop.example.org",
	} {
		if _, err := client.ChangeResourceRecordSets(t.Context(), &route53.ChangeResourceRecordSetsInput{
			HostedZoneId: created.HostedZone.Id, ChangeBatch: &types.ChangeBatch{Changes: []types.Change{{
				Action: types.ChangeActionCreate, ResourceRecordSet: &types.ResourceRecordSet{
					Name: &name, Type: types.RRTypeCname, TTL: ptr(int64(60)), ResourceRecords: []types.ResourceRecord{{Value: &target}},
				},
			}}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, recordSetType)
	for name, want := range map[string]any{"a.example.com": true, "b.example.com": false, "c.example.com": nil} {
		if exists := one(t, got, recordSetType, name).Properties["S3BucketExists"]; exists != want {
			t.Errorf("%s: S3BucketExists = %v; want %v", name, exists, want)
		}
	}
}

// TestRecordOfForeignBucket is on answers written after the Amazon S3 API
// Reference: S3 refuses to say anything of another account's bucket.
func TestRecordOfForeignBucket(t *testing.T) {
	prepared := signingAnswers(200, "")
	prepared["GET /2013-04-01/hostedzone/Z1/rrset?maxitems=300"] = answers{{body: `<ListResourceRecordSetsResponse><ResourceRecordSets><ResourceRecordSet><Name>www.example.com.</Name><Type>A</Type><AliasTarget><HostedZoneId>Z3AQBSTGFYJSTF</HostedZoneId><DNSName>s3-website-us-east-1.amazonaws.com.</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget></ResourceRecordSet></ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>300</MaxItems></ListResourceRecordSetsResponse>`}}
	prepared["GET /2013-04-01/hostedzone/Z2/rrset?maxitems=300"] = answers{{body: `<ListResourceRecordSetsResponse><ResourceRecordSets></ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>300</MaxItems></ListResourceRecordSetsResponse>`}}
	prepared["GET /www.example.com?location"] = answers{{status: 403, body: `<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`}}
	inv, stats := answering(t, prepared).collected(t, recordSetType)
	if len(stats.Failures) > 0 {
		t.Error(stats.Failures)
	}
	exists := one(t, inv.Resources, recordSetType, "www.example.com").Properties["S3BucketExists"]
	if u, ok := exists.(*cloud.Unresolved); !ok || !strings.Contains(u.Reason, "another account") {
		t.Errorf("S3BucketExists = %v; want it unresolved", exists)
	}
}
