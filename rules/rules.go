// Package rules is the knowledge base: one Markdown page a rule, embedded.
package rules

import "embed"

// Files holds every page, by service ("ec2/EC2-075.md"), and in shared/ the
// text that several pages share.
//
//go:embed */*.md
var Files embed.FS
