package reference

import (
	"slices"
	"strings"
	"testing"
)

func TestCurrentGeneration(t *testing.T) {
	for _, test := range []struct{ service, typ, want string }{
		{"ec2", "m5.large", "yes"},
		{"ec2", "m3.medium", "no"},
		{"ec2", "t1.micro", "no"},
		{"ec2", "T2.micro", "yes"},
		{"ec2", "p3dn.24xlarge", "no"},
		{"ec2", "u7in-16tb.224xlarge", "yes"},
		{"ec2", "m99.large", "unknown"},
		{"ec2", "", "unknown"},
		{"ec2", "${InstanceType}", "unknown"},
		{"rds", "db.m3.large", "no"},
		{"rds", "db.t2.micro", "no"},
		{"rds", "db.r6g.large", "yes"},
		{"rds", "db.r6g.large.tpc1.mem2x", "yes"},
		{"rds", "db.serverless", "unknown"},
		{"elasticache", "cache.t2.micro", "no"},
		{"elasticache", "cache.r7g.large", "yes"},
		{"redshift", "ds2.xlarge", "no"},
		{"redshift", "dw.hs1.xlarge", "no"},
		{"redshift", "ra3.4xlarge", "yes"},
		{"opensearch", "m5.large.search", "no"},
		{"opensearch", "m4.large.elasticsearch", "no"},
		{"opensearch", "or1.large.search", "yes"},
		{"sagemaker", "ml.m5.large", "unknown"},
	} {
		if got := answer(CurrentGeneration(test.service, test.typ)); got != test.want {
			t.Errorf("CurrentGeneration(%q, %q) = %s, want %s", test.service, test.typ, got, test.want)
		}
	}
}

func TestGenerationTable(t *testing.T) {
	services, err := generations()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range services {
		checkSource(t, name, f.source)
		if f.Title == "" || len(f.Previous) == 0 || len(f.Current) == 0 {
			t.Errorf("%s is not complete", name)
		}
		all := slices.Concat(f.Previous, f.Current)
		slices.Sort(all)
		if unique := slices.Compact(slices.Clone(all)); len(unique) != len(all) {
			t.Errorf("%s lists a family twice: %v", name, all)
		}
		for _, family := range all {
			if family != strings.ToLower(family) || strings.ContainsAny(family, ". ") {
				t.Errorf("%s: %q is no instance family", name, family)
			}
		}
	}
}
