package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// What one call of BatchImportFindings takes: so many findings, and so many
// bytes (6 MB, of which some are left for the rest of the request).
//
// Source: "Guidelines for using the BatchImportFindings API" in the AWS
// Security Hub partner guide.
const (
	asffBatch      = 100
	asffBatchBytes = 5_900_000
)

// errNoAccount is the error for the checks of a template.
var errNoAccount = errors.New("a finding in the AWS Security Finding Format belongs to an AWS account, " +
	"and a template is in none; use ocsf or sarif, or scan a live account")

// writeASFF writes findings in the AWS Security Finding Format for AWS
// Security Hub. Each line is one batch, a JSON array that is what
//
//	aws securityhub batch-import-findings --findings file://batch.json
//
// takes: at most 100 findings, all of one account and region, for a call goes
// to the Security Hub of that account in that region. `split -l 1` makes a file
// of each batch; a report of one batch can be given as it is.
//
// What passed and what is suppressed is always written: Security Hub closes a
// finding by it.
func writeASFF(w io.Writer, r *Report) error {
	a := &asff{r: r, time: r.Time.UTC().Format(time.RFC3339), partitions: r.partitions(), advice: map[*rule.Rule]advice{}}
	batches := map[asffPlace]*asffLine{}
	for _, c := range r.sorted(func(*engine.Check) bool { return true }) {
		switch {
		case !live(c):
			return errNoAccount
		case r.Time.IsZero():
			return errNoTime
		}
		at := a.place(c)
		finding, err := asffJSON(a.finding(c, at))
		if err != nil {
			return err
		}
		if batches[at] == nil {
			batches[at] = &asffLine{}
		}
		if err := batches[at].add(w, finding); err != nil {
			return err
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(batches), func(a, b asffPlace) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.region, b.region))
	}) {
		if err := batches[at].flush(w); err != nil {
			return err
		}
	}
	return nil
}

// An asffLine is a batch that is being filled.
type asffLine struct {
	text     []byte
	findings int
}

// add writes the batch and begins another when the finding has no room in it.
func (l *asffLine) add(w io.Writer, finding []byte) error {
	if l.findings == asffBatch || l.findings > 0 && len(l.text)+len(finding) > asffBatchBytes {
		if err := l.flush(w); err != nil {
			return err
		}
	}
	separator := byte(',')
	if l.findings == 0 {
		separator = '['
	}
	l.text = append(append(l.text, separator), finding...)
	l.findings++
	return nil
}

func (l *asffLine) flush(w io.Writer) error {
	_, err := w.Write(append(l.text, "]\n"...))
	l.text, l.findings = l.text[:0], 0
	return err
}

func asffJSON(f asffFinding) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(f); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// An asff is a report being written.
type asff struct {
	r          *Report
	time       string
	partitions map[string]string
	advice     map[*rule.Rule]advice
}

// An asffPlace is a Security Hub that findings go to.
type asffPlace struct{ partition, account, region string }

// homeRegions are where AWS keeps what it has once for all regions.
var homeRegions = map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

// place is the Security Hub for a check. What is global goes to the region
// that AWS keeps it in.
func (a *asff) place(c *engine.Check) asffPlace {
	at := asffPlace{
		partition: cmp.Or(a.partitions[c.Resource.Account], "aws"),
		account:   c.Resource.Account,
		region:    c.Resource.Region,
	}
	if at.region == "" || at.region == globalRegion {
		at.region = cmp.Or(homeRegions[at.partition], homeRegions["aws"])
	}
	return at
}

func (at asffPlace) product() string {
	return "arn:" + at.partition + ":securityhub:" + at.region + ":" + at.account + ":product/" + at.account + "/default"
}

func (a *asff) finding(c *engine.Check, at asffPlace) asffFinding {
	f := asffFinding{
		SchemaVersion: "2018-10-08",
		ID:            bounded(a.r.checkID(c), 512),
		ProductARN:    at.product(),
		ProductName:   "Surety",
		CompanyName:   "Surety",
		Region:        at.region,
		GeneratorID:   cut("surety/"+c.Rule.ID, 512),
		AccountID:     c.Resource.Account,
		CreatedAt:     a.time,
		UpdatedAt:     a.time,
		Title:         cut(c.Rule.Title, 256),
		Description:   cut(sentence(c), 1024),
		ProductFields: a.fields(c),
		Resources:     []asffResource{a.resource(c, at)},
		Compliance:    asffComplianceOf(c),
		RecordState:   "ACTIVE",
		Provider: asffProvider{
			Severity: asffSeverity{Label: asffLabel(c), Original: string(c.Risk)},
			Types:    asffTypesOf(c.Rule),
		},
	}
	if c.Verdict != engine.Pass {
		page := a.of(c.Rule)
		f.Remediation = &asffRemediation{Recommendation: asffRecommendation{Text: cut(strings.ReplaceAll(page.repair, "\n\n", " "), 512)}}
		if len(page.urls) > 0 {
			f.Remediation.Recommendation.URL = plain(page.urls[0])
		}
	}
	switch {
	case c.Suppressed != nil:
		// The workflow status SUPPRESSED would say more, but an import can set
		// it only when the finding is new and can never take it back: the
		// finding would stay hidden past the end of the suppression. An archived
		// one that becomes active again is new again.
		f.RecordState = "ARCHIVED"
	case c.Verdict == engine.Pass:
		// Security Hub makes it NEW again when the check no longer passes.
		f.Workflow = &asffWorkflow{Status: "RESOLVED"}
	}
	return f
}

// of is what the page of a rule says, read once.
func (a *asff) of(r *rule.Rule) advice {
	page, ok := a.advice[r]
	if !ok {
		page = adviceOn(r)
		a.advice[r] = page
	}
	return page
}

// fields tells what the format has no attribute for.
func (a *asff) fields(c *engine.Check) map[string]string {
	fields := map[string]string{
		"surety/rule":       c.Rule.ID,
		"surety/risk":       string(c.Risk),
		"surety/categories": strings.Join(c.Rule.Categories, ", "),
		"surety/type":       c.Resource.Type,
		"surety/name":       c.Resource.Name,
		"surety/version":    a.r.Version,
	}
	if s := c.Suppressed; s != nil {
		fields["surety/suppressed"] = cmp.Or(s.Reason, "yes")
		fields["surety/suppressedUntil"] = until(s)
	}
	return asffMap(fields, 50, 128, 2048)
}

func (a *asff) resource(c *engine.Check, at asffPlace) asffResource {
	r := c.Resource
	out := asffResource{
		Type:   asffType(r.Type),
		ID:     bounded(cmp.Or(r.ARN, r.ID), 512),
		Region: at.region,
		Tags:   asffMap(r.Tags, 50, 128, 256),
	}
	if unread(r) {
		// What could not be listed is a fault of the account, which Security
		// Hub names like this.
		out.Type, out.ID = "AwsAccount", "AWS::::Account:"+r.Account
	}
	if homeRegions[at.partition] != "" {
		out.Partition = at.partition
	}
	return out
}

func asffComplianceOf(c *engine.Check) asffCompliance {
	out := asffCompliance{Status: asffStatus(c), ControlID: cut(c.Rule.ID, 512)}
	controls := c.Rule.Controls()
	for _, control := range controls[:min(len(controls), 32)] {
		out.Requirements = append(out.Requirements, cut(control, 512))
	}
	if c.Verdict == engine.Unknown {
		missing := c.Missing
		if len(missing) == 0 {
			missing = []string{c.Message}
		}
		for _, m := range missing[:min(len(missing), 10)] {
			if reason := cut(m, 1024); reason != "" {
				out.Reasons = append(out.Reasons, asffReason{Code: "MISSING_INFORMATION", Description: reason})
			}
		}
	}
	return out
}

// asffStatus is the status of a check: WARNING is "some information is
// missing", NOT_AVAILABLE "could not be performed".
func asffStatus(c *engine.Check) string {
	switch {
	case c.Verdict == engine.Pass:
		return "PASSED"
	case c.Verdict == engine.Fail:
		return "FAILED"
	case unread(c.Resource):
		return "NOT_AVAILABLE"
	}
	return "WARNING"
}

func asffLabel(c *engine.Check) string {
	return [...]string{"INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"}[severityOf(c)]
}

// asffTypesOf places a rule in the taxonomy of Security Hub, which has no word
// for what is not about security.
func asffTypesOf(r *rule.Rule) []string {
	if slices.Contains(r.Categories, "security") {
		return []string{"Software and Configuration Checks/AWS Security Best Practices"}
	}
	return []string{"Software and Configuration Checks"}
}

// asffMap keeps of a map what the format takes: so many pairs, in the order of
// the keys, neither side empty.
func asffMap(of map[string]string, pairs, keyLength, valueLength int) map[string]string {
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(of)) {
		k, v := cut(key, keyLength), cut(of[key], valueLength)
		if k != "" && v != "" && len(out) < pairs {
			out[k] = v
		}
	}
	return out
}

// cut makes text that the format takes: on one line, since its patterns match
// no line ends, and of at most so many characters, counted as AWS does in
// units of UTF-16.
func cut(text string, length int) string {
	text = strings.TrimSpace(text)
	if len(text) > 4*length { // more than can be left, for a unit has at most three bytes
		text = text[:4*length]
	}
	text = strings.TrimSpace(plain(text))
	if len(text) <= length {
		return text
	}
	used, end := 0, 0 // end is where the text is cut if it is too long
	for i, c := range text {
		if used <= length-1 {
			end = i
		}
		if used += utf16.RuneLen(c); used > length {
			return text[:end] + "…"
		}
	}
	return text
}

// bounded is cut for what must stay unique: the end of what is too long gives
// way to a digest of the whole.
func bounded(text string, length int) string {
	if short := cut(text, length); !strings.HasSuffix(short, "…") {
		return short
	}
	sum := sha256.Sum256([]byte(text))
	digest := hex.EncodeToString(sum[:16])
	return strings.TrimSuffix(cut(text, length-len(digest)-1), "…") + "-" + digest
}
