package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestEveryMethod(t *testing.T) {
	open := &cloud.Unresolved{Reason: "no default"}
	levels := []any{"ERROR", "INFO"}
	setting := func(method, path string, level any) any {
		m := map[string]any{"HttpMethod": method, "ResourcePath": path}
		if level != nil {
			m["LoggingLevel"] = level
		}
		return m
	}
	for _, test := range []struct {
		name     string
		settings any
		want     string
		fixed    []any // nil: not looked at
	}{
		{"none", nil, "no", []any{setting("*", "/*", "ERROR")}},
		{"the stage", []any{setting("*", "/*", "INFO")}, "yes", []any{setting("*", "/*", "INFO")}},
		{"the stage, off", []any{setting("*", "/*", "OFF")}, "no", []any{setting("*", "/*", "ERROR")}},
		{"the stage, silent", []any{setting("*", "/*", nil)}, "no", []any{setting("*", "/*", "ERROR")}},
		{"one method alone", []any{setting("GET", "/orders", "INFO")}, "no", []any{setting("GET", "/orders", "INFO"), setting("*", "/*", "ERROR")}},
		{"a method off", []any{setting("*", "/*", "INFO"), setting("GET", "/orders", "OFF")}, "no", []any{setting("*", "/*", "INFO"), setting("GET", "/orders", "ERROR")}},
		{"a method silent", []any{setting("*", "/*", "INFO"), setting("GET", "/orders", nil)}, "yes", nil},
		{"a method in another way", []any{setting("*", "/*", "INFO"), setting("GET", "/orders", "ERROR")}, "yes", nil},
		{"a level not known", []any{setting("*", "/*", open)}, "unknown", nil},
		{"a setting not known", []any{setting("*", "/*", "INFO"), open}, "unknown", nil},
		{"a method off beside one not known", []any{setting("GET", "/orders", "OFF"), open}, "no", nil},
		{"nothing known", open, "unknown", nil},
	} {
		if got := answer(forEveryMethod(test.settings, "LoggingLevel", levels)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		if test.fixed == nil {
			continue
		}
		fixed := withEveryMethod(test.settings, "LoggingLevel", levels)
		if diff := cmp.Diff(any(test.fixed), fixed); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.name, diff)
		}
	}
}
