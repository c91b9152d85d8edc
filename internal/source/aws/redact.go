package aws

import (
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/secret"
)

// redact replaces every text in a value by what kinds of credentials stand in
// it, so that the text is not kept and rules that look for credentials judge
// as before.
func redact(v any) any {
	switch v := v.(type) {
	case string:
		return secret.Redact(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = redact(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = redact(e)
		}
		return out
	case *cloud.Unresolved:
		return &cloud.Unresolved{Reason: v.Reason, Many: v.Many}
	}
	return v
}
