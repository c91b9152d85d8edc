package terraform

import (
	"fmt"
	"testing"
)

// 10,000 security groups with three rules of their own and one beside them
// take less than a second on one core, and no more than 200 MB.
func BenchmarkTranslateSecurityGroups(b *testing.B) {
	var instances []*instance
	for i := range 10_000 {
		address := fmt.Sprintf("aws_security_group.g[%d]", i)
		rule := func(port int, cidr string) any {
			return map[string]any{"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": []any{cidr}}
		}
		instances = append(instances,
			&instance{Type: "aws_security_group", Address: address, Values: map[string]any{
				"name": fmt.Sprint("g", i), "vpc_id": "${aws_vpc.main.id}", "tags": map[string]any{"Name": "g"},
				"ingress": []any{rule(22, "10.0.0.0/8"), rule(443, "0.0.0.0/0")},
				"egress":  []any{rule(443, "0.0.0.0/0")},
			}},
			&instance{Type: "aws_security_group_rule", Address: fmt.Sprintf("aws_security_group_rule.r[%d]", i), Values: map[string]any{
				"type": "ingress", "from_port": 80, "to_port": 80, "protocol": "tcp", "cidr_blocks": []any{"0.0.0.0/0"},
				"security_group_id": "${" + address + ".id}",
			}})
	}
	b.ReportAllocs()
	for b.Loop() {
		resources, _, _ := translate(instances)
		if len(resources) != 10_000 {
			b.Fatal(len(resources))
		}
	}
}

// The mapping of one type, with the facts of the provider's schema, is read in
// less than a millisecond.
func BenchmarkLoadMapping(b *testing.B) {
	for b.Loop() {
		if _, err := loadMapping("aws_s3_bucket"); err != nil {
			b.Fatal(err)
		}
	}
}
