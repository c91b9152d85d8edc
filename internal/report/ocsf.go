package report

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// ocsfVersion is the release of the Open Cybersecurity Schema Framework that
// the output follows, the newest of August 2026. All that is used of it is
// there since 1.6, the release that AWS Security Hub reads.
const ocsfVersion = "1.9.0"

// errNoTime is the error of a format whose findings need the time of the scan.
var errNoTime = errors.New("the report does not tell when the scan was made")

// writeOCSF writes one Compliance Finding (class 2003) of OCSF a line.
//
// They are lines and not one array because the tools that carry OCSF read
// records: Security Lake takes Parquet, and what makes Parquet of JSON for it
// (Glue, Athena, Firehose) wants each record on a line of its own, as do the
// collectors of SIEMs. `jq -s .` makes one array of them.
//
// What is suppressed is always written, with the status Suppressed, for a
// reader that keeps findings closes its own by it.
func writeOCSF(w io.Writer, r *Report) error {
	if len(r.Checks) > 0 && r.Time.IsZero() {
		return errNoTime
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	o := &ocsf{r: r, partitions: r.partitions(), advice: map[*rule.Rule]advice{}}
	for _, c := range r.sorted(func(*engine.Check) bool { return true }) {
		if err := encoder.Encode(o.finding(c)); err != nil {
			return err
		}
	}
	return nil
}

// An ocsf is a report being written.
type ocsf struct {
	r          *Report
	partitions map[string]string
	advice     map[*rule.Rule]advice
}

// of is what the page of a rule says, read once.
func (o *ocsf) of(r *rule.Rule) advice {
	a, ok := o.advice[r]
	if !ok {
		a = adviceOn(r)
		o.advice[r] = a
	}
	return a
}

func (o *ocsf) finding(c *engine.Check) ocsfFinding {
	severityID, severity := ocsfSeverity(c)
	statusID, status := ocsfStatus(c)
	f := ocsfFinding{
		ActivityID: 1, ActivityName: "Create",
		CategoryUID: 2, CategoryName: "Findings",
		ClassUID: 2003, ClassName: "Compliance Finding",
		TypeUID: 200301, TypeName: "Compliance Finding: Create",
		Time:       o.r.Time.UnixMilli(),
		SeverityID: severityID, Severity: severity,
		StatusID: statusID, Status: status, StatusCode: string(c.Verdict),
		Message:     c.Message,
		Metadata:    o.metadata(c),
		FindingInfo: o.info(c),
		Compliance:  ocsfComplianceOf(c),
		Resources:   []ocsfResource{o.resource(c)},
		Unmapped:    &ocsfUnmapped{Risk: c.Risk, Categories: c.Rule.Categories},
	}
	if s := c.Suppressed; s != nil {
		f.StatusDetail = s.Reason
		f.Unmapped.SuppressedUntil = until(s)
	}
	if c.Verdict != engine.Pass {
		a := o.of(c.Rule)
		f.Remediation = &ocsfRemediation{Desc: a.repair, References: a.urls}
	}
	if live(c) {
		f.Cloud = &ocsfCloud{
			Provider:  "AWS",
			Account:   ocsfAccount{UID: c.Resource.Account, TypeID: 10, Type: "AWS Account"},
			Region:    c.Resource.Region,
			Partition: o.partitions[c.Resource.Account],
		}
	}
	return f
}

// ocsfSeverity is the number and caption of severity_id.
func ocsfSeverity(c *engine.Check) (int, string) {
	switch severityOf(c) {
	case informational:
		return 1, "Informational"
	case low:
		return 2, "Low"
	case medium:
		return 3, "Medium"
	case high:
		return 4, "High"
	}
	return 5, "Critical"
}

// ocsfStatus is where a finding stands in the work of those who read it; what
// the check came to is in the object compliance.
func ocsfStatus(c *engine.Check) (int, string) {
	switch {
	case c.Suppressed != nil:
		return 3, "Suppressed"
	case c.Verdict == engine.Pass:
		return 4, "Resolved"
	}
	return 1, "New"
}

// ocsfVerdict is the number and caption of a compliance status. Warning is
// OCSF's word for a check that gave no result for want of information.
func ocsfVerdict(v engine.Verdict) (int, string) {
	switch v {
	case engine.Pass:
		return 1, "Pass"
	case engine.Fail:
		return 3, "Fail"
	}
	return 2, "Warning"
}

func (o *ocsf) metadata(c *engine.Check) ocsfMetadata {
	m := ocsfMetadata{
		Version:   ocsfVersion,
		EventCode: c.Rule.ID,
		Product: ocsfProduct{
			UID: "surety", Name: "Surety", VendorName: "Surety", Version: o.r.Version,
			URL: "https://github.com/surety-cloud/surety",
		},
	}
	if live(c) {
		m.Profiles = []string{"cloud"}
	}
	return m
}

func (o *ocsf) info(c *engine.Check) ocsfInfo {
	return ocsfInfo{
		UID:      o.r.checkID(c),
		Title:    c.Rule.Title,
		Desc:     o.of(c.Rule).summary,
		Types:    c.Rule.Categories,
		Analytic: ocsfAnalytic{UID: c.Rule.ID, Name: c.Rule.Title, TypeID: 1, Type: "Rule"},
	}
}

func ocsfComplianceOf(c *engine.Check) ocsfCompliance {
	statusID, status := ocsfVerdict(c.Verdict)
	severityID, _ := ocsfSeverity(c)
	standards := standardsOf(c.Rule)
	return ocsfCompliance{
		Control:       c.Rule.ID,
		Desc:          c.Rule.Title,
		Standards:     standards,
		Requirements:  c.Rule.Controls(),
		StatusID:      statusID,
		Status:        status,
		StatusDetails: c.Missing,
		Checks: []ocsfCheck{{
			UID: c.Rule.ID, Name: c.Rule.Title, Standards: standards,
			StatusID: statusID, Status: status,
			SeverityID: severityID, Severity: string(c.Risk),
		}},
	}
}

// standardsOf names each standard that a rule bears on once: "CIS-V8" of
// "CIS-V8:4.4".
func standardsOf(r *rule.Rule) []string {
	var names []string
	for _, control := range r.Controls() {
		name, _, _ := strings.Cut(control, ":")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (o *ocsf) resource(c *engine.Check) ocsfResource {
	r := c.Resource
	out := ocsfResource{
		UID: cmp.Or(r.ARN, r.ID), Name: cmp.Or(r.Name, r.ID), Type: r.Type,
		RoleID: 1, Role: "Target",
		Data: o.place(c),
	}
	if r.ARN != "" && r.ARN != r.ID {
		out.AltUID = r.ID
	}
	if live(c) {
		out.Region, out.Partition = r.Region, o.partitions[r.Account]
	}
	if !r.Created.IsZero() {
		out.CreatedTime = r.Created.UnixMilli()
	}
	for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
		out.Tags = append(out.Tags, ocsfTag{Name: key, Value: r.Tags[key]})
	}
	return out
}

// place is where in a template the check points, for which OCSF has no
// attribute of its own.
func (o *ocsf) place(c *engine.Check) *locationJSON {
	l := location(c)
	if l == nil {
		return nil
	}
	return &locationJSON{File: o.r.relative(l.File), Line: l.Line, EndLine: l.EndLine}
}
