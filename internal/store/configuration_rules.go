package store

import (
	"github.com/surety-cloud/surety/internal/conformity"
)

func (im *importer) customRule(given *ConfiguredRule) error {
	item := Imported{Kind: "custom rule", ID: given.ID, Name: given.Rule.Name}
	was, there := find(im.here.CustomRules,
		func(r *ConfiguredRule) bool { return r.ID == given.ID }, func(r *ConfiguredRule) bool { return same(r.Rule.Name, given.Rule.Name) })
	want := *given
	if there {
		want.ID = was.ID
	}
	item.ID = want.ID
	err := im.put(item, there, was, want, func() error {
		doc, err := marshal(want.Rule)
		if err != nil {
			return err
		}
		_, err = im.tx.ExecContext(im.ctx, `INSERT INTO custom_rules (id, doc, created, modified) VALUES ($1, $2, $3, $3)
			ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, modified = excluded.modified`, want.ID, doc, im.s.now().UnixMilli())
		return err
	})
	return im.keep(im.rules, given.ID, want.ID, err)
}

func (im *importer) standard(given *ConfiguredStandard) error {
	item := Imported{Kind: "custom standard", ID: given.ID, Name: given.Standard.Name}
	was, there := find(im.here.Standards,
		func(s *ConfiguredStandard) bool { return s.ID == given.ID },
		func(s *ConfiguredStandard) bool {
			return same(s.Standard.Name, given.Standard.Name) && same(s.Standard.Version, given.Standard.Version)
		})
	want := *given
	want.Standard.Controls = orEmpty(want.Standard.Controls)
	if there {
		want.ID = was.ID
	}
	item.ID = want.ID
	return im.put(item, there, was, want, func() error {
		doc, err := marshal(want.Standard)
		if err != nil {
			return err
		}
		_, err = im.tx.ExecContext(im.ctx, `INSERT INTO custom_standards (id, doc, modified) VALUES ($1, $2, $3)
			ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, modified = excluded.modified`, want.ID, doc, im.s.now().UnixMilli())
		return err
	})
}

func (im *importer) profile(given *ConfiguredProfile) error {
	item := Imported{Kind: "profile", ID: given.ID, Name: given.Name}
	was, there := find(im.here.Profiles,
		func(p *ConfiguredProfile) bool { return p.ID == given.ID }, func(p *ConfiguredProfile) bool { return same(p.Name, given.Name) })
	want := *given
	if there {
		want.ID = was.ID
	}
	item.ID = want.ID
	return im.putProfile(item, there, want.ID, &was, &want)
}

// organisation brings in the organisation's name and its own profile, whose id
// differs from server to server.
func (im *importer) organisation(given *ConfiguredOrganisation) error {
	if given.Name != "" {
		item := Imported{Kind: "organisation", ID: im.org.ID, Name: given.Name}
		if err := im.put(item, true, im.here.Organisation.Name, given.Name, func() error {
			_, err := im.tx.ExecContext(im.ctx, "UPDATE organisation SET name = $1 WHERE id = $2", given.Name, im.org.ID)
			return err
		}); err != nil {
			return err
		}
	}
	if given.Profile == nil {
		return nil
	}
	id := conformity.OrganisationProfileID(im.org.ID)
	want, was := *given.Profile, im.here.Organisation.Profile
	want.ID = ""
	there := was != nil
	if !there {
		was = &ConfiguredProfile{}
	}
	return im.putProfile(Imported{Kind: "profile", ID: id, Name: want.Name}, there, id, was, &want)
}

// putProfile writes a profile. Rules that only the profile here has stay.
func (im *importer) putProfile(item Imported, there bool, id string, was, want *ConfiguredProfile) error {
	given := want.Rules
	want.Rules = im.settings(was.Rules, given)
	sortSettings(want.Rules)
	return im.put(item, there, was, want, func() error {
		p := Profile{ID: id, Name: want.Name, Description: want.Description}
		return im.tx.putProfile(im.ctx, &p, was.Rules, want.Rules, im.s.now())
	})
}
