package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// assignment is Key=Value, where Key is a parameter's name or that of a pseudo
// parameter.
var assignment = regexp.MustCompile(`^([A-Za-z0-9]+|AWS::[A-Za-z]+)=`)

// ParseParameters reads the values that a user gives to template parameters,
// each an assignment Key=Value or the name of a file. A later one wins.
func ParseParameters(given []string, readFile func(string) ([]byte, error)) (map[string]string, error) {
	values := map[string]string{}
	for _, text := range given {
		if assignment.MatchString(text) {
			key, value, _ := strings.Cut(text, "=")
			values[key] = value
			continue
		}
		data, err := readFile(text)
		if err != nil {
			return nil, fmt.Errorf("parameters: %q is neither Key=Value nor a file that can be read: %s", text, reason(err))
		}
		if err := parseParameterFile(data, values); err != nil {
			return nil, fmt.Errorf("parameters: %s: %w", text, err)
		}
	}
	return values, nil
}

// parseParameterFile reads the forms that AWS's own tools take, in JSON or
// YAML: a list of ParameterKey and ParameterValue (aws cloudformation), a list
// of Key=Value (aws cloudformation deploy), {"Parameters": {…}} (CodePipeline),
// and names with their values.
func parseParameterFile(data []byte, values map[string]string) error {
	content, err := decode(data)
	if err != nil {
		return err
	}
	switch content := content.(type) {
	case []any:
		for i, entry := range content {
			if err := parameterEntry(entry, values); err != nil {
				return fmt.Errorf("entry %d: %w", i+1, err)
			}
		}
		return nil
	case map[string]any:
		if nested, ok := content["Parameters"].(map[string]any); ok {
			content = nested
		}
		for key, value := range content {
			text, err := parameterText(value)
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			values[key] = text
		}
		return nil
	}
	return errors.New(`a list of {"ParameterKey": …, "ParameterValue": …} or {"Parameters": {…}} is expected`)
}

func parameterEntry(entry any, values map[string]string) error {
	if text, ok := entry.(string); ok && assignment.MatchString(text) {
		key, value, _ := strings.Cut(text, "=")
		values[key] = value
		return nil
	}
	object, ok := entry.(map[string]any)
	if !ok {
		return errors.New("ParameterKey and ParameterValue are expected")
	}
	key, ok := object["ParameterKey"].(string)
	if !ok {
		return errors.New("there is no ParameterKey")
	}
	if previous := object["UsePreviousValue"]; previous == true || previous == "true" {
		return nil // the stack knows it; here it stays without a value
	}
	value, ok := object["ParameterValue"]
	if !ok {
		return fmt.Errorf("%s has no ParameterValue", key)
	}
	text, err := parameterText(value)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	values[key] = text
	return nil
}

// parameterText is a value as CloudFormation takes it: text, a list joined by
// commas.
func parameterText(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case bool:
		return strconv.FormatBool(value), nil
	case json.Number:
		return value.String(), nil
	case []any:
		var parts []string
		for _, element := range value {
			part, err := parameterText(element)
			if err != nil {
				return "", err
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, ","), nil
	}
	return "", errors.New("text, a number or a list is expected")
}

// decode reads JSON if that is what it looks like, for the sake of its clearer
// errors, else YAML.
func decode(data []byte) (content any, err error) {
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		if err := decoder.Decode(&content); err != nil {
			return nil, fmt.Errorf("the JSON cannot be read: %w", err)
		}
		return content, nil
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	return plainValue(&document)
}

// plainValue is what a node of YAML holds, with every scalar as the text that
// was written: the account 012345678901 must not lose its zero.
func plainValue(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.DocumentNode:
		return plainValue(n.Content[0])
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return nil, nil
		}
		return n.Value, nil
	case yaml.SequenceNode:
		list := []any{}
		for _, element := range n.Content {
			value, err := plainValue(element)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			value, err := plainValue(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			object[n.Content[i].Value] = value
		}
		return object, nil
	case yaml.AliasNode:
		return nil, fmt.Errorf("line %d: write the value out; an alias is not read here", n.Line)
	}
	return nil, errors.New("the file is empty")
}
