package terraform

import (
	"cmp"
	"maps"
	"slices"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// effectiveTags are the tags that AWS will see: tags_all where it is known,
// else the resource's own over the provider's default_tags. ok is false when
// the type has no map of tags, or nothing is set.
func effectiveTags(in *instance, facts *fact) (tags any, ok bool) {
	if facts == nil || facts.Fields["tags"] == nil || facts.Fields["tags"].Kind != "map" {
		return nil, false
	}
	if all, known := in.Values["tags_all"].(map[string]any); known {
		return all, true
	}
	own := in.Values["tags"]
	if len(in.DefaultTags) == 0 || facts.Fields["tags_all"] == nil {
		return own, own != nil
	}
	merged := maps.Clone(in.DefaultTags)
	switch own := own.(type) {
	case map[string]any:
		maps.Copy(merged, own)
	case nil:
	default:
		return own, true
	}
	return merged, true
}

// resourceTags are the tags of the resource as a map, and why it may not be
// complete.
func resourceTags(in *instance, props map[string]any, typ *schema.Type) (tags map[string]string, unresolved string) {
	tags = map[string]string{}
	add := func(key, value any) {
		name, ok := key.(string)
		if !ok {
			if u, is := key.(*cloud.Unresolved); is {
				unresolved = u.Reason
			}
			return
		}
		if cloud.HasSymbol(name) {
			unresolved = "the tag " + name + " is known only after deployment"
			return
		}
		switch value := value.(type) {
		case *cloud.Unresolved:
			if name == "" { // default_tags that are not known at all
				unresolved = value.Reason
				return
			}
			tags[name] = cmp.Or(value.Partial, "${"+name+"}")
		case nil:
		default:
			tags[name] = scalarText(value)
		}
	}
	var source any
	if typ.TagProperty != "" {
		source = props[typ.TagProperty]
	}
	if source == nil {
		// The type has no tags in CloudFormation, or keeps them elsewhere.
		m, _ := mappingOf(in.Type)
		if m != nil {
			source, _ = effectiveTags(in, m.Facts)
		}
	}
	switch source := source.(type) {
	case *cloud.Unresolved:
		unresolved = source.Reason
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(source)) {
			add(key, source[key])
		}
	case []any:
		for _, e := range source {
			switch e := e.(type) {
			case map[string]any:
				add(e["Key"], e["Value"])
			case *cloud.Unresolved:
				unresolved = e.Reason
			}
		}
	case string:
		unresolved = source + " is known only after deployment"
	}
	return tags, unresolved
}
