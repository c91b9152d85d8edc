package cloudformation

import (
	"bytes"
	"regexp"
)

// typeText is a resource's type, wherever it stands: AWS::S3::Bucket,
// Custom::Thing.
var typeText = regexp.MustCompile(`["']?Type["']?[ \t]*:\s*["']?[A-Za-z0-9]+::[A-Za-z0-9]`)

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

// recogniseYAML looks for the keys of the outermost level: that of the first
// line which is more than a comment or a mark of the document.
func recogniseYAML(data []byte) bool {
	outermost, offset := -1, 0
	for line := range bytes.Lines(data) {
		offset += len(line)
		content := bytes.TrimSpace(line)
		if len(content) == 0 || content[0] == '#' || content[0] == '%' || bytes.HasPrefix(content, []byte("---")) {
			continue
		}
		indent := len(line) - len(bytes.TrimLeft(line, " \t"))
		if outermost < 0 {
			outermost = indent
		}
		if indent > outermost {
			continue
		}
		key, _, ok := bytes.Cut(content, []byte{':'})
		if !ok {
			continue
		}
		switch string(bytes.Trim(key, "\"' \t")) {
		case "AWSTemplateFormatVersion":
			return true
		case "Transform":
			if bytes.Contains(data, []byte(samTransform)) {
				return true
			}
		case "Resources":
			if typeText.Match(data[offset-len(line):]) {
				return true
			}
		}
	}
	return false
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
