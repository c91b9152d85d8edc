// Package standards holds the compliance standards: one YAML file each,
// embedded. A file has the standard's headings and controls and, with each
// control, the ids of the rules that bear on it. Titles are short descriptions
// of the controls, not the wording of the standard.
package standards

import "embed"

// Files holds every standard ("cis-aws-5.0.yaml").
//
//go:embed *.yaml
var Files embed.FS
