package conformity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/rules"
)

func embeddedLibrary(t *testing.T) *rule.Library {
	t.Helper()
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	return library
}

// TestTypesOfLibrary: every type that a rule judges has words that were chosen
// for it. A failure is mended with a line in types.tsv.
func TestTypesOfLibrary(t *testing.T) {
	library := embeddedLibrary(t)
	for _, id := range library.IDs() {
		typ := library.TypeOf(id)
		if _, ok := vocabulary().byType[typ]; !ok {
			t.Errorf("types.tsv lacks %s, which %s judges", typ, id)
		}
	}
}

func TestTypesTable(t *testing.T) {
	var types, descriptors, names = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, info := range Types() {
		if types[info.Type] || descriptors[info.Descriptor] || names[info.Name] {
			t.Errorf("%+v: there twice", info)
		}
		types[info.Type], descriptors[info.Descriptor], names[info.Name] = true, true, true
		if _, ok := schema.Lookup(info.Type); !ok {
			t.Errorf("%s: there is no such type", info.Type)
		}
		service, thing, _ := strings.Cut(info.Descriptor, "-")
		if service == "" || thing == "" || strings.Contains(thing, "-") || info.Descriptor != strings.ToLower(info.Descriptor) {
			t.Errorf("%s: %q is not <service>-<thing> in lower case", info.Type, info.Descriptor)
		}
		if key, ok := services().keys[strings.ToLower(info.Service)]; !ok || key != info.Service {
			t.Errorf("%s: services.tsv has no service %q", info.Type, info.Service)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(typesTSV), "\n") {
		if f := strings.Split(line, "\t"); line[0] != '#' && (len(f) < 4 || len(f) > 5 || len(f) == 5 && f[4] != "once") {
			t.Errorf("types.tsv: %q has not 4 fields, or 5 of which the last is \"once\"", line)
		}
	}
}

// TestTypesBothWays: each type of the schema, known or derived, has a descriptor
// of its own that leads back to it.
func TestTypesBothWays(t *testing.T) {
	for _, name := range schema.Names() {
		info := Descriptor(name)
		if back, ok := TypeOf(info.Descriptor); !ok || back != name {
			t.Errorf("%s is %s, which is %q, %v: give one of them a line in types.tsv", name, info.Descriptor, back, ok)
		}
		if info.Type != name || info.Service == "" || info.Name == "" {
			t.Errorf("%s: %+v lacks words", name, info)
		}
	}
}

func TestDescriptor(t *testing.T) {
	for _, want := range []TypeInfo{
		{Type: "AWS::S3::Bucket", Descriptor: "s3-bucket", Service: "S3", Name: "S3 Bucket"},
		{Type: "AWS::EC2::NetworkAcl", Descriptor: "vpc-networkacl", Service: "VPC", Name: "VPC Network ACL"},
		{Type: "AWS::Redshift::Cluster", Descriptor: "rs-cluster", Service: "Redshift", Name: "Redshift Cluster"},
		{Type: "AWS::CloudTrail::Trail", Descriptor: "ct-trail", Service: "CloudTrail", Name: "CloudTrail Trail"},
		{Type: "AWS::Account::Region", Descriptor: "account-region", Service: "Account", Name: "AWS Region", Once: true},
		{Type: "AWS::EC2::Host", Descriptor: "ec2-host", Service: "EC2", Name: "EC2 Host"},
		{Type: "AWS::Redshift::EndpointAccess", Descriptor: "rs-endpointaccess", Service: "Redshift", Name: "Redshift Endpoint Access"},
		{Type: "AWS::Deadline::Farm", Descriptor: "deadline-farm", Service: "Deadline", Name: "Deadline Farm"},
		{Type: "MyCo::EC2::Instance", Descriptor: "myco-ec2-instance", Service: "EC2", Name: "EC2 Instance"},
		{Type: "Custom::Thing", Descriptor: "custom-thing", Service: "Custom", Name: "Custom::Thing"},
		{},
	} {
		if diff := cmp.Diff(want, Descriptor(want.Type)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Type, diff)
		}
	}
}

func TestTypeOf(t *testing.T) {
	for _, tt := range []struct {
		descriptor, want string
		ok               bool
	}{
		{"s3-bucket", "AWS::S3::Bucket", true},
		{"EC2-Instance", "AWS::EC2::Instance", true},
		{"elasticsearch-domain", "AWS::OpenSearchService::Domain", true},
		{"ec2-host", "AWS::EC2::Host", true},
		{"s3-bucke", "", false},
		{"", "", false},
	} {
		if got, ok := TypeOf(tt.descriptor); got != tt.want || ok != tt.ok {
			t.Errorf("TypeOf(%q) = %q, %v; want %q, %v", tt.descriptor, got, ok, tt.want, tt.ok)
		}
	}
}

func TestServiceKey(t *testing.T) {
	for service, want := range map[string]string{
		"CT": "CloudTrail", "CloudTrail": "CloudTrail", "cloudtrail": "CloudTrail", "AG": "APIGateway",
		"ASG": "AutoScaling", "RS": "Redshift", "S3": "S3", "MyService": "MyService", "": "",
	} {
		if got := ServiceKey(service); got != want {
			t.Errorf("ServiceKey(%q) = %q, want %q", service, got, want)
		}
	}
	seen := map[string]string{}
	for f := range rows(servicesTSV, 3) {
		for _, name := range []string{f[0], f[1]} {
			if other, ok := seen[strings.ToLower(name)]; ok && other != f[0] {
				t.Errorf("%q stands for %s and %s", name, other, f[0])
			}
			seen[strings.ToLower(name)] = f[0]
		}
	}
}

// TestServicesOfLibrary: every service that a page names is in the table, so
// that none is shown under its prefix by oversight.
func TestServicesOfLibrary(t *testing.T) {
	library := embeddedLibrary(t)
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := services().keys[strings.ToLower(r.Service)]; !ok {
			t.Errorf("services.tsv lacks %s, the service of %s", r.Service, id)
		}
	}
}
