package cloudformation

import (
	"bytes"
	"regexp"
)

var (
	// A resource's type, wherever it stands: AWS::S3::Bucket, Custom::Thing.
	typeText = regexp.MustCompile(`["']?Type["']?[ \t]*:\s*["']?[A-Za-z0-9]+::[A-Za-z0-9]`)
	// Keys of the outermost level of a YAML text, which begins with one of
	// them or with a comment.
	yamlKey = regexp.MustCompile(`(?m)^([ \t]*)["']?(AWSTemplateFormatVersion|Resources|Transform)["']?[ \t]*:`)
)

// Recognise tells whether text is a CloudFormation template, in JSON or YAML,
// with or without the SAM transform. It does not parse, so that a template
// that is broken is still recognised, and told of rather than passed over.
func Recognise(data []byte) bool {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if len(trimmed) == 0 {
		return false
	}
	if trimmed[0] == '{' {
		return recogniseJSON(trimmed)
	}
	return recogniseYAML(data)
}

func recogniseYAML(data []byte) bool {
	outermost, found := firstIndent(data)
	if !found {
		return false
	}
	for _, m := range yamlKey.FindAllSubmatchIndex(data, -1) {
		if m[3]-m[2] > outermost {
			continue
		}
		switch string(data[m[4]:m[5]]) {
		case "AWSTemplateFormatVersion":
			return true
		case "Transform":
			if bytes.Contains(data, []byte(samTransform)) {
				return true
			}
		case "Resources":
			if typeText.Match(data[m[1]:]) {
				return true
			}
		}
	}
	return false
}

// firstIndent is the indentation of the first line that holds more than a
// comment or a mark of the document.
func firstIndent(data []byte) (indent int, found bool) {
	for line := range bytes.Lines(data) {
		content := bytes.TrimSpace(line)
		if len(content) == 0 || content[0] == '#' || content[0] == '%' || bytes.HasPrefix(content, []byte("---")) {
			continue
		}
		return len(line) - len(bytes.TrimLeft(line, " \t")), true
	}
	return 0, false
}

// recogniseJSON looks for the keys of the outermost object by counting
// brackets outside of texts.
func recogniseJSON(data []byte) bool {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			end := textEnd(data, i)
			if depth == 1 && isTemplateKey(data, i+1, end) {
				return true
			}
			i = end
		}
	}
	return false
}

// textEnd is the offset of the quotation mark that closes the text which
// opens at an offset.
func textEnd(data []byte, open int) int {
	for i := open + 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(data)
}

func isTemplateKey(data []byte, start, end int) bool {
	after := bytes.TrimLeft(data[min(end+1, len(data)):], " \t\r\n")
	if len(after) == 0 || after[0] != ':' {
		return false
	}
	switch string(data[start:end]) {
	case "AWSTemplateFormatVersion":
		return true
	case "Transform":
		return bytes.Contains(data, []byte(samTransform))
	case "Resources":
		return typeText.Match(after)
	}
	return false
}
