package template

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseParameters(t *testing.T) {
	files := map[string]string{
		"list.json":     `[{"ParameterKey": "Env", "ParameterValue": "prod"}, {"ParameterKey": "Old", "UsePreviousValue": true}]`,
		"pipeline.json": `{"Parameters": {"Env": "prod", "Count": 3, "Zones": ["a", "b"], "On": true}, "Tags": {"x": "y"}}`,
		"plain.yaml":    "Env: prod\nAccount: 012345678901\nZones: [a, b]\n",
		"list.yaml":     "- ParameterKey: Env\n  ParameterValue: prod\n- ParameterKey: Old\n  UsePreviousValue: true\n",
		"deploy.json":   `["Env=prod", "Expr=a=b"]`,
	}
	read := func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	cases := []struct {
		given []string
		want  map[string]string
	}{
		{nil, map[string]string{}},
		{[]string{"Env=prod", "Empty="}, map[string]string{"Env": "prod", "Empty": ""}},
		{[]string{"AWS::Region=eu-west-1", "Expr=a=b,c"}, map[string]string{"AWS::Region": "eu-west-1", "Expr": "a=b,c"}},
		{[]string{"list.json"}, map[string]string{"Env": "prod"}},
		{[]string{"pipeline.json"}, map[string]string{"Env": "prod", "Count": "3", "Zones": "a,b", "On": "true"}},
		{[]string{"plain.yaml"}, map[string]string{"Env": "prod", "Account": "012345678901", "Zones": "a,b"}},
		{[]string{"list.yaml"}, map[string]string{"Env": "prod"}},
		{[]string{"deploy.json"}, map[string]string{"Env": "prod", "Expr": "a=b"}},
		{[]string{"list.json", "Env=test"}, map[string]string{"Env": "test"}},
		{[]string{"Env=test", "list.json"}, map[string]string{"Env": "prod"}},
	}
	for _, c := range cases {
		got, err := ParseParameters(c.given, read)
		if err != nil {
			t.Errorf("%v: %v", c.given, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.given, diff)
		}
	}
}

func TestParseParametersErrors(t *testing.T) {
	files := map[string]string{
		"broken.json": `[{"ParameterKey": "Env" "ParameterValue": "prod"}]`,
		"nokey.json":  `[{"ParameterValue": "prod"}]`,
		"novalue":     `[{"ParameterKey": "Env"}]`,
		"deep.json":   `{"Env": {"a": "b"}}`,
		"null.yaml":   "Env:\n",
		"scalar":      "just text",
		"empty":       "",
		"alias":       "a: &a x\nb: *a\n",
	}
	read := func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, errors.New("no such file")
	}
	cases := []struct{ given, want string }{
		{"missing.json", `"missing.json" is neither Key=Value nor a file that can be read`},
		{"broken.json", "broken.json: the JSON cannot be read"},
		{"nokey.json", "entry 1: there is no ParameterKey"},
		{"novalue", "entry 1: Env has no ParameterValue"},
		{"deep.json", "Env: text, a number or a list is expected"},
		{"null.yaml", "Env: text, a number or a list is expected"},
		{"scalar", "is expected"},
		{"empty", "the file is empty"},
		{"alias", "line 2: write the value out"},
	}
	for _, c := range cases {
		_, err := ParseParameters([]string{c.given}, read)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.given, err, c.want)
		}
	}
}
