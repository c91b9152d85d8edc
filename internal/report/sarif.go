package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// writeSARIF writes SARIF 2.1.0, for code scanning on GitHub and its like.
func writeSARIF(w io.Writer, r *Report) error {
	log := sarif.NewReport()
	log.AddRun(sarifRun(r))
	if err := log.PrettyWrite(w); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func sarifRun(r *Report) *sarif.Run {
	driver := sarif.NewToolComponent().
		WithName("surety").
		WithFullName("Surety: continuous assurance of AWS").
		WithInformationURI("https://github.com/surety-cloud/surety")
	if r.Version != "" {
		driver.WithVersion(r.Version)
	}
	run := sarif.NewRun().
		WithTool(sarif.NewTool().WithDriver(driver)).
		WithColumnKind("unicodeCodePoints")

	index := map[string]int{}
	for _, c := range r.sorted(func(c *engine.Check) bool {
		return r.ShowPassed || c.Verdict != engine.Pass
	}) {
		at, ok := index[c.Rule.ID]
		if !ok {
			at = len(driver.Rules)
			index[c.Rule.ID] = at
			driver.AddRule(sarifRule(c.Rule))
		}
		run.AddResult(r.sarifResult(c).WithRuleIndex(at))
	}
	run.AddInvocation(r.sarifInvocation())
	return run
}

// sarifRule describes a rule. The page itself is its help.
func sarifRule(of *rule.Rule) *sarif.ReportingDescriptor {
	text := of.Title
	if of.Summary != "" {
		text += "\n\n" + of.Summary
	}
	text += "\n\nRead more: surety explain " + of.ID
	markdown := cmp.Or(of.Text, text)

	properties := sarif.NewPropertyBag()
	for _, tag := range append([]string{of.Service}, of.Categories...) {
		if tag != "" {
			properties.AddTag(tag)
		}
	}
	properties.Add("risk", string(of.Risk))
	// A score of security would be untrue of a rule about cost; GitHub has
	// another word for the weight of those.
	if slices.Contains(of.Categories, "security") {
		properties.Add("security-severity", securitySeverity(of.Risk))
	} else {
		properties.Add("problem.severity", problemSeverity(of.Risk))
	}
	return sarif.NewReportingDescriptor().
		WithID(of.ID).
		WithName(of.ID).
		WithShortDescription(multiformat(of.Title, "")).
		WithFullDescription(multiformat(cmp.Or(of.Summary, of.Title), "")).
		WithHelp(multiformat(text, markdown)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(sarifLevel(of.Risk))).
		WithProperties(properties)
}

func multiformat(text, markdown string) *sarif.MultiformatMessageString {
	m := sarif.NewMultiformatMessageString().WithText(text)
	if markdown != "" {
		m.WithMarkdown(markdown)
	}
	return m
}

// sarifLevel is the level at which a risk is shown.
func sarifLevel(risk rule.Risk) string {
	switch risk {
	case rule.Low:
		return sarif.LevelNote
	case rule.Medium:
		return sarif.LevelWarning
	}
	return sarif.LevelError
}

// securitySeverity places a risk on the scale of CVSS, on which GitHub calls
// 9.0 critical, 7.0 high, 4.0 medium and less low.
func securitySeverity(risk rule.Risk) string {
	switch risk {
	case rule.Extreme:
		return "9.5"
	case rule.VeryHigh:
		return "8.5"
	case rule.High:
		return "7.0"
	case rule.Medium:
		return "5.0"
	}
	return "2.0"
}

// problemSeverity is GitHub's property for what is not about security.
func problemSeverity(risk rule.Risk) string {
	switch risk {
	case rule.Low:
		return "recommendation"
	case rule.Medium:
		return "warning"
	}
	return "error"
}

func (r *Report) sarifResult(c *engine.Check) *sarif.Result {
	message := c.Message
	if c.Verdict == engine.Unknown {
		for _, note := range notes(c) {
			message += "\n" + note
		}
	}
	result := sarif.NewRuleResult(c.Rule.ID).
		WithMessage(sarif.NewTextMessage(message)).
		WithPartialFingerprints(fingerprints(c, r.relative(fileOf(c)), r.relative(caller(c.Resource))))

	// The standard asks for the level "none" wherever the kind is not "fail".
	switch c.Verdict {
	case engine.Fail:
		result.WithKind("fail").WithLevel(sarifLevel(c.Risk))
	case engine.Pass:
		result.WithKind("pass").WithLevel(sarif.LevelNone)
	default:
		result.WithKind("open").WithLevel(sarif.LevelNone)
	}

	place := sarif.NewLocation().AddLogicalLocation(sarifResource(c.Resource))
	if l := location(c); l != nil && l.File != "" {
		place.WithPhysicalLocation(r.sarifPlace(l.File, l.Line, l.EndLine, l.Column))
	}
	result.AddLocation(place)

	properties := sarif.NewPropertyBag().Add("risk", string(c.Risk)).Add("resourceType", c.Resource.Type)
	if c.Resource.Account != "" {
		properties.Add("account", c.Resource.Account)
	}
	if c.Resource.Region != "" {
		properties.Add("region", c.Resource.Region)
	}
	result.WithProperties(properties)
	if c.Suppressed != nil {
		result.AddSuppression(sarifSuppression(c.Suppressed))
	}
	return result
}

func fileOf(c *engine.Check) string {
	file, _ := place(c)
	return file
}

// sarifResource names the resource, which has a name even where there is no
// file.
func sarifResource(r *cloud.Resource) *sarif.LogicalLocation {
	return sarif.NewLogicalLocation().
		WithName(cmp.Or(r.Name, r.ID)).
		WithFullyQualifiedName(cmp.Or(r.ARN, r.ID)).
		WithKind("resource")
}

// sarifPlace is a place in a file. The lines and column are left out where
// they are not known.
func (r *Report) sarifPlace(file string, line, end, column int) *sarif.PhysicalLocation {
	artifact := sarif.NewArtifactLocation().WithURI(r.uri(file))
	if !strings.HasPrefix(*artifact.URI, "file:") {
		artifact.WithURIBaseID("%SRCROOT%")
	}
	physical := sarif.NewPhysicalLocation().WithArtifactLocation(artifact)
	if line > 0 {
		region := sarif.NewRegion().WithStartLine(line)
		if end >= line {
			region.WithEndLine(end)
		}
		if column > 0 {
			region.WithStartColumn(column)
		}
		physical.WithRegion(region)
	}
	return physical
}

func sarifSuppression(i *cloud.Ignore) *sarif.Suppression {
	kind := "external"
	if i.Line > 0 {
		kind = "inSource"
	}
	s := sarif.NewSuppression().WithKind(kind).WithStatus("accepted").WithJustification(i.Reason)
	if end := until(i); end != "" {
		s.WithProperties(sarif.NewPropertyBag().Add("until", end))
	}
	return s
}

// sarifInvocation tells what could not be read or judged.
func (r *Report) sarifInvocation() *sarif.Invocation {
	invocation := sarif.NewInvocation().WithExecutionSuccessful(!r.failed())
	for _, p := range r.problems() {
		text := p.Summary
		if p.Detail != "" {
			text += "\n" + p.Detail
		}
		level := sarif.LevelWarning
		if p.Severity == cloud.Error {
			level = sarif.LevelError
		}
		n := sarif.NewNotification().WithLevel(level).WithMessage(sarif.NewTextMessage(text))
		if p.File != "" {
			n.AddLocation(sarif.NewLocation().WithPhysicalLocation(r.sarifPlace(p.File, p.Line, p.Line, p.Column)))
		}
		invocation.AddToolExecutionNotification(n)
	}
	if text := r.unmappedText(); text != "" {
		invocation.AddToolExecutionNotification(
			sarif.NewNotification().WithLevel(sarif.LevelNote).WithMessage(sarif.NewTextMessage(text)))
	}
	return invocation
}

// fingerprints tell a finding again after its lines have moved: they are made
// of the rule, the file and the resource. GitHub reads its own key alone.
func fingerprints(c *engine.Check, file, caller string) map[string]string {
	r := c.Resource
	parts := []string{c.Rule.ID, file, caller, r.Account, r.Region, r.Type, r.ID}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	digest := hex.EncodeToString(sum[:])
	return map[string]string{
		"suretyCheck/v1":          digest,
		"primaryLocationLineHash": digest[:16] + ":1",
	}
}

// relative names a file from the working directory where that is known and
// the file is below it.
func (r *Report) relative(file string) string {
	if r.Dir == "" || !filepath.IsAbs(file) {
		return file
	}
	below, err := filepath.Rel(r.Dir, file)
	if err != nil || below == ".." || strings.HasPrefix(below, ".."+string(filepath.Separator)) {
		return file
	}
	return below
}

// uri is the file as a relative URI, or an absolute one for a file elsewhere.
func (r *Report) uri(file string) string {
	slashed := filepath.ToSlash(strings.ToValidUTF8(r.relative(file), "\uFFFD"))
	if path.IsAbs(slashed) {
		return (&url.URL{Scheme: "file", Path: path.Clean(slashed)}).String()
	}
	return (&url.URL{Path: path.Clean(slashed)}).String()
}
