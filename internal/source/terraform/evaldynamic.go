package terraform

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
)

// dynamicBlock evaluates the blocks that a dynamic block makes. When their
// number is not known, one unknown stands for any number of them.
func (b *bodyReader) dynamicBlock(block *hclsyntax.Block, env *env, path, name string, index int) ([]cty.Value, []*cloud.Location) {
	var content *hclsyntax.Block
	for _, inner := range block.Body.Blocks {
		if inner.Type == "content" {
			content = inner
		}
	}
	each := block.Body.Attributes["for_each"]
	if content == nil || each == nil {
		b.e.report(cloud.Warning, block.TypeRange, fmt.Sprintf("The dynamic block %q lacks for_each or content", name), "A dynamic block needs both.")
		return b.any(block, path, name, "the dynamic block lacks for_each or content")
	}
	over, diags := b.e.evaluate(each.Expr, env)
	if diags.HasErrors() {
		b.e.reportDiagnostics(cloud.Warning, diags)
		return b.any(block, path, name, "for_each could not be evaluated: "+firstError(diags))
	}
	over, marks := over.Unmark()
	switch {
	case over.IsKnown() && over.IsNull():
		b.e.report(cloud.Warning, each.Expr.Range(), fmt.Sprintf("The for_each of the dynamic block %q is null", name), "Give it a default, [] for instance.")
		return b.any(block, path, name, "for_each is null")
	case !over.IsKnown():
		return b.any(block, path, name, reasonOf(holes(marks)))
	case !over.CanIterateElements():
		b.e.report(cloud.Warning, each.Expr.Range(), fmt.Sprintf("The for_each of the dynamic block %q is no collection", name), fmt.Sprintf("It is %s; a list, set, map or object is needed.", over.Type().FriendlyName()))
		return b.any(block, path, name, "for_each is no collection")
	}
	iterator := name
	if a := block.Body.Attributes["iterator"]; a != nil {
		if keyword := hcl.ExprAsKeyword(a.Expr); keyword != "" {
			iterator = keyword
		} else if text, ok := literalString(a.Expr); ok {
			iterator = text
		}
	}
	var values []cty.Value
	var places []*cloud.Location
	for it := over.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if isOpenKey(key) {
			continue
		}
		if !b.affordBlock() {
			b.e.reportDiagnostics(cloud.Warning, limitFault(block.TypeRange, "Dynamic blocks make too many blocks",
				fmt.Sprintf("A resource has at most %d of them; the others were left out. Are there dynamic blocks within dynamic blocks over long lists?", maxBlocks)))
			return b.any(block, path, name, "there are too many blocks")
		}
		value = value.WithMarks(marks)
		if over.Type().IsSetType() {
			key = value
		}
		element := cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})
		v, at := b.content(content, env.with(iterator, element), path, name, index+len(values))
		values = append(values, v)
		places = append(places, at)
	}
	return values, places
}

// affordBlock accounts for one more block that a dynamic block makes, and tells
// whether it may be: blocks within blocks multiply, even when they are empty.
func (b *bodyReader) affordBlock() bool {
	b.made++
	b.e.spent += blockSize
	return b.made <= maxBlocks && b.e.spent <= maxMade
}

// any stands for any number of blocks.
func (b *bodyReader) any(block *hclsyntax.Block, path, name, reason string) ([]cty.Value, []*cloud.Location) {
	text := path + "." + name
	v := cty.DynamicVal.Mark(hole{text: text, reason: reason, kind: unknown, many: true})
	return []cty.Value{v}, []*cloud.Location{locateBlock(block)}
}
