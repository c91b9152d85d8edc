package customrule

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud"
)

//go:embed alias.tsv
var aliasTSV string

// aliases reads alias.tsv: by type and API name, the property.
var aliases = sync.OnceValue(func() map[string]map[string]string {
	table := map[string]map[string]string{}
	for line := range strings.Lines(aliasTSV) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(fields) != 3 {
			continue // a test holds every other line to have three
		}
		if table[fields[0]] == nil {
			table[fields[0]] = map[string]string{}
		}
		table[fields[0]][fields[1]] = fields[2]
	}
	return table
})

// addAliases puts beside the properties of a type what AWS's API calls them, so
// that rules find either. An alias has the property's value, not known where
// that is not, and is absent where the property is; it never takes the place of
// a property. readKnown tells whether properties that were not read are
// unresolved: if not, nothing empty is made of what may only be unread.
func addAliases(typ string, properties map[string]any, readKnown bool) {
	added := map[string]any{}
	for name, property := range aliases()[typ] {
		if value, ok := properties[property]; ok {
			added[name] = value
		}
	}
	for name, rebuild := range rebuilds[typ] {
		value := rebuild(properties)
		if value == any(undefined{}) || empty(value) && !readKnown {
			continue
		}
		added[name] = value
	}
	for name, value := range added {
		if _, taken := properties[name]; !taken {
			properties[name] = value
		}
	}
}

// empty tells whether a value is a list or object of nothing.
func empty(value any) bool {
	switch value := value.(type) {
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	}
	return false
}

// aliasesOf lists the names that addAliases may add to a type, in no order.
func aliasesOf(typ string) []string {
	return slices.AppendSeq(slices.Collect(maps.Keys(aliases()[typ])), maps.Keys(rebuilds[typ]))
}

// rebuilds makes, by type and API name, values that have another shape in the
// API than in CloudFormation. What the properties do not tell of them is
// unresolved; undefined says that the API has no such member either.
var rebuilds = map[string]map[string]func(properties map[string]any) any{
	"AWS::EC2::Instance": {"Placement": placement},
	"AWS::EC2::SecurityGroup": {
		"IpPermissions":       ingressPermissions,
		"IpPermissionsEgress": egressPermissions,
	},
	"AWS::IAM::User":       {"AccessKeyMetadata": accessKeyMetadata},
	"AWS::KMS::Key":        {"KeyMetadata": keyMetadata},
	"AWS::RDS::DBInstance": {"VpcSecurityGroups": vpcSecurityGroups},
	"AWS::S3::Bucket": {
		"BucketVersioning": bucketVersioning,
		"LoggingEnabled":   loggingEnabled,
	},
}

// unread stands for a member that the API has and the scan does not read.
func unread() any { return &cloud.Unresolved{Reason: notRead} }

// pick makes an object of members of another. Names are separated by spaces;
// one that differs is written new:old. Those in missing are not known.
func pick(from map[string]any, names, missing string) map[string]any {
	object := map[string]any{}
	for _, name := range strings.Fields(names) {
		to, of, differs := strings.Cut(name, ":")
		if !differs {
			of = to
		}
		if value, ok := from[of]; ok {
			object[to] = value
		}
	}
	for _, name := range strings.Fields(missing) {
		object[name] = unread()
	}
	return object
}

// rebuildEach makes a list of another, element by element; none for one that is
// absent. Elements that are not known stay what they are.
func rebuildEach(list any, present bool, element func(any) any) any {
	if !present {
		return []any{}
	}
	switch list := normal(list).(type) {
	case *cloud.Unresolved:
		return list
	case []any:
		out := make([]any, len(list))
		for i, e := range list {
			e = normal(e)
			if _, unknown := e.(*cloud.Unresolved); !unknown {
				e = element(e)
			}
			out[i] = e
		}
		return out
	}
	return unexpected("list")
}

// rebuildObject makes an object of another; undefined for one that is absent.
func rebuildObject(object any, present bool, rebuild func(map[string]any) any) any {
	if !present {
		return undefined{}
	}
	switch object := normal(object).(type) {
	case *cloud.Unresolved:
		return object
	case map[string]any:
		return rebuild(object)
	}
	return unexpected("object")
}

// unexpected is what can be said of a value that has not the type's shape.
func unexpected(want string) any {
	return &cloud.Unresolved{Reason: "the value is no " + want + ", so it cannot be given the form that AWS's API has"}
}
