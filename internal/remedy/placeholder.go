package remedy

import (
	"regexp"
	"strings"
)

// An example of a page that is not the judged resource must not look like a
// real value. What is one is told by its form, or by the option it stands
// behind; what is neither, such as a number or a word of the AWS API, is the
// correction itself.

type form struct {
	pattern *regexp.Regexp // its first group, or all of it
	note    string
}

// forms are the forms of examples, whatever they stand behind.
var forms = []form{
	{regexp.MustCompile(`fileb?://[^\s'",]+`), "a file of yours"},
	{regexp.MustCompile(`arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:[0-9]*:([^\s'",}\]]+)`), "another resource"},
	{regexp.MustCompile(`https://[^/\s'"]+/[0-9]{12}/([^\s'",]+)`), "the URL of another resource"},
	{regexp.MustCompile(`path=/[A-Za-z/]*Id,value=([^\s'",]+)`), "the id of another resource"},
	{regexp.MustCompile(`dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/([^\s'",}]+)`), "an image of yours"},
	{regexp.MustCompile(`s3://[^\s'",]+`), "a bucket"},
	{regexp.MustCompile(`\balias/([a-z][a-z0-9-]*)(?:$|[^a-z0-9/-])`), "a key of yours"},
	{regexp.MustCompile(`[A-Za-z0-9._-]+@[a-z0-9.-]*example\.(?:com|org)`), "an address of yours"},
	{regexp.MustCompile(`[a-z0-9.-]*example\.(?:com|org)`), "a domain of yours"},
	{regexp.MustCompile(`\bexample-[a-z0-9-]+`), "the name of another resource"},
	{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:-[0-9]+)?\b`), "the id of another resource"},
	{regexp.MustCompile(`\b(?:[a-z]{1,12}-[0-9a-f]{8,17}|[a-z]{1,3}-[a-z]*example[a-z0-9-]+|o-a1b2c3d4e5|d-9067f4f1a2|wsb-0zsvgp8fc|a1b2c3d4e5)\b`), "the id of another resource"},
	{regexp.MustCompile(`\b(?:A[A-Z]{3}[A-Z0-9]*EXAMPLE|[A-Z0-9]*EXAMPLE[A-Z0-9]*|[EZK][A-Z0-9]{12,}|[a-z]{2}-[a-z]+-[0-9]_EXAMPLE[0-9]*)\b`), "the id of another resource"},
	{regexp.MustCompile(`\b[0-9a-f]{25,40}\b`), "the id of another resource"},
	{regexp.MustCompile(`\b[A-Z]+(?:_[A-Z]+)*_(?:ID|ARN|NAME)\b`), "the id of another resource"},
	{regexp.MustCompile(`\b(?:111122223333|210987654321|444455556666)\b`), "an account"},
	{regexp.MustCompile(`\b(?:203\.0\.113|198\.51\.100|192\.0\.2)\.[0-9]+(?:/[0-9]+)?|\b10\.[0-9]+\.[0-9]+\.[0-9]+(?:/[0-9]+)?`), "an address of yours"},
	{regexp.MustCompile(`\b20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]+Z?`), "a time"},
	{regexp.MustCompile(`\b[a-z]+(?:-[a-z0-9]+)*-20[0-9]{2}(?:-[0-9]{2}){0,2}\b`), "a name of your choice"},
	{regexp.MustCompile(`(?:^|[,{\s'"])(?:LaunchTemplateName|UserName|CommonName|metricName|metricNamespace|bucketName|s3BucketName|S3BucketName|BucketName|TargetBucket|BackupPlanName|SelectionName|targetBackupVaultName|stackName)"?[=:]\s*"?([A-Za-z][A-Za-z0-9._-]*)`), "a name of your choice"},
}

// named are the ends of options whose value is the name or id of something.
var named = []string{
	"-name", "-names", "-id", "-ids", "-identifier", "-identifiers", "-arn", "-arns", "-url", "-user", "-username",
}

// namedWhole are options that name something without such an end.
var namedWhole = map[string]bool{
	"analyzer": true, "bucket": true, "cluster": true, "container-instance": true, "groups": true, "id": true, "instances": true, "name": true,
	"names": true, "role": true, "rule": true, "schedule": true, "security-groups": true, "service": true, "services": true, "subnets": true,
	"target": true, "targets": true, "task-definition": true, "work-group": true, "workspaces": true, "password": true,
	"old-password": true, "new-password": true, "secret-string": true, "caller-reference": true, "creation-token": true,
	"email-address": true, "phone-number": true, "hostname": true, "values": true, "resources": true, "resource-ids": true,
	"lock-token": true, "update-token": true, "current-version": true, "if-match": true, "serial-number": true, "session-id": true,
	"authentication-code1": true, "authentication-code2": true, "namespace": false, "job-definition": true, "email-identity": true,
	"current-delivery-stream-version-id": true, "destination-id": true, "secret-id": true, "db-name": true, "kms-key-id": true, "username": true,
}

// fixed are options whose value belongs to the command, though it is a name.
var fixed = map[string]bool{
	"attribute-name": true, "attribute-names": true, "metric-name": true, "policy-type-name": true, "resource-type-name": true, "service-name": true,
	"document-name": true, "quota-code": true, "setting-id": true, "container-name": false,
}

// constant are the names that everybody has.
var constant = map[string]bool{"default": true, "Default": true, "self": true, "all": true, "AWS": true, "none": true}

// exampleName is a name as pages make them up. What has capitals is a word of
// an API, or a name that a rule asks for.
var exampleName = regexp.MustCompile(`^[a-z0-9/][a-z0-9._/:-]*$`)

var (
	nameTag = regexp.MustCompile(`Key=Name,Value=([^\s'",]+)`)
	ownName = regexp.MustCompile(`^Name=([a-z][a-z0-9-]*)`)
)

// open marks what has still to be replaced in a call.
func (f *filler) open(in invocation, e *edits) {
	for _, w := range in.arguments {
		f.openWord(in, option{}, w, e)
	}
	for _, o := range in.options {
		switch o.name {
		case "output", "region", "source-region":
			continue
		case "query":
			for _, w := range o.values {
				f.forms(w, e)
			}
			continue
		}
		for _, w := range o.values {
			f.openWord(in, o, w, e)
		}
	}
}

func (f *filler) openWord(in invocation, o option, w word, e *edits) {
	if w.expands && w.value == e.text[w.start:w.end] {
		return // a variable of the page's own loop
	}
	if note := byOption(in, o, w.value); note != "" && !e.covers(w.start, w.end) {
		e.add(w.start, w.end, "", Replace, note)
		return
	}
	raw := e.text[w.start:w.end]
	switch o.name {
	case "tags":
		// Which tags there are is the correction; what a resource is called,
		// is not.
		for _, m := range nameTag.FindAllStringSubmatchIndex(raw, -1) {
			e.add(w.start+m[2], w.start+m[3], "", Replace, "a name of your choice")
		}
		return
	case "iam-instance-profile":
		for _, m := range ownName.FindAllStringSubmatchIndex(raw, -1) {
			e.add(w.start+m[2], w.start+m[3], "", Replace, "the name of another resource")
		}
	}
	f.forms(w, e)
	// A dimension that names something is an example, too.
	if o.name == "dimensions" {
		for _, m := range pair.FindAllStringSubmatchIndex(raw, -1) {
			if v := raw[m[4]:m[5]]; exampleName.MatchString(v) {
				e.add(w.start+m[4], w.start+m[5], "", Replace, "the name of another resource")
			}
		}
	}
}

// forms marks what has the form of an example, wherever it stands in a word.
func (f *filler) forms(w word, e *edits) {
	raw := e.text[w.start:w.end]
	for _, form := range forms {
		for _, m := range form.pattern.FindAllStringSubmatchIndex(raw, -1) {
			at := m[len(m)-2:]
			if at[0] < 0 || kept(raw[m[0]:m[1]]) {
				continue
			}
			e.rest(w.start+at[0], w.start+at[1], form.note)
		}
	}
}

// kept tells of what has the form of an example and is real: policies and keys
// that AWS keeps for everybody, roles that it makes itself.
func kept(text string) bool {
	return managed(text) || strings.Contains(text, "alias/aws/") || strings.Contains(text, "servicesetting/ssm/") ||
		strings.Contains(text, "role/aws-service-role/")
}

// byOption tells what is to be put behind an option that names something.
func byOption(in invocation, o option, value string) string {
	switch {
	case fixed[o.name] || constant[value]:
		return ""
	case in.service == "kms" && o.name == "policy-name":
		return "" // AWS KMS knows no other than default
	case o.name == "password" || strings.HasSuffix(o.name, "-password") && in.service == "iam":
		return "a password"
	case strings.HasPrefix(o.name, "authentication-code"):
		return "what the device shows"
	case o.name == "phone-number":
		return "a number of yours"
	}
	names := namedWhole[o.name]
	for _, end := range named {
		names = names || strings.HasSuffix(o.name, end)
	}
	if !names || !exampleName.MatchString(value) && !strings.HasSuffix(o.name, "-token") && o.name != "current-version" && o.name != "if-match" {
		return ""
	}
	if strings.HasPrefix(value, "alias/aws/") {
		return ""
	}
	switch {
	case o.name == "if-match" || strings.HasSuffix(o.name, "-token") && o.name != "creation-token" || o.name == "current-version":
		return "what the command before gives"
	case in.verb == "create" || in.verb == "restore" || strings.HasPrefix(o.name, "target-"):
		return "a name of your choice, or another resource"
	case strings.HasSuffix(o.name, "-id") || strings.HasSuffix(o.name, "-ids"):
		return "the id of another resource"
	}
	return "the name of another resource"
}
