package standards_test

import (
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/rules"
	"github.com/surety-cloud/surety/standards"
)

// TestStandards holds every standard to its form and to the rules that there
// are.
func TestStandards(t *testing.T) {
	set, err := standard.NewSet(standards.Files, "standards/")
	if err != nil {
		t.Fatal(err)
	}
	all, err := set.All()
	if err != nil {
		t.Fatal(err)
	}
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, s := range all {
		if ids[s.ID] {
			t.Errorf("%s: another standard has the id %s", s.Name, s.ID)
		}
		ids[s.ID] = true
		for _, e := range s.Entries() {
			for _, id := range e.Control.Rules {
				if _, err := library.Rule(id); err != nil {
					t.Errorf("%s, control %s: %v", s.Name, e.Control.ID, err)
				}
			}
			if title := e.Control.Title; strings.HasSuffix(title, ".") || strings.Contains(title, "…") || strings.HasPrefix(title, "Ensure ") {
				t.Errorf("%s, control %s: the title is no short description: %q", s.Name, e.Control.ID, title)
			}
		}
	}
	for _, id := range []string{
		"AWAF", "FSBP", "CISAWSF-1_4_0", "CISAWSF-1_5_0", "CISAWSF-2_0", "CISAWSF-3_0", "CISAWSF-4_0_1", "CISAWSF-5_0",
		"PCI", "PCI-V4", "NIST5", "NIST-CSF", "NIST-CSF-2_0", "ISO27001", "ISO27001-2022", "SOC2", "HIPAA", "GDPR", "FEDRAMP", "NIS-2",
	} {
		if !ids[id] {
			t.Errorf("the standard %s is not there; scripts ask for it by this id", id)
		}
	}
}

// TestPagesNameNone keeps what rules bear on in one place: a page of the
// catalogue that named controls could disagree with the standard.
func TestPagesNameNone(t *testing.T) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Standards) > 0 {
			t.Errorf("%s names controls; they stand in standards/", r.File)
		}
	}
}
