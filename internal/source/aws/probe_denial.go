package aws

import (
	"regexp"
	"strings"
)

// DeniedBy is the kind of policy that denies an action, as far as AWS says.
type DeniedBy string

// What denies. Missing is no deny at all, but no policy that allows.
const (
	ByMissing        DeniedBy = "missing"         // no policy of the role allows the action
	ByIdentityPolicy DeniedBy = "identity-policy" // a policy of the role denies it
	BySCP            DeniedBy = "service-control-policy"
	ByRCP            DeniedBy = "resource-control-policy"
	ByBoundary       DeniedBy = "permissions-boundary"
	BySession        DeniedBy = "session-policy"
	ByEndpoint       DeniedBy = "vpc-endpoint-policy"
	ByResourcePolicy DeniedBy = "resource-policy"
	ByUnknown        DeniedBy = "unknown" // AWS does not say
)

// policyKinds are the kinds of policies as AWS's messages name them.
//
// Source: "Troubleshoot access denied error messages" in the IAM User Guide.
var policyKinds = []struct {
	words string
	by    DeniedBy
}{
	{"service control policy", BySCP},
	{"resource control policy", ByRCP},
	{"permissions boundary", ByBoundary},
	{"session policy", BySession},
	{"vpc endpoint policy", ByEndpoint},
	{"resource-based policy", ByResourcePolicy},
	{"identity-based policy", ByIdentityPolicy},
}

var (
	explicitDeny = regexp.MustCompile(`(?i)explicit deny in an? (.*)`)
	// A boundary comes as "permissions boundary"; the others end in "policy".
	nothingAllows = regexp.MustCompile(`(?i)because no (.*?) allows`)
	deniedAction  = regexp.MustCompile(`(?i)not authorized to perform:? ([a-z0-9-]+:[a-z0-9]+)`)
)

// deniedBy tells from AWS's message which kind of policy denies.
func deniedBy(message string) DeniedBy {
	explicit := explicitDeny.FindStringSubmatch(message)
	named := explicit
	if named == nil {
		named = nothingAllows.FindStringSubmatch(message)
	}
	if named == nil {
		return ByUnknown
	}
	text := strings.ToLower(named[1])
	for _, kind := range policyKinds {
		if !strings.HasPrefix(text, kind.words) {
			continue
		}
		if kind.by == ByIdentityPolicy && explicit == nil {
			return ByMissing
		}
		return kind.by
	}
	return ByUnknown
}

// actionIn is the IAM action that AWS's message names, which may be another
// than that of the call: AWS Cloud Control makes calls as the caller. It is
// empty where none is named.
func actionIn(message string) string {
	if named := deniedAction.FindStringSubmatch(message); named != nil {
		return named[1]
	}
	return ""
}

// maxDenial bounds AWS's message, in bytes. The kind of policy stands at its
// end, after two ARNs.
const maxDenial = 600

// shortDenial leaves out of AWS's message what only AWS can read.
func shortDenial(message string) string {
	if at := strings.Index(message, "Encoded authorization failure message"); at >= 0 {
		message = message[:at]
	}
	message = strings.Join(strings.Fields(message), " ")
	if len(message) > maxDenial {
		message = strings.ToValidUTF8(message[:maxDenial], "") + "…"
	}
	return message
}
