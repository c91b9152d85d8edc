package customrule

import (
	"maps"
	"slices"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// DocumentMeta is what a document says of a resource beside its properties.
type DocumentMeta struct {
	AccountID      string // our id of the account; empty for AWS's, the resource's own
	OrganisationID string
	Service        string // "S3"
	DescriptorType string // "s3-bucket"
	CCRN           string // "ccrn:aws:…"
	Provider       string // empty for "aws"
	Link           string // to the provider's console
	LinkTitle      string

	LastModified   time.Time // zero where nobody knows
	LastModifiedBy string

	// Given says which properties of the resource's type the scan reads: the
	// entry of the type in cloud.Inventory.Given. What it does not read is then
	// unresolved in the document, instead of seeming not to be set. Nil says
	// that all of it was read.
	Given map[string]bool
}

// notRead is the reason of properties that the scan does not read.
const notRead = "the scan does not read this property"

// Document makes the document that attributes of rules look into. Under "data"
// are the properties of the resource under CloudFormation's names and, where
// AWS's API has another name for one, under that too; "Tags" there is always a
// list of {Key, Value}, in the order of the keys, whatever form the type keeps
// them in.
//
// Values are shared with the resource and must not be changed. Those that are
// not known are *cloud.Unresolved; see Plain for a document without them.
func Document(r *cloud.Resource, meta DocumentMeta) map[string]any {
	document := map[string]any{
		"accountId":        or(meta.AccountID, r.Account),
		"organisationId":   meta.OrganisationID,
		"resourceId":       r.ID,
		"service":          meta.Service,
		"ccrn":             meta.CCRN,
		"region":           r.Region,
		"descriptorType":   meta.DescriptorType,
		"data":             data(r, meta.Given),
		"name":             or(r.Name, r.ID),
		"link":             meta.Link,
		"linkTitle":        meta.LinkTitle,
		"errors":           []any{},
		"provider":         or(meta.Provider, "aws"),
		"lastModifiedDate": nil,
		"lastModifiedBy":   meta.LastModifiedBy,
	}
	if !meta.LastModified.IsZero() {
		document["lastModifiedDate"] = meta.LastModified.UnixMilli()
	}
	if r.Fragment != "" { // what is not in data may be in the rest of the resource
		document["data"] = &cloud.Unresolved{Reason: r.Fragment}
	}
	return document
}

func or(value, otherwise string) string {
	if value != "" {
		return value
	}
	return otherwise
}

// data copies the properties, their values shared, and completes them.
func data(r *cloud.Resource, given map[string]bool) map[string]any {
	properties := make(map[string]any, len(r.Properties)+1)
	for name, value := range r.Properties {
		if r.Template {
			value = symbols(value)
		}
		properties[name] = value
	}
	tagProperty := "Tags"
	if typ, ok := schema.Lookup(r.Type); ok {
		tagProperty = or(typ.TagProperty, tagProperty)
		if given != nil {
			for name := range typ.Root.Fields {
				if _, read := properties[name]; !read && !given[name] {
					properties[name] = &cloud.Unresolved{Reason: notRead}
				}
			}
		}
	}
	properties["Tags"] = tags(r, properties[tagProperty])
	addAliases(r.Type, properties, given != nil)
	return properties
}

// tags lists the tags; property is where the type keeps them.
func tags(r *cloud.Resource, property any) any {
	open, unresolved := property.(*cloud.Unresolved)
	if r.TagsUnresolved != "" {
		open, unresolved = &cloud.Unresolved{Reason: r.TagsUnresolved}, true
	}
	if unresolved && len(r.Tags) == 0 {
		return open
	}
	list := make([]any, 0, len(r.Tags)+1)
	for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
		var value any = r.Tags[key]
		if r.Template {
			value = symbols(value)
		}
		list = append(list, map[string]any{"Key": key, "Value": value})
	}
	if r.TagsUnresolved != "" { // there may be more
		list = append(list, &cloud.Unresolved{Reason: r.TagsUnresolved, Many: true})
	}
	return list
}

// symbols copies a value of a template; texts with a part that exists only
// after deployment become unresolved, since a rule compares with literals.
func symbols(v any) any {
	switch v := v.(type) {
	case string:
		if cloud.HasSymbol(v) {
			return &cloud.Unresolved{Reason: v + " is known only after deployment", Partial: v}
		}
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = symbols(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, e := range v {
			out[name] = symbols(e)
		}
		return out
	}
	return v
}
