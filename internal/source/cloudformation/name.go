package cloudformation

import (
	"strings"
	"unicode"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// nameOf finds the property in which a type keeps the name that a person
// gives: BucketName of a Bucket, GroupName of a SecurityGroup, Name, or the
// identifier that a template may set, such as DBInstanceIdentifier. A name may
// hold symbols ("logs-${AWS::AccountId}") but not be one.
func nameOf(t *schema.Type, properties map[string]any) string {
	last := t.Name[strings.LastIndexByte(t.Name, ':')+1:]
	candidates := []string{}
	for i, c := range last {
		if i == 0 || unicode.IsUpper(c) && !unicode.IsUpper(rune(last[i-1])) {
			candidates = append(candidates, last[i:]+"Name")
		}
	}
	candidates = append(candidates, "Name")
	if len(t.PrimaryIdentifier) == 1 {
		id := t.PrimaryIdentifier[0]
		if !t.ReadOnly(id) && (strings.HasSuffix(id, "Name") || strings.HasSuffix(id, "Identifier")) {
			candidates = append(candidates, id)
		}
	}
	for _, property := range candidates {
		if name, ok := properties[property].(string); ok && name != "" && !cloud.IsSymbol(name) {
			return name
		}
	}
	return ""
}

// tags reads the tags into a map, whatever form the type keeps them in. A tag
// whose value is not known has what is known of it, which holds a symbol and
// so cannot be taken for a literal.
func (t *template) tags(r *cloud.Resource, typ *schema.Type) {
	v, ok := property(r.Properties, typ.TagProperty)
	if typ.TagProperty == "" {
		// A launch template and its kin: lists of tags, each for a resource.
		v, ok = r.Properties["TagSpecifications"]
	}
	if ok {
		r.Tags = map[string]string{}
		r.TagsUnresolved = collectTags(v, r.Tags)
		if len(r.Tags) == 0 {
			r.Tags = nil
		}
	}
	if name := r.Tags["Name"]; r.Name == "" && !cloud.IsSymbol(name) {
		r.Name = name
	}
}

// property follows a dotted path.
func property(properties map[string]any, path string) (any, bool) {
	var v any = properties
	for name := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = m[name]; !ok {
			return nil, false
		}
	}
	return v, true
}

// collectTags adds tags to a map and says what was not known of their keys.
func collectTags(v any, into map[string]string) (why string) {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return v.Reason
	case map[string]any:
		if items, ok := v["Items"].([]any); ok && len(v) == 1 {
			return collectTags(items, into)
		}
		for key, text := range v {
			into[key] = tagValue(text)
		}
	case []any:
		for _, element := range v {
			if reason := collectTag(element, into); reason != "" {
				why = reason
			}
		}
	}
	return why
}

// collectTag adds one {Key, Value}.
func collectTag(v any, into map[string]string) (why string) {
	if u, ok := v.(*cloud.Unresolved); ok {
		return u.Reason
	}
	pair, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	if tags, ok := pair["Tags"]; ok {
		return collectTags(tags, into)
	}
	key, text := pair["Key"], pair["Value"]
	if key == nil {
		key, text = pair["TagKey"], pair["TagValue"]
	}
	if key == nil {
		return ""
	}
	name, why := known(key)
	if why == "" {
		into[name] = tagValue(text)
	}
	return why
}

func tagValue(v any) string {
	if u, ok := v.(*cloud.Unresolved); ok {
		if u.Partial != "" {
			return u.Partial
		}
		return unnamed
	}
	s, _ := plain(v)
	return s
}
