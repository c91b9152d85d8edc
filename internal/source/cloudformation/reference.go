package cloudformation

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// ref evaluates Ref.
func (t *template) ref(argument *node) value {
	name, ok := argument.text()
	if !ok {
		// With AWS::LanguageExtensions the name itself may be a function.
		var why string
		if name, why = known(t.evaluate(argument).v); why != "" {
			return value{v: unknown("what Ref names is not known: %s", why)}
		}
	}
	return value{v: t.named(name, argument.pos)}
}

// attachmentType is a resource whose Ref is the secret that it attaches.
//
// Source: AWS::SecretsManager::SecretTargetAttachment, "Return values", in the
// CloudFormation Template Reference.
const attachmentType = "AWS::SecretsManager::SecretTargetAttachment"

// named gives the value that Ref has for a name.
func (t *template) named(name string, at pos) any {
	if v, ok := t.pseudo(name); ok {
		return v
	}
	if p := t.parameters.get(name); p != nil {
		return t.parameter(name, p)
	}
	if d := t.lookup(name); d != nil {
		t.depend(d)
		if d.typ == attachmentType && d.properties.get("SecretId") != nil {
			return t.evaluate(d.properties.get("SecretId")).v
		}
		return cloud.Symbol(t.prefix+d.id, "")
	}
	if v, ok := t.loopVariable(name); ok {
		return v
	}
	return t.missing(name, at)
}

// lookup finds a resource by its logical id or by another name that SAM gives
// it.
func (t *template) lookup(name string) *declared {
	if d := t.byID[name]; d != nil {
		return d
	}
	if id, ok := t.aliases[name]; ok {
		return t.byID[id]
	}
	return nil
}

// depend notes that the resource under evaluation needs another.
func (t *template) depend(d *declared) {
	if t.current == nil || t.uncertain > 0 {
		return
	}
	if t.current.needs == nil {
		t.current.needs = map[string]bool{}
	}
	t.current.needs[d.id] = true
}

func (t *template) missing(name string, at pos) any {
	if t.macro == "" {
		t.warn(at, clip(name, 80)+" is neither a parameter nor a resource of the template", "Check the spelling; CloudFormation refuses a template that refers to what it does not declare.")
	}
	return unknown("%s is neither a parameter nor a resource of the template", clip(name, 80))
}

// pseudo gives the value of a pseudo parameter.
func (t *template) pseudo(name string) (v any, ok bool) {
	if !strings.HasPrefix(name, "AWS::") {
		return nil, false
	}
	if v, ok := t.given[name]; ok {
		return v, true
	}
	switch name {
	case "AWS::NoValue":
		return nothing{}, true
	case "AWS::Partition":
		partition, _ := t.partition()
		return partition, true
	case "AWS::URLSuffix":
		_, suffix := t.partition()
		return suffix, true
	case "AWS::Region":
		return cloud.TemplateRegion, true
	case "AWS::AccountId":
		return cloud.TemplateAccount, true
	case "AWS::StackName", "AWS::StackId", "AWS::NotificationARNs":
		if t.prefix != "" {
			return cloud.Symbol(strings.TrimSuffix(t.prefix, "."), name), true
		}
		return cloud.Symbol(name, ""), true
	}
	return nil, false
}

// partition gives the partition, and the suffix of its host names, in which
// the region lies; aws when the region is not given.
func (t *template) partition() (name, suffix string) {
	region, _ := t.given["AWS::Region"].(string)
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn", "amazonaws.com.cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov", "amazonaws.com"
	}
	return "aws", "amazonaws.com"
}

const getAttUsage = "!GetAtt Resource.Attribute, or [Resource, Attribute]"

// getAtt evaluates Fn::GetAtt.
func (t *template) getAtt(argument *node) any {
	if dotted, ok := argument.text(); ok {
		resource, attribute, ok := t.splitAttribute(dotted)
		if !ok {
			return t.wrong(argument, getAttUsage)
		}
		return t.attribute(resource, attribute, argument.pos)
	}
	items, ok := arguments(argument, 2, 2)
	if !ok {
		return t.wrong(argument, getAttUsage)
	}
	resource, why := known(t.evaluate(items[0]).v)
	if why != "" {
		return unknown("what Fn::GetAtt names is not known: %s", why)
	}
	attribute, why := known(t.evaluate(items[1]).v)
	if why != "" {
		return unknown("what Fn::GetAtt names is not known: %s", why)
	}
	return t.attribute(resource, attribute, argument.pos)
}

// splitAttribute parts "Resource.Attribute"; the names that SAM gives to what
// it makes hold a dot themselves ("Function.Version").
func (t *template) splitAttribute(dotted string) (resource, attribute string, ok bool) {
	for name := range t.aliases {
		if rest, found := strings.CutPrefix(dotted, name+"."); found && rest != "" {
			return name, rest, true
		}
	}
	resource, attribute, ok = strings.Cut(dotted, ".")
	return resource, attribute, ok && resource != "" && attribute != ""
}

func (t *template) attribute(resource, attribute string, at pos) any {
	d := t.lookup(resource)
	if d == nil {
		return t.missing(resource, at)
	}
	t.depend(d)
	if output, ok := strings.CutPrefix(attribute, "Outputs."); ok && d.typ == stackType {
		return t.output(d, output)
	}
	return cloud.Symbol(t.prefix+d.id, attribute)
}

// importValue evaluates Fn::ImportValue: what another stack exports is known
// in the account only.
func (t *template) importValue(argument *node) any {
	name, why := known(t.evaluate(argument).v)
	if why != "" {
		return unknown("it is imported from another stack")
	}
	return unknown("it is imported from another stack as %s", clip(name, 100))
}
