package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestWith(t *testing.T) {
	type object = map[string]any
	missing := &cloud.Unresolved{Reason: "parameter Config"}
	for _, test := range []struct {
		name   string
		object any
		path   string
		value  any
		want   any
	}{
		{"replace", object{"A": "x", "B": "y"}, "A", "z", object{"A": "z", "B": "y"}},
		{"replace below", object{"A": object{"B": "x", "C": "y"}}, "A.B", "z", object{"A": object{"B": "z", "C": "y"}}},
		{"add", object{"B": "y"}, "A", true, object{"A": true, "B": "y"}},
		{"make the way", object{"B": "y"}, "A.C.D", int64(1), object{"A": object{"C": object{"D": int64(1)}}, "B": "y"}},
		{"out of nothing", nil, "A", "x", object{"A": "x"}},
		{"remove", object{"A": "x", "B": "y"}, "A", nil, object{"B": "y"}},
		{"remove below", object{"A": object{"B": "x"}}, "A.B", nil, object{"A": object{}}},
		{"remove what is not there", object{"B": "y"}, "A.C", nil, object{"B": "y"}},
		{"not known", object{"A": missing}, "A.B", "x", object{"A": missing}},
		{"no object", "text", "A", "x", "text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, with(test.object, test.path, test.value)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
	before := object{"A": object{"B": "x"}}
	with(before, "A.B", "y")
	if diff := cmp.Diff(object{"A": object{"B": "x"}}, before); diff != "" {
		t.Errorf("the object itself has changed:\n%s", diff)
	}
}
