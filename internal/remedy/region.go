package remedy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// The account, the region and the other region that pages write.
const exampleAccount = "123456789012"

var (
	exampleRegions = regexp.MustCompile(`(?:eu-west-1|us-east-1)`)
	elsewhere      = regexp.MustCompile(`eu-west-1`)
	accountForm    = regexp.MustCompile(`^[0-9]{12}$`)
	regionForm     = regexp.MustCompile(`^[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}$`)
	arnForm        = regexp.MustCompile(`arn:aws:([a-z0-9-]*):([a-z0-9-]*):([0-9]*|aws):`)
)

// worldwide are the services of the AWS CLI that have no regions, or whose
// region is not a user's choice.
//
// Source: "AWS services with global endpoints" in the AWS General Reference.
var worldwide = map[string]bool{
	"account": true, "budgets": true, "ce": true, "cloudfront": true, "configure": true, "globalaccelerator": true,
	"iam": true, "organizations": true, "route53": true, "route53domains": true, "s3": true, "shield": true, "sts": true, "support": true,
}

// home is the resource's region; empty where AWS has none for it.
func home(r *cloud.Resource) string {
	if regionForm.MatchString(r.Region) {
		return r.Region
	}
	return ""
}

// partition is the part of AWS that the resource is in: aws, aws-cn,
// aws-us-gov.
func partition(r *cloud.Resource) string {
	if rest, ok := strings.CutPrefix(r.ARN, "arn:"); ok {
		if p, _, ok := strings.Cut(rest, ":"); ok && strings.HasPrefix(p, "aws") && plainWord(p) {
			return p
		}
	}
	switch {
	case strings.HasPrefix(r.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(r.Region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// region puts the resource's region into a call: behind the operation where
// the page names none.
func (f *filler) region(in invocation, e *edits) {
	region := home(f.id.resource)
	for _, o := range in.options {
		if o.name != "region" && o.name != "source-region" || len(o.values) != 1 {
			continue
		}
		w := o.values[0]
		switch {
		case w.expands || worldwide[in.service] && in.service != "s3":
		case region != "":
			e.add(w.start, w.end, region, Place, "")
		case !f.onlyThere(in, w.value):
			e.add(w.start, w.end, "", Replace, "the region that it is about")
		}
	}
	if region != "" && !worldwide[in.service] && !in.has("region") {
		e.put(editing{start: in.last, end: in.last, text: " --region " + region, lead: len(" --region "), kind: Place})
	}
}

// onlyThere tells of calls about things without a region that have to be made
// in us-east-1: what belongs to CloudFront, DNS or sign-in, and the metrics of
// billing.
func (f *filler) onlyThere(in invocation, region string) bool {
	if region != "us-east-1" {
		return false
	}
	return f.id.resource.Type != "AWS::Account::Account" || in.service == "cloudwatch"
}

// places puts the account, the region and the partition where the page's stand.
func (f *filler) places(in invocation, e *edits) {
	account, region, part := f.id.resource.Account, home(f.id.resource), partition(f.id.resource)
	for _, w := range in.texts() {
		raw := e.text[w.start:w.end]
		if accountForm.MatchString(account) {
			for _, i := range tokensOf(raw, exampleAccount, digit) {
				e.add(w.start+i, w.start+i+len(exampleAccount), account, Place, "")
			}
		}
		if region != "" {
			for _, m := range exampleRegions.FindAllStringIndex(raw, -1) {
				e.add(w.start+m[0], w.start+m[1], region, Place, "")
			}
		}
		if region == "" {
			// It is about something with a region, and the resource has none.
			for _, m := range elsewhere.FindAllStringIndex(raw, -1) {
				e.add(w.start+m[0], w.start+m[1], "", Replace, "a region")
			}
		}
		if part != "aws" {
			for _, m := range arnForm.FindAllStringIndex(raw, -1) {
				e.add(w.start+m[0]+len("arn:"), w.start+m[0]+len("arn:aws"), part, Place, "")
			}
		}
	}
}

// texts are the words of a call in which identifiers may stand.
func (in *invocation) texts() []word {
	out := slices.Clone(in.arguments)
	for _, o := range in.options {
		switch o.name {
		case "output", "region", "source-region":
			continue
		}
		out = append(out, o.values...)
		if o.joined != "" {
			w := o.word
			w.start = w.end - len(o.joined)
			w.value = o.joined
			out = append(out, w)
		}
	}
	return out
}

// tokensOf finds a text that is not a part of a longer one of the same bytes.
func tokensOf(text, token string, of func(byte) bool) []int {
	var out []int
	for at := 0; ; {
		i := strings.Index(text[at:], token)
		if i < 0 {
			return out
		}
		i += at
		at = i + len(token)
		if (i == 0 || !of(text[i-1])) && (at == len(text) || !of(text[at])) {
			out = append(out, i)
		}
	}
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
