package rule

import (
	"maps"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// launchFunctions tell what an EC2 instance of a template gets from its launch
// template. An instance of an account shows what it got, and stays as it is.
// Both take the instance and the join
//
//	launchTemplates: AWS::EC2::LaunchTemplate where LaunchTemplateId or LaunchTemplateName = LaunchTemplate.LaunchTemplateId or LaunchTemplate.LaunchTemplateName
func launchFunctions() []cel.EnvOption {
	instance := cel.TypeParamType("I")
	return []cel.EnvOption{
		// launched(resource, launchTemplates) is an AWS::EC2::Instance that
		// has, where it says nothing itself, what its launch template says. Of
		// a launch template that was not read, that is unknown. Tags are as
		// the instance has them.
		function("launched",
			cel.Overload("launched_instance_list", []*cel.Type{instance, cel.ListType(cel.DynType)}, instance,
				cel.BinaryBinding(ofInstance(launched)))),

		// launchedTags(resource, launchTemplates) is the tags of an
		// AWS::EC2::Instance with those that its launch template adds.
		function("launchedTags",
			cel.Overload("launched_tags_instance_list", []*cel.Type{instance, cel.ListType(cel.DynType)}, cel.MapType(cel.StringType, cel.StringType),
				cel.BinaryBinding(ofInstance(launchedTags)))),
	}
}

func ofInstance(f func(instance *objectValue, templates ref.Val) ref.Val) func(ref.Val, ref.Val) ref.Val {
	return func(instance, templates ref.Val) ref.Val {
		o, ok := instance.(*objectValue)
		if !ok || o.meta == nil {
			return types.NewErr("launched() and launchedTags() take a resource")
		}
		return f(o, templates)
	}
}

// launchData is what the launch template of an instance holds, nil where there
// is none; missing says why it is not known.
func launchData(instance *objectValue, templates ref.Val) (data map[string]any, missing string) {
	named, ok := instance.fields["LaunchTemplate"]
	if !ok || !instance.meta.Template {
		return nil, ""
	}
	if u, ok := named.(*cloud.Unresolved); ok {
		return nil, "LaunchTemplate: " + u.Reason
	}
	list, ok := templates.(traits.Iterable)
	if !ok {
		return nil, "the launch template is not known"
	}
	for it := list.Iterator(); it.HasNext() == types.True; {
		template, ok := it.Next().(*objectValue)
		if !ok {
			continue
		}
		switch data := template.fields["LaunchTemplateData"].(type) {
		case map[string]any:
			return data, ""
		case *cloud.Unresolved:
			return nil, "LaunchTemplateData of " + template.meta.ID + ": " + data.Reason
		}
		return map[string]any{}, ""
	}
	m, _ := named.(map[string]any)
	for _, key := range []string{"LaunchTemplateId", "LaunchTemplateName"} {
		switch v := m[key].(type) {
		case string:
			return nil, "launch template " + v + " is not part of the template"
		case *cloud.Unresolved:
			return nil, "LaunchTemplate." + key + ": " + v.Reason
		}
	}
	return nil, "the launch template is not part of the template"
}

func launched(instance *objectValue, templates ref.Val) ref.Val {
	data, missing := launchData(instance, templates)
	if data == nil && missing == "" {
		return instance
	}
	out := &objectValue{
		fields: fromLaunchTemplate(data), node: instance.node, at: instance.at, open: missing, meta: instance.meta,
	}
	for name, own := range instance.fields {
		given, _ := out.fields[name].(map[string]any)
		out.fields[name] = own
		// Of an object such as MetadataOptions, each field counts by itself.
		shape := instance.node.Fields[name]
		object, ok := own.(map[string]any)
		if !ok || shape == nil || shape.Kind != schema.Object || name == "LaunchTemplate" {
			continue
		}
		object = maps.Clone(object)
		for field := range shape.Fields {
			switch {
			case object[field] != nil:
			case missing != "":
				object[field] = &cloud.Unresolved{Reason: missing}
			case given[field] != nil:
				object[field] = given[field]
			}
		}
		out.fields[name] = object
	}
	return out
}

// launchNames are the properties of an instance that a launch template has in
// the same form at another place, or at the same where nothing is said.
var launchNames = map[string][]string{
	"Affinity":                          {"Placement", "Affinity"},
	"AvailabilityZone":                  {"Placement", "AvailabilityZone"},
	"BlockDeviceMappings":               nil,
	"CpuOptions":                        nil,
	"DisableApiTermination":             nil,
	"EbsOptimized":                      nil,
	"EnclaveOptions":                    nil,
	"HibernationOptions":                nil,
	"HostId":                            {"Placement", "HostId"},
	"HostResourceGroupArn":              {"Placement", "HostResourceGroupArn"},
	"ImageId":                           nil,
	"InstanceInitiatedShutdownBehavior": nil,
	"InstanceType":                      nil,
	"KernelId":                          nil,
	"KeyName":                           nil,
	"LicenseSpecifications":             nil,
	"MetadataOptions":                   nil,
	"Monitoring":                        {"Monitoring", "Enabled"},
	"PlacementGroupName":                {"Placement", "GroupName"},
	"PrivateDnsNameOptions":             nil,
	"RamdiskId":                         {"RamDiskId"},
	"SecurityGroupIds":                  nil,
	"SecurityGroups":                    nil,
	"Tenancy":                           {"Placement", "Tenancy"},
	"UserData":                          nil,
}

// fromLaunchTemplate gives the data of a launch template the form that the
// properties of an instance have.
func fromLaunchTemplate(data map[string]any) map[string]any {
	out := map[string]any{}
	set := func(name string, value any) {
		if value != nil {
			out[name] = value
		}
	}
	for name, path := range launchNames {
		if path == nil {
			path = []string{name}
		}
		set(name, within(data, path...))
	}
	if profile := within(data, "IamInstanceProfile", "Name"); profile != nil {
		out["IamInstanceProfile"] = profile
	} else {
		set("IamInstanceProfile", within(data, "IamInstanceProfile", "Arn"))
	}
	if credits := within(data, "CreditSpecification", "CpuCredits"); credits != nil {
		out["CreditSpecification"] = map[string]any{"CPUCredits": credits}
	}
	set("NetworkInterfaces", launchInterfaces(data["NetworkInterfaces"]))
	return out
}

// launchInterfaces renames what the network interfaces of a launch template
// call another way.
func launchInterfaces(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	out := make([]any, len(list))
	for i, e := range list {
		network, ok := e.(map[string]any)
		if !ok {
			out[i] = e
			continue
		}
		network = maps.Clone(network)
		if groups, ok := network["Groups"]; ok {
			network["GroupSet"] = groups
			delete(network, "Groups")
		}
		if index, ok := network["DeviceIndex"].(int64); ok {
			network["DeviceIndex"] = describe(index)
		}
		out[i] = network
	}
	return out
}

// within is the value at a path of objects; where one on the way is not known,
// what stands in its place.
func within(v any, path ...string) any {
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok {
			if u, ok := v.(*cloud.Unresolved); ok {
				return u
			}
			return nil
		}
		v = m[name]
	}
	return v
}

func launchedTags(instance *objectValue, templates ref.Val) ref.Val {
	data, missing := launchData(instance, templates)
	if data == nil && missing == "" {
		return instance.tags()
	}
	tags := tagsOf(instance.meta)
	if tags.open == "" {
		tags.open = missing
	}
	unknown := func(v any) bool {
		u, ok := v.(*cloud.Unresolved)
		if ok && tags.open == "" {
			tags.open = u.Reason
		}
		return ok
	}
	if unknown(data["TagSpecifications"]) {
		return tags
	}
	specifications, _ := data["TagSpecifications"].([]any)
	for _, s := range specifications {
		kind, list := within(s, "ResourceType"), within(s, "Tags")
		if unknown(kind) || kind != "instance" || unknown(list) {
			continue
		}
		entries, _ := list.([]any)
		for _, entry := range entries {
			key, value := within(entry, "Key"), within(entry, "Value")
			if unknown(key) {
				continue
			}
			if name, ok := key.(string); ok && tags.fields[name] == nil {
				tags.fields[name] = value
			}
		}
	}
	return tags
}
