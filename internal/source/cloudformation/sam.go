package cloudformation

import (
	"fmt"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

const samPrefix = "AWS::Serverless::"

// sam turns the resources of the SAM transform into those that the transform
// makes of them, node by node, before anything is evaluated. What is made
// stands where the SAM resource has said it.
//
// Ids are the transform's, except for those in which it puts a digest of code
// or configuration that exists only once the template is packaged: versions
// of functions and layers, and deployments of APIs go without the digest.
type sam struct {
	t       *template
	globals *node
	made    []*declared // in the order made
	routes  map[string][]route
	apis    map[string]*declared // SAM APIs by id
	source  *declared            // the SAM resource being turned
	props   *node                // its properties, with those of Globals
}

// expandSAM replaces the SAM resources among those declared.
func (t *template) expandSAM() {
	found := false
	for _, d := range t.declared {
		found = found || strings.HasPrefix(d.typ, samPrefix)
	}
	if !found {
		return
	}
	s := &sam{t: t, globals: t.section("Globals"), routes: map[string][]route{}, apis: map[string]*declared{}}
	before := t.declared
	for _, d := range before {
		if d.typ == samPrefix+"Api" || d.typ == samPrefix+"HttpApi" {
			s.apis[d.id] = d
		}
	}
	// APIs come last, since the events of functions give them their routes.
	for _, d := range before {
		if s.apis[d.id] == nil {
			s.expand(d)
		}
	}
	for _, d := range before {
		if s.apis[d.id] != nil {
			s.expand(d)
		}
	}
	s.implicitAPIs()
	t.declared, t.byID = nil, map[string]*declared{}
	t.resources -= len(before)
	for _, d := range s.made {
		if t.byID[d.id] == nil {
			t.add(d)
		}
	}
}

// expand turns one resource, which is kept as it is when it is not SAM's.
func (s *sam) expand(d *declared) {
	name, ok := strings.CutPrefix(d.typ, samPrefix)
	if !ok {
		s.made = append(s.made, d)
		return
	}
	s.source = d
	s.props = s.withGlobals(name, d)
	switch name {
	case "Function":
		s.function()
	case "Api":
		s.restAPI()
	case "HttpApi":
		s.httpAPI()
	case "SimpleTable":
		s.simpleTable()
	case "StateMachine":
		s.stateMachine()
	case "LayerVersion":
		s.layerVersion()
	case "Application":
		s.application()
	default:
		s.t.warn(d.pos, fmt.Sprintf("resource %s of type %s was not expanded", d.id, d.typ),
			"What the SAM transform makes of it is not judged. Scan the processed template (aws cloudformation get-template --template-stage Processed) to have it judged.")
		s.made = append(s.made, d)
	}
}

// withGlobals gives the properties of a resource together with what the
// Globals section says for its type.
func (s *sam) withGlobals(name string, d *declared) *node {
	own := d.properties
	if own == nil {
		own = newObject(d.pos)
	}
	global := s.globals.get(name)
	if global == nil || global.kind != object {
		return own
	}
	ignored := d.node.get("IgnoreGlobals")
	if all, _ := ignored.text(); all == "*" {
		return own
	}
	if ignored != nil && ignored.kind == list {
		var kept []entry
		for _, e := range global.entries {
			skip := false
			for _, item := range ignored.items {
				key, _ := item.text()
				skip = skip || key == e.key
			}
			if !skip {
				kept = append(kept, e)
			}
		}
		global = newObject(global.pos, kept...)
	}
	return s.t.mergeGlobal(global, own)
}

// mergeGlobal lays a resource's own value over a global one: objects are
// merged, lists are joined, anything else is replaced.
func (t *template) mergeGlobal(global, own *node) *node {
	t.steps += len(global.entries) + len(global.items)
	if global.kind != own.kind || global.kind == scalar || t.steps > maxSteps {
		return own
	}
	if global.kind == list {
		return newList(own.pos, append(append([]*node{}, global.items...), own.items...)...)
	}
	if _, _, function := global.intrinsic(); function {
		return own
	}
	if _, _, function := own.intrinsic(); function {
		return own
	}
	var entries []entry
	for _, e := range global.entries {
		if mine := own.field(e.key); mine.node != nil {
			mine.node = t.mergeGlobal(e.node, mine.node)
			e = mine
		}
		entries = append(entries, e)
	}
	for _, e := range own.entries {
		if global.get(e.key) == nil {
			entries = append(entries, e)
		}
	}
	return newObject(own.pos, entries...)
}

// make declares a resource that the SAM resource turns into.
func (s *sam) make(at pos, id, typ string, properties pairs) *declared {
	d := &declared{
		id: id, pos: at, typ: typ, owner: s.source,
		properties: build(at, properties),
		condition:  s.source.condition,
		repeats:    s.source.repeats,
	}
	d.node = build(at, pairs{"Type", typ, "Metadata", s.source.node.field("Metadata"), "Properties", d.properties})
	s.propagateTags(d)
	s.made = append(s.made, d)
	return d
}

// main declares the resource that takes the SAM resource's own id and keeps
// its DependsOn.
func (s *sam) main(typ string, properties pairs) *declared {
	d := s.make(s.source.pos, s.source.id, typ, properties)
	d.node = build(s.source.pos, pairs{
		"Type", typ, "Metadata", s.source.node.field("Metadata"),
		"DependsOn", s.source.node.field("DependsOn"), "Properties", d.properties,
	})
	return d
}

// propagateTags gives the tags of the SAM resource to what is made of it,
// where it asks for that.
func (s *sam) propagateTags(d *declared) {
	tags := s.props.field("Tags")
	if !s.props.get("PropagateTags").isTrue() || tags.node == nil || tags.node.kind != object {
		return
	}
	typ, ok := schema.Lookup(d.typ)
	if !ok || typ.TagProperty == "" || strings.Contains(typ.TagProperty, ".") || d.properties.get(typ.TagProperty) != nil {
		return
	}
	if n := typ.Property(typ.TagProperty); n == nil || n.Kind != schema.Map {
		tags.node = tagList(tags.node, "")
	}
	tags.key = typ.TagProperty
	d.properties = newObject(d.properties.pos, append(d.properties.entries[:len(d.properties.entries):len(d.properties.entries)], tags)...)
}

// tags gives the tags of a SAM resource, which are a map, as the list that
// CloudFormation wants, with the tag that the transform adds.
func (s *sam) tags(createdBy string) any {
	tags := s.props.field("Tags")
	if s.props.get("PropagateTags").isTrue() {
		createdBy = ""
	}
	if tags.node == nil {
		if createdBy == "" {
			return nil
		}
		return []any{pairs{"Key", createdBy, "Value", "SAM"}}
	}
	tags.node = tagList(tags.node, createdBy)
	return tags
}

// tagList turns a map of tags into a list.
func tagList(tags *node, createdBy string) *node {
	if _, _, function := tags.intrinsic(); function || tags.kind != object {
		return newScalar(tags.pos, unknown("the tags are given by a function"))
	}
	var items []*node
	if createdBy != "" {
		items = append(items, build(tags.pos, pairs{"Key", createdBy, "Value", "SAM"}))
	}
	for _, e := range tags.entries {
		items = append(items, build(e.pos, pairs{"Key", e.key, "Value", e}))
	}
	return newList(tags.pos, items...)
}

// addCondition declares a condition that the transform makes.
func (s *sam) addCondition(at pos, name string, expression pairs) string {
	conditions := s.t.conditions
	if conditions == nil {
		conditions = newObject(at)
	}
	if conditions.get(name) == nil {
		entries := append(conditions.entries[:len(conditions.entries):len(conditions.entries)],
			entry{key: name, pos: at, node: build(at, expression)})
		s.t.conditions = newObject(conditions.pos, entries...)
	}
	return name
}

// location gives the object that names where an artifact lies in S3. Before
// the template is packaged it lies in a local path instead.
func location(n *node, bucket, key, version string) *node {
	if n == nil {
		return nil
	}
	if n.kind == object {
		if _, _, function := n.intrinsic(); !function {
			return build(n.pos, pairs{bucket, n.field("Bucket"), key, n.field("Key"), version, n.field("Version")})
		}
	}
	if uri, ok := n.text(); ok {
		if rest, ok := strings.CutPrefix(uri, "s3://"); ok {
			b, k, _ := strings.Cut(rest, "/")
			k, v, hasVersion := strings.Cut(k, "?versionId=")
			made := pairs{bucket, b, key, k}
			if hasVersion {
				made = append(made, version, v)
			}
			return build(n.pos, made)
		}
	}
	why := unknown("the artifact is uploaded when the template is packaged")
	return build(n.pos, pairs{bucket, newScalar(n.pos, why), key, newScalar(n.pos, why)})
}
