package remedy

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// TestAgainstCLI holds the tables to the AWS CLI's own services and parameters.
func TestAgainstCLI(t *testing.T) {
	f, err := os.Open("../prove/awscli.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var services map[string]map[string]json.RawMessage
	if err := json.NewDecoder(unzipped).Decode(&services); err != nil {
		t.Fatal(err)
	}
	parameters := map[string]map[string]bool{} // by service, folded
	for service, operations := range services {
		parameters[service] = map[string]bool{}
		for _, raw := range operations {
			var names []string
			if json.Unmarshal(raw, &names) != nil {
				continue // an operation with others below it
			}
			for _, name := range names {
				parameters[service][fold(name)] = true
			}
		}
	}
	for of, names := range cliServices {
		for _, name := range names {
			if services[name] == nil {
				t.Errorf("%s: the AWS CLI has no service %s", of, name)
			}
		}
	}
	for name := range worldwide {
		if services[name] == nil {
			t.Errorf("the AWS CLI has no service %s", name)
		}
	}
	// Dimensions of metrics and the options of what holds a resource belong to
	// other services.
	elsewhere := map[string]string{"bucket": "s3api", "quotacode": "service-quotas", "loadbalancer": ""}
	for typ, list := range aliases {
		if _, ok := schema.Lookup(typ); !ok {
			t.Errorf("there is no type %s", typ)
			continue
		}
		id := newIdentity(&cloud.Resource{Type: typ})
		for option, a := range list {
			in := id.services
			if other, ok := elsewhere[option]; ok {
				in = []string{other}
			}
			if in[0] != "" && !slices.ContainsFunc(in, func(s string) bool { return parameters[s][option] }) {
				t.Errorf("%s: no operation of %v takes an option %s", typ, in, option)
			}
			if id.parent(option) && id.typ.Property(a.from) == nil {
				t.Errorf("%s has no property %s", typ, a.from)
			}
		}
	}
	for _, option := range []string{"typename", "identifier", "patchdocument"} {
		if !parameters["cloudcontrol"][option] {
			t.Errorf("cloudcontrol takes no option %s", option)
		}
	}
	for typ := range unsupported {
		if _, ok := schema.Lookup(typ); !ok {
			t.Errorf("there is no type %s", typ)
		}
	}
}
