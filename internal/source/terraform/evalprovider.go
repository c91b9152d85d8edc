package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
)

// A providerConfig is a provider block in the instance of the module that has
// it.
type providerConfig struct {
	scope *scope
	block *hclsyntax.Block
	tags  map[string]any // nil when there are none
	done  bool
}

// provider finds the configuration that a module knows as name, "aws" or
// "aws.west": its own, the one it was given, or, for one without an alias, the
// one its caller has. It is nil when there is none.
func (s *scope) provider(name string) *providerConfig {
	if p, ok := s.providers[name]; ok {
		return p
	}
	if s.providers == nil {
		s.providers = map[string]*providerConfig{}
	}
	p := s.findProvider(name)
	s.providers[name] = p
	return p
}

func (s *scope) findProvider(name string) *providerConfig {
	if block := s.module.providers[name]; block != nil && (s.parent == nil || hasDefaultTags(block)) {
		return &providerConfig{scope: s, block: block}
	}
	if s.parent == nil {
		return nil
	}
	if a := s.call.block.Body.Attributes["providers"]; a != nil {
		if object, ok := a.Expr.(*hclsyntax.ObjectConsExpr); ok {
			for _, item := range object.Items {
				if providerName(item.KeyExpr) == name {
					return s.parent.provider(providerName(item.ValueExpr))
				}
			}
		}
	}
	if !strings.Contains(name, ".") {
		return s.parent.provider(name)
	}
	return nil
}

func hasDefaultTags(block *hclsyntax.Block) bool { return mentions(block.Body, "default_tags") }

// providerName reads a reference to a provider: aws, aws.west or the same as
// text. It is empty when it is neither.
func providerName(expr hclsyntax.Expression) string {
	if key, ok := expr.(*hclsyntax.ObjectConsKeyExpr); ok {
		expr = key.Wrapped
	}
	if text, ok := literalString(expr); ok {
		return text
	}
	t, diags := hcl.AbsTraversalForExpr(expr)
	if diags.HasErrors() || len(t) == 0 {
		return ""
	}
	name := t.RootName()
	if len(t) > 1 {
		switch step := t[1].(type) {
		case hcl.TraverseAttr:
			name += "." + step.Name
		}
	}
	return name
}

// defaultTags are the tags that the provider of an instance adds.
func (e *evaluator) defaultTags(s *scope, i *resourceInstance) map[string]any {
	name, _, _ := strings.Cut(i.res.typ, "_")
	if a := i.res.block.Body.Attributes["provider"]; a != nil {
		if given := providerName(a.Expr); given != "" {
			name = given
		}
	}
	p := s.provider(name)
	if p == nil {
		return nil
	}
	if !p.done {
		p.done = true
		p.tags = e.readDefaultTags(p)
	}
	return p.tags
}

func (e *evaluator) readDefaultTags(p *providerConfig) map[string]any {
	var tags map[string]any
	for _, block := range p.block.Body.Blocks {
		if blockName(block) != "default_tags" {
			continue
		}
		if block.Type == "dynamic" {
			return map[string]any{"": &cloud.Unresolved{Reason: "the default_tags of the provider are a dynamic block", Many: true}}
		}
		a := block.Body.Attributes["tags"]
		if a == nil {
			continue
		}
		v, diags := e.evaluate(a.Expr, &env{scope: p.scope})
		v = e.settle(v, diags, p.scope.address+"default_tags", a.SrcRange)
		switch value := plain(v, cty.ValueMarks(nil)).(type) {
		case map[string]any:
			tags = value
		case *cloud.Unresolved:
			// The keys are not known either: one that has no name stands for
			// any number.
			tags = map[string]any{"": &cloud.Unresolved{Reason: "the default_tags of the provider are not known: " + value.Reason, Many: true}}
		}
	}
	return tags
}
