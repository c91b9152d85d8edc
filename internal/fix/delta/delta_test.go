package delta

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func decode(t *testing.T, text string) any {
	t.Helper()
	if text == "" {
		return nil
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// tell writes a change as text: =v sets, - removes, [0 1:… +v] is a list of
// which the element 0 stays, 1 changes and v is new.
func tell(c *Change) string {
	if c == nil {
		return "same"
	}
	switch c.Kind {
	case Set:
		text, _ := json.Marshal(c.New)
		return "=" + string(text)
	case Remove:
		return "-"
	}
	var parts []string
	if c.Fields != nil {
		for _, name := range c.Names() {
			parts = append(parts, name+":"+tell(c.Fields[name]))
		}
		return "{" + strings.Join(parts, " ") + "}"
	}
	for _, item := range c.Items {
		switch {
		case item.Old != None && item.Change == nil:
			parts = append(parts, fmt.Sprint(item.Old))
		case item.Old != None:
			parts = append(parts, fmt.Sprintf("%d:%s", item.Old, tell(item.Change)))
		case item.Repeats:
			parts = append(parts, fmt.Sprintf("+%d:%s", item.Like, tell(item.Change)))
		default:
			text, _ := json.Marshal(item.New)
			parts = append(parts, "+"+string(text))
		}
	}
	return "[" + strings.Join(parts, " ") + "]"
}

func TestBetween(t *testing.T) {
	const ssh = `{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"CidrIp":"0.0.0.0/0"}`
	const wide = `{"IpProtocol":"tcp","FromPort":0,"ToPort":65535,"CidrIp":"0.0.0.0/0"}`
	const low = `{"IpProtocol":"tcp","FromPort":0,"ToPort":21,"CidrIp":"0.0.0.0/0"}`
	const high = `{"IpProtocol":"tcp","FromPort":23,"ToPort":65535,"CidrIp":"0.0.0.0/0"}`
	for _, test := range []struct{ name, before, after, want string }{
		{"equal", `{"a":[1,"x"]}`, `{"a":[1.0,"x"]}`, "same"},
		{"scalar", `1`, `2`, "=2"},
		{"absent", ``, `{"a":1}`, `={"a":1}`},
		{"removed", `1`, ``, "-"},
		{"another kind", `"a"`, `["a"]`, `=["a"]`},
		{"fields", `{"a":1,"b":2,"c":3}`, `{"a":1,"b":4,"d":5}`, "{b:=4 c:- d:=5}"},
		{"element removed", `["a","b","c"]`, `["a","c"]`, "[0 2]"},
		{"element added", `["a","c"]`, `["a","b","c"]`, `[0 +"b" 1]`},
		{"all removed", `["a"]`, `[]`, "[]"},
		{"object changed", `[{"a":1,"b":2}]`, `[{"a":1,"b":3}]`, "[0:{b:=3}]"},
		{"empty object filled", `[{}]`, `[{"a":1}]`, "[0:{a:=1}]"},
		{"rule split", `[` + wide + `]`, `[` + low + `,` + high + `]`, "[0:{ToPort:=21} +0:{FromPort:=23}]"},
		{"narrow rule goes, wide one is split", `[` + ssh + `,` + wide + `]`, `[` + low + `,` + high + `]`, "[1:{ToPort:=21} +1:{FromPort:=23}]"},
		{"order", `["a","b"]`, `["b","a"]`, `[1 +"a"]`},
		{"nested", `{"s":[{"x":["a","b"],"y":1}]}`, `{"s":[{"x":["b"],"y":1}]}`, "{s:[0:{x:[1]}]}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := tell(Between(decode(t, test.before), decode(t, test.after)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRemoved(t *testing.T) {
	c := Between([]any{"a", "b", "c"}, []any{"b"})
	if diff := cmp.Diff([]int{0, 2}, c.Removed()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEqual(t *testing.T) {
	u := &cloud.Unresolved{Reason: "why"}
	for _, test := range []struct {
		a, b any
		want bool
	}{
		{int64(1), 1.0, true},
		{1, "1", false},
		{nil, nil, true},
		{nil, false, false},
		{u, &cloud.Unresolved{Reason: "why"}, true},
		{u, &cloud.Unresolved{Reason: "other"}, false},
		{u, "why", false},
		{[]any{u}, []any{u}, true},
		{map[string]any{"a": 1}, map[string]any{"a": 1, "b": nil}, false},
	} {
		if got := Equal(test.a, test.b); got != test.want {
			t.Errorf("Equal(%v, %v) = %v", test.a, test.b, got)
		}
	}
}

// Lists too long to compare each with each are compared in order.
func TestLongLists(t *testing.T) {
	before, after := []any{}, []any{"first"}
	for i := range 5000 {
		before = append(before, float64(i))
		if i%2 == 0 {
			after = append(after, float64(i))
		}
	}
	c := Between(before, append(after, "last"))
	if got := len(c.Removed()); got != 2500 {
		t.Errorf("%d removed, want 2500", got)
	}
}
