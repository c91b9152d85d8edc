package conformity

import (
	_ "embed"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud"
)

//go:embed links.tsv
var linksTSV string

// consoles are the hosts of the AWS console, by partition.
var consoles = map[string]string{
	"aws":        "console.aws.amazon.com",
	"aws-cn":     "console.amazonaws.cn",
	"aws-us-gov": "console.amazonaws-us-gov.com",
}

// Link is where the AWS console shows a resource, and what the link is called:
// the resource's name, or its id. The link is empty for a resource of a
// template, and wherever the address is not known for sure: a wrong link is
// worse than none.
func Link(r *cloud.Resource) (link, title string) {
	title = r.Name
	if title == "" {
		title = r.ID
	}
	address := links()[r.Type]
	console := consoles[partitionOf(r)]
	if r.Template || address == nil || console == "" {
		return "", title
	}
	regional := false
	missing := false
	var path strings.Builder
	for _, piece := range address {
		path.WriteString(piece.text)
		if piece.value == "" {
			continue
		}
		value := linkValue(r, piece.value)
		regional = regional || piece.value == "region"
		missing = missing || value == ""
		path.WriteString(escapeLink(value, piece.mark))
	}
	if missing {
		return "", title
	}
	if regional {
		console = r.Region + "." + console
	}
	return "https://" + console + "/" + path.String(), title
}

// A piece of an address is text, and what comes after it.
type piece struct {
	text  string
	value string // the name of a placeholder; empty at the end of an address
	mark  string // how its value is escaped
}

// links reads links.tsv: the address of each type.
var links = sync.OnceValue(func() map[string][]piece {
	addresses := map[string][]piece{}
	for f := range rows(linksTSV, 2) {
		addresses[f[0]] = pieces(f[1])
	}
	return addresses
})

var placeholder = regexp.MustCompile(`\{([a-z0-9]+)(%%|%|\$)?\}`)

// pieces cuts an address at its placeholders.
func pieces(address string) []piece {
	var list []piece
	for {
		at := placeholder.FindStringSubmatchIndex(address)
		if at == nil {
			return append(list, piece{text: address})
		}
		p := piece{text: address[:at[0]], value: address[at[2]:at[3]]}
		if at[4] >= 0 {
			p.mark = address[at[4]:at[5]]
		}
		list, address = append(list, p), address[at[1]:]
	}
}

// regionName is what may become part of a host.
var regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)

// linkValue is the value of a placeholder, empty when the resource has none.
func linkValue(r *cloud.Resource, name string) string {
	switch name {
	case "id":
		return r.ID
	case "name":
		return r.Name
	case "arn":
		return r.ARN
	case "account":
		return r.Account
	case "region":
		if regionName.MatchString(r.Region) {
			return r.Region
		}
		return ""
	}
	i, err := strconv.Atoi(name)
	parts := strings.SplitN(r.ARN, ":", 6)
	if err != nil || len(parts) < 6 {
		return ""
	}
	pieces := strings.FieldsFunc(parts[5], func(c rune) bool { return c == '/' || c == ':' })
	if i >= len(pieces) {
		return ""
	}
	return pieces[i]
}

// escapeLink escapes a value for the place that its mark says; see links.tsv.
func escapeLink(value, mark string) string {
	component := strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	switch mark {
	case "%":
		return component
	case "%%":
		return url.QueryEscape(component)
	case "$":
		return strings.ReplaceAll(url.QueryEscape(component), "%", "$")
	}
	return separators.Replace(component)
}

// separators are what stays as it is in the path of an address.
var separators = strings.NewReplacer("%3A", ":", "%2F", "/")

// partitionOf is the partition that a resource is in, empty when that cannot be
// told.
func partitionOf(r *cloud.Resource) string {
	if rest, ok := strings.CutPrefix(r.ARN, "arn:"); ok {
		partition, _, _ := strings.Cut(rest, ":")
		return partition
	}
	if r.Type == "AWS::Route53Domains::Domain" { // no other partition has it
		return "aws"
	}
	for _, region := range regions() {
		if region.Key == r.Region {
			return region.Partition
		}
	}
	return ""
}
