package fix

import (
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// Properties are the properties of a resource as corrections leave them: the
// values by property path, of which nil removes. The resource is not changed;
// what the corrections do not touch is shared with it.
func Properties(r *cloud.Resource, values map[string]any) (map[string]any, error) {
	wanted := maps.Clone(r.Properties)
	if wanted == nil {
		wanted = map[string]any{}
	}
	touched := map[string]any{}
	for _, path := range slices.Sorted(maps.Keys(values)) {
		if err := put(wanted, path, values[path]); err != nil {
			return nil, err
		}
	}
	for path := range values {
		top, _, _ := strings.Cut(path, ".")
		if v, ok := wanted[top]; ok && v != nil {
			touched[top] = v
		}
	}
	if typ, ok := schema.Lookup(r.Type); ok {
		touched = typ.Coerce(touched)
	}
	maps.Copy(wanted, touched)
	derive(r.Type, wanted, values)
	return wanted, nil
}

// derive brings what the overlay says of a resource in line with the property
// that AWS derives it from.
func derive(typ string, properties, values map[string]any) {
	acl, set := values["AccessControl"].(string)
	if typ != "AWS::S3::Bucket" || !set {
		return
	}
	if grants, ok := cloud.CannedGrants(acl); ok {
		properties["Grants"] = append([]any{}, grants...)
	}
}

// put sets the value at a dotted path; objects on the way are copied, since
// others share them. A nil value removes.
func put(object map[string]any, path string, value any) error {
	names := strings.Split(path, ".")
	for i, name := range names[:len(names)-1] {
		here := strings.Join(names[:i+1], ".")
		switch v := object[name].(type) {
		case nil:
			if value == nil {
				return nil
			}
			next := map[string]any{}
			object[name] = next
			object = next
		case map[string]any:
			next := maps.Clone(v)
			object[name] = next
			object = next
		case *cloud.Unresolved:
			return edit.Impossiblef("%s is not known: %s", here, v.Reason)
		default:
			return edit.Impossiblef("%s is not an object, and the correction is of a part of it", here)
		}
	}
	last := names[len(names)-1]
	if value == nil {
		delete(object, last)
		return nil
	}
	object[last] = value
	return nil
}
