package cloudformation

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

const selectUsage = "[index, [value, value, …]]"

// selectItem evaluates Fn::Select.
func (t *template) selectItem(argument *node) value {
	items, ok := arguments(argument, 2, 2)
	if !ok {
		return value{v: t.wrong(argument, selectUsage)}
	}
	text, why := known(t.evaluate(items[0]).v)
	if why != "" {
		return value{v: unknown("the index of Fn::Select is not known: %s", why)}
	}
	index, err := strconv.Atoi(text)
	if err != nil || index < 0 {
		return value{v: t.wrong(argument, selectUsage)}
	}
	if name, _, _ := items[1].intrinsic(); name == "Fn::GetAZs" {
		// Which zone is not known, but that two indexes are two zones is.
		return value{v: cloud.Symbol("AWS::AvailabilityZones", strconv.Itoa(index))}
	}
	chosen := t.evaluate(items[1])
	list, ok := chosen.v.([]any)
	if !ok {
		return value{v: notList(chosen.v)}
	}
	for i, element := range list {
		if maybeMany(element) {
			return value{v: single(element)}
		}
		if i == index {
			result := value{v: element}
			if index < len(chosen.at.Items) {
				result.at = chosen.at.Items[index]
			}
			return result
		}
	}
	return value{v: unknown("Fn::Select asks for element %d of a list of %d", index, len(list))}
}

// notList explains why a value is not the list that it should be.
func notList(v any) *cloud.Unresolved {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return &cloud.Unresolved{Reason: v.Reason}
	case string:
		if cloud.HasSymbol(v) {
			return unknown("%s", symbolReason(v))
		}
	}
	return unknown("a list is needed here")
}

// split evaluates Fn::Split.
func (t *template) split(argument *node) any {
	items, ok := arguments(argument, 2, 2)
	if !ok {
		return t.wrong(argument, "[delimiter, text]")
	}
	delimiter, why := known(t.evaluate(items[0]).v)
	if why != "" || delimiter == "" {
		return t.wrong(argument, "[delimiter, text]")
	}
	text, why := known(t.evaluate(items[1]).v)
	if why != "" {
		return unknown("%s", why)
	}
	parts := strings.Split(text, delimiter)
	t.steps += len(parts)
	out := make([]any, len(parts))
	for i, part := range parts {
		out[i] = part
	}
	return out
}

// length evaluates Fn::Length.
func (t *template) length(argument *node) any {
	v := t.evaluate(argument).v
	list, ok := v.([]any)
	if !ok {
		return notList(v)
	}
	for _, element := range list {
		if maybeMany(element) {
			return single(element)
		}
	}
	return int64(len(list))
}

// toJSON evaluates Fn::ToJsonString.
func (t *template) toJSON(argument *node) any {
	v := t.evaluate(argument).v
	why := unknownWithin(v)
	var j joiner
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(printable(v)); err != nil {
		return unknown("the value cannot be written as JSON")
	}
	j.why = why
	j.text(strings.TrimSuffix(b.String(), "\n"))
	return t.joined(&j)
}

// printable puts what is known of unresolved parts in their place.
func printable(v any) any {
	switch v := v.(type) {
	case *cloud.Unresolved:
		if v.Partial != "" {
			return v.Partial
		}
		return unnamed
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = printable(element)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, element := range v {
			out[k] = printable(element)
		}
		return out
	case nothing:
		return nil
	}
	return v
}

const cidrUsage = "[CIDR block, count, host bits]"

// cidr evaluates Fn::Cidr.
func (t *template) cidr(argument *node) any {
	items, ok := arguments(argument, 2, 3)
	if !ok {
		return t.wrong(argument, cidrUsage)
	}
	block, why := known(t.evaluate(items[0]).v)
	if why != "" {
		return unknown("%s", why)
	}
	numbers := [2]int{0, 0}
	for i, item := range items[1:] {
		text, why := known(t.evaluate(item).v)
		if why != "" {
			return unknown("%s", why)
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return t.wrong(argument, cidrUsage)
		}
		numbers[i] = n
	}
	prefix, err := netip.ParsePrefix(block)
	if err != nil {
		return unknown("%q is no CIDR block", clip(block, 60))
	}
	width := prefix.Addr().BitLen()
	count, hostBits := numbers[0], numbers[1]
	if hostBits == 0 && len(items) < 3 {
		return unknown("Fn::Cidr says nothing of the size of the blocks")
	}
	if count < 1 || count > 256 || hostBits < 1 || hostBits > width-prefix.Bits() {
		return t.wrong(argument, cidrUsage)
	}
	if free := width - prefix.Bits() - hostBits; free < 8 && count > 1<<free {
		return unknown("%s has no room for %d blocks", block, count)
	}
	base := new(big.Int).SetBytes(prefix.Masked().Addr().AsSlice())
	step := new(big.Int).Lsh(big.NewInt(1), uint(hostBits))
	out := make([]any, count)
	for i := range out {
		raw := base.FillBytes(make([]byte, width/8))
		addr, _ := netip.AddrFromSlice(raw)
		out[i] = netip.PrefixFrom(addr, width-hostBits).String()
		base.Add(base, step)
	}
	return out
}
