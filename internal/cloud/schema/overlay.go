package schema

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// overlayFiles say what a running account has and CloudFormation's schema does
// not, a file for each service: by type and property, the CEL type, one line
// of meaning, and the call it is read from. A rule that reads such a property
// judges accounts, not templates, unless `templates: true` says that the
// template sources derive it.
//
//go:embed overlay/*.yaml
var overlayFiles embed.FS

// overlayType is what the overlay says of one type: property to declaration.
type overlayType map[string]overlayProperty

type overlayProperty struct {
	Type      string  `yaml:"type"`
	Meaning   string  `yaml:"meaning"`
	API       string  `yaml:"api"`
	Templates bool    `yaml:"templates"`
	Metric    *Metric `yaml:"metric"`
}

// A Metric is what CloudWatch is asked for to fill a property: one statistic
// of one metric over the days before the scan, oldest first. The property is a
// list(double) with a value for each period that has data.
type Metric struct {
	Namespace string `yaml:"namespace"` // "AWS/EC2"
	Name      string `yaml:"name"`      // "CPUUtilization"
	Statistic string `yaml:"statistic"` // Average, Maximum, Minimum, Sum, SampleCount
	Period    int    `yaml:"period"`    // seconds
	Days      int    `yaml:"days"`      // how far back

	// Dimensions gives for each dimension of the metric the property of the
	// resource that holds its value, a text in single quotes, or `account` for
	// the account's id.
	Dimensions map[string]string `yaml:"dimensions"`

	// Only names properties and the values that they must have for a resource
	// to have the metric at all; of the others it is not asked for.
	Only map[string]string `yaml:"only"`
}

// readOverlay reads every file of the overlay; a property stands in one of them
// only.
func readOverlay() (map[string]overlayType, error) {
	all := map[string]overlayType{}
	files, err := overlayFiles.ReadDir("overlay")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		source, err := overlayFiles.ReadFile("overlay/" + file.Name())
		if err != nil {
			return nil, err
		}
		types, err := parseOverlay(source)
		if err != nil {
			return nil, fmt.Errorf("overlay/%s: %w", file.Name(), err)
		}
		for name, properties := range types {
			if all[name] == nil {
				all[name] = overlayType{}
			}
			for property, declaration := range properties {
				if _, ok := all[name][property]; ok {
					return nil, fmt.Errorf("overlay/%s: %s.%s stands in another file, too", file.Name(), name, property)
				}
				all[name][property] = declaration
			}
		}
	}
	return all, nil
}

func parseOverlay(source []byte) (map[string]overlayType, error) {
	var types map[string]overlayType
	loader, err := yaml.NewLoader(bytes.NewReader(source), yaml.WithKnownFields())
	if err == nil {
		err = loader.Load(&types)
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	return types, nil
}

func (o overlayType) into(t *Type) error {
	for name, p := range o {
		node, err := overlayNode(p.Type)
		if err != nil {
			return fmt.Errorf("overlay: %s.%s: %w", t.Name, name, err)
		}
		if p.Metric != nil {
			t.Metrics = append(t.Metrics, name)
			p.API = "cloudwatch:GetMetricData"
		}
		node.Live, node.Meaning, node.API, node.Templates = true, p.Meaning, p.API, p.Templates
		node.Metric = p.Metric
		t.Root.Fields[name] = node
	}
	slices.Sort(t.Metrics)
	return nil
}

// overlayNode reads the CEL type of a live-only property: "string", "bool",
// "int", "double", "timestamp" (a string in RFC 3339), "list(T)", "map(T)" by
// string, "any".
func overlayNode(text string) (*Node, error) {
	switch text {
	case "string", "timestamp":
		return &Node{Kind: String}, nil
	case "bool":
		return &Node{Kind: Bool}, nil
	case "int":
		return &Node{Kind: Int}, nil
	case "double":
		return &Node{Kind: Double}, nil
	case "any":
		return &Node{Kind: Any}, nil
	}
	for prefix, kind := range map[string]Kind{"list(": List, "map(": Map} {
		if inner, ok := strings.CutPrefix(text, prefix); ok && strings.HasSuffix(inner, ")") {
			elem, err := overlayNode(strings.TrimSuffix(inner, ")"))
			return &Node{Kind: kind, Elem: elem}, err
		}
	}
	return nil, fmt.Errorf("%q is no type; use string, bool, int, double, timestamp, any, list(T) or map(T)", text)
}
