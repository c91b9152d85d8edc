package aws

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

const taggingCalls = "tag:GetResources"

// tags reads the tags of the types whose lists do not give them: one call for
// each 100 tagged resources of a region instead of one for each resource.
func (c *crawl) tags(ctx context.Context, s *session, scopes []*scope) {
	filters := map[string]map[string]bool{} // region → types of the tagging API
	waiting := map[string][]*cloud.Resource{}
	for _, sc := range scopes {
		for _, r := range sc.found {
			e := sc.collector.emission(r.Type)
			switch e.tagged {
			case "":
				continue
			case "-":
				if r.Tags == nil && taggable(r.Type) {
					r.TagsUnresolved = "the tags of this type are not read"
				}
				continue
			}
			region := r.Region
			if region == "global" {
				region = s.home()
			}
			if filters[region] == nil {
				filters[region] = map[string]bool{}
			}
			filters[region][e.tagged] = true
			waiting[region] = append(waiting[region], r)
		}
	}
	for _, region := range slices.Sorted(maps.Keys(filters)) {
		byARN, err := s.tagsIn(ctx, region, slices.Sorted(maps.Keys(filters[region])))
		if err != nil {
			c.mu.Lock()
			c.fail(&scope{session: s, region: region, collector: &collector{service: "tags"}}, "tags", err)
			c.mu.Unlock()
		}
		for _, r := range waiting[region] {
			if tags, ok := byARN[r.ARN]; ok {
				r.Tags = tags
			} else if err != nil {
				r.TagsUnresolved = reason(err)
			}
		}
	}
}

func taggable(typ string) bool {
	t, ok := schema.Lookup(typ)
	return ok && t.TagProperty != ""
}

// maxFilters is how many types one call of GetResources takes.
const maxFilters = 100

func (s *session) tagsIn(ctx context.Context, region string, filters []string) (map[string]map[string]string, error) {
	client := resourcegroupstaggingapi.NewFromConfig(s.at(region))
	byARN := map[string]map[string]string{}
	for part := range slices.Chunk(filters, maxFilters) {
		pages := resourcegroupstaggingapi.NewGetResourcesPaginator(client, &resourcegroupstaggingapi.GetResourcesInput{
			ResourceTypeFilters: part, ResourcesPerPage: ptr(int32(100)),
		})
		err := each(permit(ctx, taggingCalls), pages, func(page *resourcegroupstaggingapi.GetResourcesOutput) {
			for _, m := range page.ResourceTagMappingList {
				byARN[deref(m.ResourceARN)] = tagMap(m.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
			}
		})
		if err != nil {
			return byARN, err
		}
	}
	return byARN, nil
}

// tagMap makes a map of an API's list of tags.
func tagMap[T any](list []T, pair func(T) (key, value *string)) map[string]string {
	tags := make(map[string]string, len(list))
	for _, t := range list {
		key, value := pair(t)
		tags[deref(key)] = deref(value)
	}
	return tags
}

// tagProperty gives a resource its tags as a property, in the form of its
// type, for rules that read them there.
func tagProperty(r *cloud.Resource, options *Options) {
	t, ok := schema.Lookup(r.Type)
	if !ok || options.Lean && !options.wants(r.Type, []string{t.TagProperty}) || t.TagProperty == "" || r.Properties[t.TagProperty] != nil {
		return
	}
	node := t.Property(t.TagProperty)
	switch {
	case node == nil:
	case r.TagsUnresolved != "":
		r.Properties[t.TagProperty] = &cloud.Unresolved{Reason: r.TagsUnresolved}
	case len(r.Tags) == 0:
	case node.Kind == schema.List:
		var list []any
		for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
			list = append(list, map[string]any{"Key": key, "Value": r.Tags[key]})
		}
		r.Properties[t.TagProperty] = list
	default:
		m := make(map[string]any, len(r.Tags))
		for key, value := range r.Tags {
			m[key] = value
		}
		r.Properties[t.TagProperty] = m
	}
}

func ptr[T any](v T) *T { return &v }
