package customrule

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/surety-cloud/surety/internal/cloud"
)

const pathDocument = `{
	"name": "top",
	"errors": [],
	"data": {
		"Name": "bucket-1", "Null": null, "Two": [5, 6], "One": [5], "Empty": [], "Nested": [[1, 2], [3]],
		"Tags": [
			{"Key": "Owner", "Value": "me"},
			{"Key": "n", "Value": 3, "Flag": false},
			{"Key": "o", "Value": "3", "Flag": true, "Sub": {"a": [1, 2]}}],
		"Obj": {"Status": "Enabled", "Kms": true, "Rules": [
			{"A": {"B": "AES256"}, "Ports": [1, 2]},
			{"A": {"B": "aws:kms"}, "Ports": [3]}]},
		"foo-bar": {"x": 1}, "a.b": {"c": 2}, "aws:s": "v", "it's": 7}}`

// What is met was compared with jsonpath-plus 10.4.0, wrap: false, but for
// names in quotes with commas between them, which it does not read, and for
// the order of an object's members.
func TestPath(t *testing.T) {
	const nothing = "undefined"
	tests := []struct{ path, want string }{
		{"data.Name", `"bucket-1"`},
		{"$.data.Name", `"bucket-1"`},
		{".data.Name", `"bucket-1"`},
		{"$['data'][\"Name\"]", `"bucket-1"`},
		{"data[Name]", `"bucket-1"`},
		{"name", `"top"`},
		{"data.Null", `null`},
		{"data.Missing", nothing},
		{"data.Missing.More", nothing},
		{"data.Name.More", nothing},
		{"data.Null.More", nothing},
		{"data.Tags.Key", nothing},
		{"data.Two", `[5,6]`},
		{"data.Two[0]", `5`},
		{"data.Two.1", `6`},
		{"data.Two[2]", nothing},
		{"data.Two.-1", nothing},
		{"data.Two.length", `2`},
		{"data.Empty.length", `0`},
		{"data.Name.length", `8`},
		{"data.Obj.length", nothing},
		{"data.Two[*]", `[5,6]`},
		{"data.One[*]", `[5]`},
		{"data.Empty[*]", nothing},
		{"data.Name[*]", nothing},
		{"data.Two.*", `[5,6]`},
		{"data.Two[:]", `[5,6]`},
		{"data.Two[1:]", `[6]`},
		{"data.Two[-1:]", `[6]`},
		{"data.Two[:-1]", `[5]`},
		{"data.Two[:1]", `[5]`},
		{"data.Two[0:2:2]", `[5]`},
		{"data.Two[5:]", nothing},
		{"data.Name[0:1]", nothing},
		{"data.Two[0,1]", `[5,6]`},
		{"data.Two[0,9]", `[5]`},
		{"data.Nested[*][*]", `[1,2,3]`},
		{"data.Nested[*][0]", `[1,3]`},
		{"data.Tags[*].Key", `["Owner","n","o"]`},
		{"data.Tags[:].Flag", `[false,true]`},
		{"data.Tags[*].Missing", nothing},
		{"data.Obj.Rules[0].A.B", `"AES256"`},
		{"data.Obj.Rules[*].Ports", `[[1,2],[3]]`},
		{"data.Obj.Rules[*].Ports[*]", `[1,2,3]`},
		{"data.Obj['Status','Kms']", `["Enabled",true]`},
		{"data.Obj[Status,Kms]", `["Enabled",true]`},
		{"data.Obj.*.length", `[2,7]`},
		{"data..B", `["AES256","aws:kms"]`},
		{"data..Status", `["Enabled"]`},
		{"data.Obj..Status", `"Enabled"`},
		{"data..Nope", nothing},
		{"data..foo-bar.x", `1`},
		{"data.foo-bar.x", `1`},
		{"data['foo-bar'].x", `1`},
		{"data['a.b'].c", `2`},
		{"data.aws:s", `"v"`},
		{"data.it's", `7`},
		{"errors", `[]`},

		{"data.Tags[?(@.Key=='Owner')].Value", `["me"]`},
		{`data.Tags[?(@.Key === "Owner")].Value`, `["me"]`},
		{"data.Tags[?(@['Key'] != 'Owner')].Value", `[3,"3"]`},
		{"data.Tags[?(@.Value==3)].Key", `["n","o"]`},
		{"data.Tags[?(@.Value===3)].Key", `["n"]`},
		{"data.Tags[?(@.Value!==3)].Key", `["Owner","o"]`},
		{"data.Tags[?(@.Value>2)].Key", `["n","o"]`},
		{"data.Tags[?(@.Value <= '3')].Key", `["n","o"]`},
		{"data.Tags[?(@.Flag)].Key", `["o"]`},
		{"data.Tags[?(!@.Flag)].Key", `["Owner","n"]`},
		{"data.Tags[?(!!@.Flag)].Key", `["o"]`},
		{"data.Tags[?(@.Flag == false)].Key", `["n"]`},
		{"data.Tags[?(@.Missing == null)].Key", `["Owner","n","o"]`},
		{"data.Tags[?(@.Missing === null)].Key", nothing},
		{"data.Tags[?(@.Missing === undefined)].Key", `["Owner","n","o"]`},
		{"data.Tags[?(@.Key=='Owner' || @.Key=='n' && @.Flag)].Key", `["Owner"]`},
		{"data.Tags[?((@.Key=='Owner' || @.Key=='n') && @.Value)].Key", `["Owner","n"]`},
		{"data.Tags[?(!(@.Key=='Owner') && @.Flag)].Key", `["o"]`},
		{"data.Tags[?(@.Sub && @.Sub.a[1] == 2)].Key", `["o"]`},
		{"data.Tags[?(@.Key.length == 1)].Key", `["n","o"]`},
		{"data.Tags[?(@.Key == 'x]')].Key", nothing},
		{"data.Two[?(@ > 5)]", `[6]`},
		{"data.Two[?(@ >= 5.0 && 6 > @)]", `[5]`},
		{"data.Obj[?(@.length == 2)]", `[[{"A":{"B":"AES256"},"Ports":[1,2]},{"A":{"B":"aws:kms"},"Ports":[3]}]]`},
	}
	document := fromJSON(t, pathDocument)
	for _, test := range tests {
		p, err := compilePath(test.path)
		if err != nil {
			t.Errorf("%s: %v", test.path, err)
			continue
		}
		value, doubtful := p.find(document, &work{left: maxWork})
		got := nothing
		if value != any(undefined{}) {
			got = toJSON(t, value)
		}
		if got != test.want || doubtful {
			t.Errorf("%s meets %s (doubtful %t), want %s", test.path, got, doubtful, test.want)
		}
	}
}

func TestPathErrors(t *testing.T) {
	tests := []struct{ path, want string }{
		{"data.", "not a JSONPath"},
		{"data..", "ends with .."},
		{"data[0", "not closed"},
		{"data['a", "not closed"},
		{"data[]", "nothing in []"},
		{"data['a']b", `no . before "b"`},
		{"data[-1]", "write [-1:]"},
		{"data[1,-1]", "negative index"},
		{"data[::0]", "step"},
		{"data[::-1]", "step"},
		{"data[99999999999999999999]", "too large"},
		{"data[1:2:3:4]", "slice"},
		{"data[(@.length-1)]", "script"},
		{"data[a:b]", "not understood"},
		{"data.a^", "'^', which is not supported"},
		{"data.a~", "'~', which is not supported"},
		{"data.a,b", "',', which is not supported"},
		{"data.a@string()", "not supported outside of a filter"},
		{"@.data", "not supported outside of a filter"},
		{"data\x00", "control character"},
		{"data[?]", "ends too early"},
		{"data[?()]", "not understood"},
		{"data[?(@.a]", "a ) is missing"},
		{"data[?(@.a=1)]", "write =="},
		{"data[?(Key=='x')]", "members begin with @"},
		{"data[?(!@.a == 1)]", "write !(@.a == 1)"},
		{"data[?(@..a)]", "a name is expected"},
		{"data[?(@[*])]", "an index or a name in quotes"},
		{"data[?(@.a == 'b)]", "not closed"},
		{"data[?(/x/.test(@.a))]", "not understood"},
		{"data[?(@.a == 1e999)]", "not a number"},
	}
	for _, test := range tests {
		if _, err := compilePath(test.path); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want %q in it", test.path, err, test.want)
		}
	}
}

func TestPathUnresolved(t *testing.T) {
	document := map[string]any{
		"Denied": denied,
		"List":   []any{map[string]any{"P": "x"}, denied},
		"Open":   []any{map[string]any{"P": "x"}, more},
		"Only":   []any{more},
		"Parts":  []any{map[string]any{"P": denied, "Q": 1.0}},
	}
	below := &cloud.Unresolved{Reason: denied.Reason, Many: true}
	tests := []struct {
		path     string
		want     any
		doubtful bool
	}{
		{"Denied", denied, false},
		{"Denied.Status", below, true},
		{"Denied[*]", below, true},
		{"Denied.length", below, true},
		{"List[0].P", "x", false},
		{"List[1]", denied, false},
		{"List[1].P", below, true},
		{"List.length", 2.0, false},
		{"List[*].P", []any{"x", below}, false},
		{"List[?(@.P == 'x')].P", []any{"x", below}, false},
		{"List[?(@.P == 'y')].P", below, true},
		{"Open[0].P", more, true},
		{"Open.length", &cloud.Unresolved{Reason: more.Reason}, false},
		{"Open[*].P", []any{"x", more}, false},
		{"Open[1:]", more, true},
		{"Only[*]", more, true},
		{"Parts[*].P", []any{denied}, false},
		{"Parts[?(@.P == 1 || @.Q == 1)].Q", []any{1.0}, false},
		{"Parts[?(@.P == 1 && @.Q == 2)].Q", undefined{}, false},
		{"Parts[?(@.P == 1 && @.Q == 1)].Q", below, true},
		{"$..Q", []any{below, below, more, more, 1.0, below}, false},
	}
	for _, test := range tests {
		p, err := compilePath(test.path)
		if err != nil {
			t.Fatal(err)
		}
		value, doubtful := p.find(document, &work{left: maxWork})
		if d := cmp.Diff(test.want, value); d != "" || doubtful != test.doubtful {
			t.Errorf("%s: doubtful %t, want %t; value (-want +got):\n%s", test.path, doubtful, test.doubtful, d)
		}
	}
}

// A hostile path ends early, and what it would meet is unknown.
func TestPathBounds(t *testing.T) {
	var deep any = "x"
	for range 200 {
		deep = []any{deep, deep}[:1]
		deep = map[string]any{"a": deep, "b": deep}
	}
	wide := make([]any, maxMatches+1)
	for _, test := range []struct {
		path string
		root any
	}{
		{"$..*..*..*", deep},
		{"$[*]", wide},
	} {
		p, err := compilePath(test.path)
		if err != nil {
			t.Fatal(err)
		}
		value, doubtful := p.find(test.root, &work{left: maxWork})
		if d := cmp.Diff(any(exhausted()), value); d != "" || !doubtful {
			t.Errorf("%s: doubtful %t; value (-want +got):\n%s", test.path, doubtful, d)
		}
	}
}

// jp's own reports of a place count in the text as it was rewritten.
func TestPathErrorHasNoPlace(t *testing.T) {
	_, err := compilePath("data.foo-bar.['x' 'y']")
	if err == nil || errors.Unwrap(err) != nil || strings.Contains(err.Error(), " at ") {
		t.Errorf("error %v, want one without a place", err)
	}
}
