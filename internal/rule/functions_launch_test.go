package rule

import (
	"testing"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// objectOf is a resource of a template as expressions see it.
func objectOf(t *testing.T, typ string, properties map[string]any) *objectValue {
	t.Helper()
	found, ok := schema.Lookup(typ)
	if !ok {
		t.Fatalf("no type %s", typ)
	}
	r := &cloud.Resource{Type: typ, ID: "One", Template: true, Properties: properties}
	return &objectValue{fields: properties, node: found.Root, meta: r}
}

func TestLaunched(t *testing.T) {
	type object = map[string]any
	open := &cloud.Unresolved{Reason: "no default"}
	named := object{"LaunchTemplateName": "web", "Version": "1"}
	get := func(v ref.Val, path ...string) string {
		for _, name := range path {
			if types.IsUnknown(v) {
				return "unknown"
			}
			v = v.(*objectValue).Get(types.String(name))
		}
		if types.IsUnknown(v) {
			return "unknown"
		}
		return describe(native(v))
	}
	for _, test := range []struct {
		name     string
		instance object
		template any // LaunchTemplateData; nil: the launch template was not read
		live     bool
		path     []string
		want     string
	}{
		{"no launch template", object{}, object{"ImageId": "ami-2"}, false, []string{"ImageId"}, ""},
		{"own value", object{"LaunchTemplate": named, "ImageId": "ami-1"}, object{"ImageId": "ami-2"}, false, []string{"ImageId"}, "ami-1"},
		{"value given", object{"LaunchTemplate": named}, object{"ImageId": "ami-2"}, false, []string{"ImageId"}, "ami-2"},
		{"neither", object{"LaunchTemplate": named}, object{}, false, []string{"Monitoring"}, "false"},
		{"another place", object{"LaunchTemplate": named}, object{"Monitoring": object{"Enabled": true}}, false, []string{"Monitoring"}, "true"},
		{"own false", object{"LaunchTemplate": named, "Monitoring": false}, object{"Monitoring": object{"Enabled": true}}, false, []string{"Monitoring"}, "false"},
		{"placement", object{"LaunchTemplate": named}, object{"Placement": object{"Tenancy": "host"}}, false, []string{"Tenancy"}, "host"},
		{"profile by name", object{"LaunchTemplate": named}, object{"IamInstanceProfile": object{"Name": "web"}}, false, []string{"IamInstanceProfile"}, "web"},
		{"profile by ARN", object{"LaunchTemplate": named}, object{"IamInstanceProfile": object{"Arn": "arn:x"}}, false, []string{"IamInstanceProfile"}, "arn:x"},
		{"credits", object{"LaunchTemplate": named}, object{"CreditSpecification": object{"CpuCredits": "standard"}}, false, []string{"CreditSpecification", "CPUCredits"}, "standard"},
		{"a field of an object", object{"LaunchTemplate": named, "MetadataOptions": object{"HttpEndpoint": "enabled"}}, object{"MetadataOptions": object{"HttpTokens": "required"}}, false, []string{"MetadataOptions", "HttpTokens"}, "required"},
		{"part not known", object{"LaunchTemplate": named}, object{"Monitoring": open}, false, []string{"Monitoring"}, "unknown"},
		{"data not known", object{"LaunchTemplate": named}, open, false, []string{"Monitoring"}, "unknown"},
		{"not read", object{"LaunchTemplate": named}, nil, false, []string{"Monitoring"}, "unknown"},
		{"not read, own value", object{"LaunchTemplate": named, "Monitoring": true}, nil, false, []string{"Monitoring"}, "true"},
		{"not read, a field of an object", object{"LaunchTemplate": named, "MetadataOptions": object{"HttpEndpoint": "enabled"}}, nil, false, []string{"MetadataOptions", "HttpTokens"}, "unknown"},
		{"reference not known", object{"LaunchTemplate": open}, nil, false, []string{"Monitoring"}, "unknown"},
		{"an account", object{"LaunchTemplate": named}, object{"ImageId": "ami-2"}, true, []string{"ImageId"}, ""},
	} {
		instance := objectOf(t, "AWS::EC2::Instance", test.instance)
		instance.meta.Template = !test.live
		list := &listValue{}
		if test.template != nil {
			list.items = []any{objectOf(t, "AWS::EC2::LaunchTemplate", object{"LaunchTemplateData": test.template})}
		}
		if got := get(launched(instance, list), test.path...); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestLaunchInterfaces(t *testing.T) {
	given := map[string]any{"DeviceIndex": int64(0), "Groups": []any{"sg-1"}, "SubnetId": "subnet-1"}
	want := []any{map[string]any{"DeviceIndex": "0", "GroupSet": []any{"sg-1"}, "SubnetId": "subnet-1"}}
	if diff := cmp.Diff(want, launchInterfaces([]any{given})); diff != "" {
		t.Error(diff)
	}
}

func TestLaunchedTags(t *testing.T) {
	type object = map[string]any
	open := &cloud.Unresolved{Reason: "no default"}
	specification := func(kind, tags any) object {
		return object{"TagSpecifications": []any{object{"ResourceType": kind, "Tags": tags}}}
	}
	web := []any{object{"Key": "tier", "Value": "web"}}
	for _, test := range []struct {
		name     string
		own      map[string]string
		template any
		want     string
	}{
		{"of the instance", map[string]string{"tier": "web"}, object{}, "yes"},
		{"of the launch template", nil, specification("instance", web), "yes"},
		{"the instance comes first", map[string]string{"tier": "app"}, specification("instance", web), "no"},
		{"of the volumes", nil, specification("volume", web), "no"},
		{"value not known", nil, specification("instance", []any{object{"Key": "tier", "Value": open}}), "unknown"},
		{"key not known", nil, specification("instance", []any{object{"Key": open, "Value": "web"}}), "unknown"},
		{"list not known", nil, specification("instance", open), "unknown"},
		{"not read", nil, nil, "unknown"},
		{"not read, own tag", map[string]string{"tier": "web"}, nil, "yes"},
	} {
		instance := objectOf(t, "AWS::EC2::Instance", object{"LaunchTemplate": object{"LaunchTemplateId": "lt-1"}})
		instance.meta.Tags = test.own
		list := &listValue{}
		if test.template != nil {
			list.items = []any{objectOf(t, "AWS::EC2::LaunchTemplate", object{"LaunchTemplateData": test.template})}
		}
		tags := launchedTags(instance, list).(*objectValue)
		if got := answer(hasTags(tags, plain([]any{"tier::web"}))); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestLiteral(t *testing.T) {
	env, err := baseEnv()
	if err != nil {
		t.Fatal(err)
	}
	for expression, want := range map[string]bool{
		`literal("ami-1") == "ami-1"`:            false,
		`literal("${Image.ImageId}") == "ami-1"`: true,
	} {
		ast, issues := env.Compile(expression)
		if issues.Err() != nil {
			t.Fatal(issues.Err())
		}
		program, err := env.Program(ast)
		if err != nil {
			t.Fatal(err)
		}
		value, _, err := program.Eval(map[string]any{})
		if types.IsUnknown(value) != want {
			t.Errorf("%s gives %v, %v", expression, value, err)
		}
	}
}
