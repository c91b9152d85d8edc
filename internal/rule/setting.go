package rule

import (
	"fmt"
	"maps"
	"math"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"
)

// A settingType is one of the 18 kinds of value that a user may change.
type settingType struct {
	cel     *types.Type
	list    bool
	choices bool // takes a list of choices
	value   func(s Setting, v any) (any, error)
}

var settingTypes = map[string]settingType{
	"multiple-string-values":                {types.NewListType(types.StringType), true, false, textValue},
	"multiple-object-values":                {types.NewListType(types.DynType), true, false, object},
	"choice-multiple-value":                 {types.NewListType(types.StringType), true, true, choice},
	"choice-single-value":                   {types.StringType, false, true, choice},
	"countries":                             {types.NewListType(types.StringType), true, false, country},
	"multiple-aws-account-values":           {types.NewListType(types.StringType), true, false, account},
	"multiple-ip-values":                    {types.NewListType(types.StringType), true, false, address},
	"multiple-number-values":                {types.NewListType(types.IntType), true, false, number},
	"regions":                               {types.NewListType(types.StringType), true, false, region},
	"ignored-regions":                       {types.NewListType(types.StringType), true, false, region},
	"single-number-value":                   {types.IntType, false, false, number},
	"single-string-value":                   {types.StringType, false, false, textValue},
	"single-value-regex":                    {types.StringType, false, false, pattern},
	"ttl":                                   {types.IntType, false, false, number},
	"multiple-vpc-gateway-mappings":         {types.NewListType(types.DynType), true, false, gatewayMapping},
	"tags":                                  {types.NewListType(types.StringType), true, false, textValue},
	"choice-multiple-value-with-tags":       {types.NewListType(types.DynType), true, true, choiceWith("tags")},
	"choice-multiple-value-with-risk-level": {types.NewListType(types.DynType), true, true, choiceWith("riskLevel")},
}

// SettingTypes lists the names of the setting types, sorted.
func SettingTypes() []string { return slices.Sorted(maps.Keys(settingTypes)) }

// Parse checks a value that a user or a page gives to the setting and returns
// it in the form that expressions see: int64, string, or a []any of these or
// of objects. The error names the value at fault.
func (s Setting) Parse(v any) (any, error) {
	kind, ok := settingTypes[s.Type]
	if !ok {
		return nil, fmt.Errorf("%q is no setting type", s.Type)
	}
	if !kind.list {
		if _, isList := v.([]any); isList {
			return nil, fmt.Errorf("one value is expected, not a list")
		}
		return kind.value(s, v)
	}
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("a list is expected, not %v", v)
	}
	out := make([]any, len(list))
	for i, e := range list {
		parsed, err := kind.value(s, e)
		if err != nil {
			return nil, err
		}
		out[i] = parsed
	}
	return out, nil
}

func textValue(_ Setting, v any) (any, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	return nil, fmt.Errorf("%v is not text; put it in quotes", v)
}

func number(_ Setting, v any) (any, error) {
	switch n := v.(type) {
	case int:
		return int64(n), nil
	case int64:
		return n, nil
	case uint64:
		if n <= math.MaxInt64 {
			return int64(n), nil
		}
	case float64:
		if n == math.Trunc(n) {
			return int64(n), nil
		}
	}
	return nil, fmt.Errorf("%v is not a whole number", v)
}

func object(_ Setting, v any) (any, error) {
	if m, ok := v.(map[string]any); ok {
		return m, nil
	}
	return nil, fmt.Errorf("%v is not an object", v)
}

func choice(s Setting, v any) (any, error) {
	if c, ok := v.(string); ok && slices.Contains(s.Choices, c) {
		return c, nil
	}
	return nil, fmt.Errorf("%v is not one of %s", v, strings.Join(s.Choices, ", "))
}

func choiceWith(attribute string) func(Setting, any) (any, error) {
	return func(s Setting, v any) (any, error) {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%v is not an object with value and %s", v, attribute)
		}
		if _, err := choice(s, m["value"]); err != nil {
			return nil, err
		}
		for key := range m {
			if key != "value" && key != attribute {
				return nil, fmt.Errorf("%q is not understood here; use value and %s", key, attribute)
			}
		}
		return m, nil
	}
}

var (
	accountID   = regexp.MustCompile(`^[0-9]{12}$`)
	countryCode = regexp.MustCompile(`^[A-Z][A-Z0-9]$`) // O1 stands for any other
	regionName  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
)

func account(_ Setting, v any) (any, error) {
	if s, ok := v.(string); ok && accountID.MatchString(s) {
		return s, nil
	}
	return nil, fmt.Errorf("%v is not an AWS account id of 12 digits in quotes", v)
}

func country(_ Setting, v any) (any, error) {
	if s, ok := v.(string); ok && countryCode.MatchString(s) {
		return s, nil
	}
	return nil, fmt.Errorf("%v is not a country code of two capital letters (ISO 3166-1)", v)
}

func region(_ Setting, v any) (any, error) {
	if s, ok := v.(string); ok && (regionName.MatchString(s) || s == "global") {
		return s, nil
	}
	return nil, fmt.Errorf("%v is not a region such as eu-west-1", v)
}

func address(_ Setting, v any) (any, error) {
	s, _ := v.(string)
	if _, err := netip.ParseAddr(s); err == nil {
		return s, nil
	}
	if _, err := netip.ParsePrefix(s); err == nil {
		return s, nil
	}
	return nil, fmt.Errorf("%v is neither an IP address nor a range in CIDR form", v)
}

func pattern(_ Setting, v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		return nil, fmt.Errorf("%v is not a regular expression", v)
	}
	if _, err := regexp.Compile(s); err != nil {
		return nil, fmt.Errorf("%q is not a regular expression: %v", s, err)
	}
	return s, nil
}

func gatewayMapping(_ Setting, v any) (any, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%v is not an object with vpcId and gatewayIds", v)
	}
	if _, ok := m["vpcId"].(string); !ok {
		return nil, fmt.Errorf("a mapping of VPC to gateways has no vpcId")
	}
	if _, ok := m["gatewayIds"].([]any); !ok {
		return nil, fmt.Errorf("a mapping of VPC to gateways has no list gatewayIds")
	}
	return m, nil
}
