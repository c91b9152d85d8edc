package terraform

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
)

// evaluateData gives a data source the attributes that are known without
// asking AWS. All others are read at apply.
func (e *evaluator) evaluateData(i *resourceInstance) {
	pseudo := func(s string) cty.Value {
		return symbolText(strings.TrimSuffix(strings.TrimPrefix(s, "${"), "}"))
	}
	set := func(v cty.Value, names ...string) {
		for _, name := range names {
			if old, ok := i.attributes[name]; !ok || old.IsNull() {
				i.attributes[name] = v
			}
		}
	}
	switch i.res.typ {
	case "aws_caller_identity":
		set(pseudo(cloud.TemplateAccount), "account_id", "id")
	case "aws_region":
		region := pseudo(cloud.TemplateRegion)
		for _, name := range []string{"region", "name"} {
			if v, ok := i.attributes[name]; ok && !v.IsNull() {
				region = v
			}
		}
		set(region, "name", "region", "id")
	case "aws_partition":
		set(cty.StringVal("aws"), "partition", "id")
		set(cty.StringVal("amazonaws.com"), "dns_suffix")
		set(cty.StringVal("com.amazonaws"), "reverse_dns_prefix")
	case "aws_iam_policy_document":
		document := e.policyDocument(i)
		i.attributes["json"], i.attributes["minified_json"] = document.indented, document.minified
	}
}
