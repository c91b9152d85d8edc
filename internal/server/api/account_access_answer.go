package api

import "github.com/surety-cloud/surety/internal/source/aws"

// The outcomes of a check, the worst first.
const (
	accessNotEntered = "not-entered"
	accessDenied     = "denied"
	accessIncomplete = "incomplete"
	accessAllowed    = "allowed"
)

// accessCheckAttributes are what an answer says of an access.
type accessCheckAttributes struct {
	Outcome  string         `json:"outcome"`
	RoleARN  string         `json:"role-arn"`
	Identity string         `json:"identity"`      // ours, that assumes the role; empty when it is not known
	Account  string         `json:"awsaccount-id"` // that was entered; empty when none was
	Region   string         `json:"region"`
	Entry    string         `json:"entry"`
	Message  string         `json:"message"`
	Advice   string         `json:"advice"`
	Method   string         `json:"method"`
	Actions  accessCounts   `json:"actions"`
	Denied   []accessDenial `json:"denied"`
	Untried  []accessGap    `json:"untried"`
	Notes    []string       `json:"notes"`
	Calls    int64          `json:"calls"`
}

// accessCounts count IAM actions. What is denied may be an action that is not
// among the needed ones, which AWS asks for in their stead.
type accessCounts struct {
	Needed  int `json:"needed"`
	Allowed int `json:"allowed"`
	Denied  int `json:"denied"`
	Untried int `json:"untried"`
}

// An accessDenial is an action that is denied, with the rules that read what it
// tells.
type accessDenial struct {
	Service string      `json:"service"`
	Action  string      `json:"action"`
	Regions []string    `json:"regions"`
	By      string      `json:"denied-by"`
	Message string      `json:"message"`
	Rules   accessRules `json:"rules"`
}

type accessRules struct {
	Count int      `json:"count"`
	IDs   []string `json:"ids"`
}

// An accessGap are actions of which nothing is known, and why.
type accessGap struct {
	Reason  string   `json:"reason"`
	Actions []string `json:"actions"`
}

func newAccessCheck(found *aws.Access) accessCheckAttributes {
	t := accessCheckAttributes{
		RoleARN: found.Role, Identity: found.Self, Account: found.Account, Region: found.Region,
		Entry: string(found.Entry), Message: found.Message, Advice: found.Advice, Method: string(found.Method),
		Actions: accessCounts{Needed: found.Needed, Allowed: len(found.Allowed), Denied: len(found.Denied)},
		Denied:  make([]accessDenial, len(found.Denied)), Untried: make([]accessGap, len(found.Untried)),
		Notes: list(found.Notes), Calls: found.Calls,
	}
	for i, d := range found.Denied {
		t.Denied[i] = accessDenial{
			Service: d.Service, Action: d.Action, Regions: list(d.Regions), By: string(d.By), Message: d.Message,
			Rules: accessRules{Count: len(d.Rules), IDs: list(d.Rules)},
		}
	}
	for i, u := range found.Untried {
		t.Untried[i] = accessGap{Reason: u.Reason, Actions: list(u.Actions)}
		t.Actions.Untried += len(u.Actions)
	}
	switch {
	case found.Entry != aws.Entered:
		t.Outcome = accessNotEntered
	case len(found.Denied) > 0:
		t.Outcome = accessDenied
	case !found.Complete():
		t.Outcome = accessIncomplete
	default:
		t.Outcome = accessAllowed
	}
	return t
}
