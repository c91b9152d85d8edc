package terraform

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// openKey is an attribute of objects that have more attributes than are
// written, those that are known after apply. Its value names the object and
// its type. No attribute of a provider has such a name.
const openKey = "\x00"

func isOpenKey(key cty.Value) bool {
	return key.Type() == cty.String && key.IsKnown() && !key.IsNull() && !key.IsMarked() && key.AsString() == openKey
}

func openValue(address string, r *resource) cty.Value {
	typ := r.typ
	if r.data {
		typ = ""
	}
	return cty.StringVal(address + "\x00" + typ)
}

// computedOf is an attribute of an open object that is not written.
func (e *evaluator) computedOf(object cty.Value, name string) cty.Value {
	address, typ, _ := strings.Cut(object.GetAttr(openKey).AsString(), "\x00")
	switch typ {
	case "":
		text := address + "." + name
		return unknownOf(cty.DynamicPseudoType, text, text+atApply)
	case "block":
		text := address + "." + name
		return unknownOf(cty.DynamicPseudoType, text, afterApply(text))
	}
	return e.computed(address, typ, name)
}

// computed is an attribute of a managed resource that its block does not set.
func (e *evaluator) computed(address, typ, name string) cty.Value {
	text := address + "." + name
	switch {
	case !isAWS(typ) && (identifies(name) || strings.HasPrefix(typ, "random_") && typ != "random_password"):
		// A text that is not known and is no wildcard; it names nothing in AWS.
		return cty.StringVal("${" + text + "}").Mark(hole{text: text, reason: afterApply(text), kind: derived})
	case !isAWS(typ):
		return unknownOf(cty.DynamicPseudoType, text, afterApply(text))
	case name == "id" || name == "arn":
		return symbol(address, name)
	}
	if f := e.factsOf(typ); f != nil && f.Fields[name] != nil && !f.Fields[name].Computed {
		// Whether that is null or empty is the provider's secret.
		return unknownOf(cty.DynamicPseudoType, text, text+" is not set")
	} else if f != nil && f.Fields[name] != nil && f.Fields[name].Optional && !namesItself(name) {
		// What AWS chooses where nothing is set: another resource, or none.
		return unknownOf(cty.DynamicPseudoType, text, afterApply(text))
	}
	if identifies(name) {
		return symbol(address, name)
	}
	return unknownOf(cty.DynamicPseudoType, text, afterApply(text))
}

// factsOf is what the provider's schema says of a type; nil when that is not
// known.
func (e *evaluator) factsOf(typ string) *fact {
	f, ok := e.facts[typ]
	if ok {
		return f
	}
	if m, err := mappingOf(typ); err == nil && m != nil {
		f = m.Facts
	} else if f, err = providerFacts(typ); err != nil {
		f = nil
	}
	e.facts[typ] = f
	return f
}

// readsBack tells whether a data source gives an argument back as it was
// given: one that names what is read, or one of the sources that read nothing.
// Any other may be a filter.
func (r *resource) readsBack(name string) bool {
	switch r.typ {
	case "aws_caller_identity", "aws_region", "aws_partition", "aws_iam_policy_document":
		return true
	}
	return namesItself(name) || name == "id" || name == "arn"
}

// identifies tells whether an attribute of this name tells which resource it
// is.
func identifies(name string) bool {
	switch name {
	case "id", "arn", "name", "url", "bucket", "identifier", "dns_name", "domain_name", "invoke_arn", "endpoint_url", "cluster_identifier":
		return true
	}
	return strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_arn") || strings.HasSuffix(name, "_name") || strings.HasSuffix(name, "_url")
}

// namesItself tells whether an argument of this name names the resource that
// it is an argument of.
func namesItself(name string) bool {
	switch name {
	case "name", "bucket", "identifier", "cluster_identifier", "function_name", "domain_name", "repository_name":
		return true
	}
	return false
}
