package api

import (
	"fmt"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/customrule"
	"github.com/surety-cloud/surety/internal/source/snapshot"
	"github.com/surety-cloud/surety/internal/store"
)

// document is the configuration of a resource in the form that custom rules
// see it.
func (v *resourceView) document(r *store.Resource, t *resourceAttributes) (map[string]any, error) {
	resource, err := snapshot.Unmarshal(r.Doc)
	if err != nil {
		return nil, fmt.Errorf("the document of the resource %s cannot be read: %w", t.CCRN, err)
	}
	return customrule.Plain(customrule.Document(resource, customrule.DocumentMeta{
		AccountID: t.AccountID, OrganisationID: v.organisation, Service: t.Service, DescriptorType: t.Descriptor, CCRN: t.CCRN, Provider: conformity.AWS,
		Link: t.Link, LinkTitle: t.LinkTitle, LastModified: r.Modified,
	})), nil
}
