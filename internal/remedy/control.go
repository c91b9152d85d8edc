package remedy

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/fix/delta"
)

// Control is the correction by AWS Cloud Control: one command for every type.
type Control struct {
	// Command is empty where the correction cannot be made so.
	Command Command

	// Patch is the command's patch document, indented; empty without one.
	Patch string

	// Why says why there is no command; empty when there is one.
	Why string

	// Replace tells that AWS sets a property of the correction only when it
	// makes the resource, so that another has to take its place.
	Replace bool

	// Notes are what to know before the command is run.
	Notes []string
}

// unsupported are the types of CloudFormation, among those of rules with a
// correction, that Cloud Control cannot update, with the reason. Our schema
// does not say.
//
// Source: the handlers of each type's schema in the CloudFormation registry; an
// update needs both that of update and that of read.
var unsupported = map[string]string{
	"AWS::ElasticLoadBalancing::LoadBalancer": madeUp,
	"AWS::Glue::SecurityConfiguration":        "AWS cannot change a security configuration of Glue: make another",
	"AWS::SNS::TopicPolicy":                   unread,
	"AWS::SQS::QueuePolicy":                   unread,
	"AWS::SageMaker::NotebookInstance":        madeUp,
}

const (
	madeUp = "Cloud Control cannot update it: CloudFormation knows the type only by an id of its own"
	unread = "Cloud Control cannot update it: it has no way to read what is there"
)

// settled are properties that AWS sets only when it makes a resource, and that
// the schema does not name as such.
//
// Source: "Updates are not supported" in the reference of AWS::EC2::Volume, and
// the conditionalCreateOnlyProperties of AWS::WorkSpaces::Workspace.
var settled = map[string]bool{
	"AWS::EC2::Volume.Encrypted":                             true,
	"AWS::EC2::Volume.KmsKeyId":                              true,
	"AWS::WorkSpaces::Workspace.RootVolumeEncryptionEnabled": true,
	"AWS::WorkSpaces::Workspace.UserVolumeEncryptionEnabled": true,
	"AWS::WorkSpaces::Workspace.VolumeEncryptionKey":         true,
}

// maxPatch is how long a patch document may be, in characters.
//
// Source: UpdateResource in the Cloud Control API Reference.
const maxPatch = 262144

// control makes the command of a correction.
func (c correction) control(r *cloud.Resource) Control {
	switch {
	case c.why != "":
		return Control{Why: c.why}
	case c.typ.Overlay:
		return Control{Why: r.Type + " is no type of CloudFormation, so that Cloud Control does not have it"}
	case unsupported[r.Type] != "":
		return Control{Why: unsupported[r.Type]}
	}
	p := patch{correction: c}
	p.object(c.change, nil)
	if p.fault != "" {
		return Control{Why: p.fault, Replace: p.replace}
	}
	id, ok := c.identifier(r)
	if !ok {
		return Control{Why: "the identifier by which Cloud Control knows the resource is not known"}
	}
	document, err := compact(p.operations)
	if err != nil || len(document) > maxPatch {
		return Control{Why: "the change is too large for one patch document"}
	}
	e := &edits{}
	joint, word := argument(id)
	e.text = "aws cloudcontrol update-resource --type-name " + r.Type + " --identifier"
	at := len(e.text)
	e.text += joint + word + " --patch-document " + quote(document)
	e.put(editing{start: at + len(joint), end: at + len(joint) + len(word), text: word, kind: Own})
	if region := controlRegion(r); region != "" {
		e.text += " --region "
		e.put(editing{start: len(e.text), end: len(e.text), text: region, kind: Place})
	}
	return Control{
		Command: Command{Changes: true}.edited(e, 0, len(e.text)),
		Patch:   indented(plainValue(p.operations)), Notes: c.notes(r),
	}
}

// controlRegion is where Cloud Control is asked. What has no region it has in
// us-east-1.
func controlRegion(r *cloud.Resource) string {
	if region := home(r); region != "" {
		return region
	}
	if partition(r) == "aws" {
		return "us-east-1"
	}
	return ""
}

// identifier is what Cloud Control calls the resource: the values of the
// primary identifier with | between them.
func (c correction) identifier(r *cloud.Resource) (string, bool) {
	var parts []string
	for _, path := range c.typ.PrimaryIdentifier {
		v, _ := at(r.Properties, strings.Split(path, "."))
		s, _ := v.(string)
		if s == "" && len(c.typ.PrimaryIdentifier) == 1 {
			s = r.ID
		}
		if !fillable(s) {
			return "", false
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "|"), len(parts) > 0
}

func (c correction) notes(r *cloud.Resource) []string {
	var out []string
	if stack := r.Tags["aws:cloudformation:stack-name"]; stack != "" {
		out = append(out, "The resource belongs to the CloudFormation stack "+stack+". Repair the template instead: the stack does not know of a change that is made past it.")
	}
	var hidden []string
	for _, name := range slices.Sorted(maps.Keys(c.typ.Root.Fields)) {
		if c.typ.WriteOnly(name) {
			hidden = append(hidden, name)
		}
	}
	if len(hidden) > 0 {
		out = append(out, "AWS does not give back what these properties are; where the resource needs one of them, add it to the patch: "+strings.Join(hidden, ", ")+".")
	}
	return out
}

// An operation is one of RFC 6902. add sets a member of an object whether it is
// there or not, which is why replace is not needed.
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// A patch collects the operations of a change. Lists are given whole: AWS
// promises no order of theirs, so that an index may be that of another element.
type patch struct {
	correction
	operations []operation
	fault      string
	replace    bool
}

func (p *patch) object(change *delta.Change, path []string) {
	for _, name := range change.Names() {
		here := append(slices.Clone(path), name)
		d := change.Fields[name]
		if !p.may(here) {
			return
		}
		_, object := d.New.(map[string]any)
		switch {
		case d.Kind == delta.Remove:
			p.operations = append(p.operations, operation{Op: "remove", Path: pointer(here)})
		case d.Kind == delta.Within && object && p.parted(here):
			p.object(d, here)
		default:
			p.set(here, d.New)
		}
	}
}

// parted tells whether a part of a property can be changed for itself: what the
// schema leaves open, such as a policy document, AWS may keep as one text.
func (p *patch) parted(path []string) bool {
	dotted := strings.Join(path, ".")
	node := p.typ.Property(dotted)
	return node != nil && node.Kind == schema.Object && !p.typ.WriteOnly(dotted)
}

// may tells whether AWS lets a property be changed.
func (p *patch) may(path []string) bool {
	dotted := strings.Join(path, ".")
	node := p.typ.Property(dotted)
	if node == nil && len(path) > 1 && inMap(p.typ, strings.Join(path[:len(path)-1], ".")) {
		return true
	}
	switch {
	case node == nil || node.Live || p.typ.ReadOnly(dotted):
		p.fault = dotted + " is no property that CloudFormation can set"
	case p.typ.CreateOnly(dotted) || settled[p.typ.Name+"."+dotted]:
		p.replace = true
		p.fault = "AWS sets " + dotted + " only when it makes the resource: it must be replaced by a new one"
	default:
		return true
	}
	return false
}

func (p *patch) set(path []string, value any) {
	dotted := strings.Join(path, ".")
	if why := secretive(value); why != "" {
		p.fault = "the new value of " + dotted + " " + why
		return
	}
	p.operations = append(p.operations, operation{Op: "add", Path: pointer(path), Value: writable(p.typ, dotted, value)})
}

// secretive is why a value cannot be written as it is kept.
func secretive(v any) string {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return "has a part that is not known: " + v.Reason
	case string:
		if strings.Contains(v, redacted) {
			return "has a part that is not kept, because it looks like a credential"
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if why := secretive(v[name]); why != "" {
				return why
			}
		}
	case []any:
		for _, e := range v {
			if why := secretive(e); why != "" {
				return why
			}
		}
	}
	return ""
}

// redacted begins what stands where a credential was taken out.
const redacted = "[redacted"

// pointer is a path as RFC 6901 writes it.
func pointer(path []string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var b strings.Builder
	for _, name := range path {
		b.WriteString("/" + escape.Replace(name))
	}
	return b.String()
}

// compact is a value as JSON on one line.
func compact(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// plainValue is a list of operations as JSON values.
func plainValue(list []operation) any {
	text, err := compact(list)
	if err != nil {
		return nil
	}
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return nil
	}
	return v
}
