package cfn

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

const samPrefix = "AWS::Serverless::"

// samNames are the properties of a SAM resource that have another name in the
// resource of CloudFormation that is made from it. All others are written
// under the same name, if SAM has them at all, which the proof shows.
var samNames = map[string]map[string]string{
	"AWS::Serverless::Function":     {"TracingConfig": "Tracing", "DeadLetterConfig": "DeadLetterQueue"},
	"AWS::Serverless::StateMachine": {"TracingConfiguration": "Tracing", "LoggingConfiguration": "Logging", "StateMachineName": "Name"},
}

// samMain are the types that a SAM resource is mainly made into: what is
// written at it has its effect there.
var samMain = map[string][]string{
	"AWS::Serverless::Api":          {"AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage"},
	"AWS::Serverless::Function":     {"AWS::Lambda::Function"},
	"AWS::Serverless::HttpApi":      {"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"},
	"AWS::Serverless::LayerVersion": {"AWS::Lambda::LayerVersion"},
	"AWS::Serverless::SimpleTable":  {"AWS::DynamoDB::Table"},
	"AWS::Serverless::StateMachine": {"AWS::StepFunctions::StateMachine"},
}

// serverless finds the SAM resource that a resource is made from.
func (d *Document) serverless(r Request) *element {
	e := d.resourceAt(r.Source)
	if e == nil {
		return nil
	}
	if typ := e.node.get("Type"); typ == nil || !strings.HasPrefix(typ.node.value, samPrefix) {
		return nil
	}
	return e
}

// samChange is a change of properties under the names that SAM has for them.
func samChange(samType, madeType string, c *delta.Change) (*delta.Change, error) {
	if !slices.Contains(samMain[samType], madeType) {
		return nil, edit.Impossiblef("SAM makes it from a resource of type %s", samType)
	}
	out := &delta.Change{Kind: delta.Within, Fields: map[string]*delta.Change{}}
	for name, field := range c.Fields {
		if samType == "AWS::Serverless::Function" && name == "TracingConfig" {
			// SAM has the mode itself.
			mode, err := modeOf(field)
			if err != nil {
				return nil, err
			}
			field = mode
		}
		if other := samNames[samType][name]; other != "" {
			name = other
		}
		out.Fields[name] = field
	}
	return out, nil
}

func modeOf(c *delta.Change) (*delta.Change, error) {
	if inner := c.Fields["Mode"]; c.Kind == delta.Within && inner != nil && len(c.Fields) == 1 {
		return inner, nil
	}
	if config, ok := c.New.(map[string]any); ok && len(config) == 1 && config["Mode"] != nil {
		return &delta.Change{Kind: delta.Set, New: config["Mode"]}, nil
	}
	return nil, edit.Impossible("SAM has nothing for this tracing configuration")
}
