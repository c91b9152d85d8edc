package engine

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Names of live resources mean something within one region only: two
// parameter groups of the same name in two regions are two. What follows tells
// where a reference can lead to another region.

// global is the region of what AWS has no regions for.
const global = "global"

const bucket = "AWS::S3::Bucket"

// near tells whether a plain name that one resource states can be the other's:
// they are in one region, or one of them in none, or one is a bucket, whose
// name is unique everywhere.
func near(a, b *cloud.Resource) bool {
	return a.Region == b.Region || everywhere(a.Region) || everywhere(b.Region) ||
		a.Type == bucket || b.Type == bucket
}

// everywhere tells whether a region is none: AWS has none for the resource, or
// it was not told.
func everywhere(region string) bool { return region == global || region == "" }

// crosses tells whether a value means the same in every region: an ARN, or an
// identifier that AWS made.
func crosses(value any) bool {
	text, ok := value.(string)
	return ok && (strings.HasPrefix(text, "arn:") || generated(text))
}

// generated tells whether text is an identifier that AWS makes: letters, a
// dash, and 8 or 17 hexadecimal digits, as in vpc-0a1b2c3d4e5f67890.
func generated(text string) bool {
	dash := strings.LastIndexByte(text, '-')
	digits := text[dash+1:]
	if dash < 1 || len(digits) != 8 && len(digits) != 17 {
		return false
	}
	for _, c := range []byte(text[:dash]) {
		if (c < 'a' || c > 'z') && c != '-' {
			return false
		}
	}
	for _, c := range []byte(digits) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
