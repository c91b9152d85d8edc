package policy

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Parties are those whom a document lets in.
type Parties struct {
	Everyone bool // the public: see Document.Public

	Accounts       []string // ids of accounts; cloud.TemplateAccount for the template's own
	Services       []string // "sns.amazonaws.com"
	Federated      []string // identity providers
	CanonicalUsers []string // of S3
	Organizations  []string // those whose members are let in
	Resources      []string // symbols of the same template: a role of its own

	Unknown []*cloud.Unresolved // why there may be more
}

// Parties lists whom the Allow statements let in. Where everybody, or a
// service, is held to accounts by a condition, these accounts count
// (aws:SourceAccount, or the account in aws:SourceArn).
func (doc *Document) Parties() Parties {
	var p Parties
	for i := range doc.Statements {
		p.add(doc, &doc.Statements[i])
	}
	p.Unknown = append(p.Unknown, doc.Unknown...)
	for _, list := range []*[]string{&p.Accounts, &p.Services, &p.Federated, &p.CanonicalUsers, &p.Organizations, &p.Resources} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return p
}

func (p *Parties) add(doc *Document, s *Statement) {
	allows := s.allows()
	if allows.IsFalse() {
		return
	}
	p.Unknown = append(p.Unknown, allows.Unknown...)
	public := doc.public(s, nil)
	p.Everyone = p.Everyone || public.IsTrue()
	p.Unknown = append(p.Unknown, public.Unknown...)
	named := false // by somebody whom conditions hold to accounts
	for _, principal := range s.Principals.Known {
		switch {
		case isEveryone(principal):
			named = true
		case principal.Type == "Service":
			p.Services, named = append(p.Services, principal.ID), true
		default:
			p.name(principal)
		}
	}
	for _, u := range s.Principals.Unknown {
		p.Unknown = append(p.Unknown, u.Why)
	}
	if named || s.NotPrincipals.Given {
		p.held(s.Conditions)
		if s.everyone().IsTrue() && public.IsFalse() {
			for i := range doc.Statements {
				if d := &doc.Statements[i]; d.denies().IsTrue() && d.againstPublic().IsTrue() {
					p.spared(d)
				}
			}
		}
	}
}

// name takes down a principal that is named itself.
func (p *Parties) name(principal Principal) {
	id := principal.ID
	switch principal.Type {
	case "CanonicalUser":
		p.CanonicalUsers = append(p.CanonicalUsers, id)
		return
	case "Federated":
		p.Federated = append(p.Federated, id)
		return
	}
	if account := AccountOf(id); account != "" {
		p.Accounts = append(p.Accounts, account)
		return
	}
	arn, ok := SplitARN(id)
	switch {
	case ok && arn.Account == "cloudfront": // an origin access identity
		p.Services = append(p.Services, "cloudfront.amazonaws.com")
	case symbolFirst(id):
		p.Resources = append(p.Resources, id)
	case isUniqueID(id):
		// IAM shows the id of a user or role that is no more: nobody.
	default:
		p.Unknown = append(p.Unknown, unreadable("whose principal %s is cannot be told", short(id)))
	}
}

// AccountOf is the account that a principal belongs to: "123456789012" of
// that very text or of an ARN in that account, cloud.TemplateAccount where the
// template's own account stands. It is empty for anything else.
func AccountOf(principal string) string {
	account := principal
	if arn, ok := SplitARN(principal); ok {
		account = arn.Account
	}
	if IsAccountID(account) || account == cloud.TemplateAccount {
		return account
	}
	return ""
}

// isUniqueID tells whether text is the unique id of a user or role.
//
// Source: "IAM identifiers" in the IAM User Guide.
func isUniqueID(text string) bool {
	if len(text) < 16 || strings.ContainsAny(text, ":/*$ ") {
		return false
	}
	return strings.HasPrefix(text, "AIDA") || strings.HasPrefix(text, "AROA")
}

// held takes down to whom conditions hold an Allow.
func (p *Parties) held(conditions []Condition) {
	for i := range conditions {
		if c := &conditions[i]; c.confines(conditions).IsTrue() {
			p.values(c)
		}
	}
}

// spared takes down whom a Deny lets off.
func (p *Parties) spared(d *Statement) {
	for i := range d.Conditions {
		p.values(&d.Conditions[i])
	}
	for _, principal := range d.NotPrincipals.Known {
		if principal.Type == "Service" {
			p.Services = append(p.Services, principal.ID)
			continue
		}
		p.name(principal)
	}
}

// values takes down the accounts and organizations that a condition names.
func (p *Parties) values(c *Condition) {
	g := groundOf(c.Key)
	switch g {
	case byAccount, byARN, byOrg, byOrgPath:
	default:
		return
	}
	for _, value := range c.Values.Known {
		switch g {
		case byAccount, byARN:
			if account := AccountOf(value); account != "" {
				p.Accounts = append(p.Accounts, account)
			} else if symbolFirst(value) {
				p.Resources = append(p.Resources, value)
			}
		default:
			organization, _, _ := strings.Cut(value, "/")
			p.Organizations = append(p.Organizations, organization)
		}
	}
	p.Unknown = append(p.Unknown, c.Values.Unknown...)
}

// CrossAccount tells whether the document lets in an account that is neither
// the own one nor trusted. The public counts as such. Trusted are ids of
// accounts, or ARNs: the ARN of a root user trusts its account, another ARN
// only the principal it names.
//
// The own account is twelve digits, or cloud.TemplateAccount or empty for a
// template. In a template an account written in digits is another one: who
// means the template's own writes the pseudo parameter, or trusts it.
//
// Not across accounts are: roles and users of the same template, services that
// no condition holds to an account, identity providers, and what is held to
// networks or addresses only. Members of an organization that a condition names
// are taken for the owner's own; Parties lists these organizations.
func (doc *Document) CrossAccount(own string, trusted []string) cloud.Truth {
	answer := cloud.Known(false)
	for i := range doc.Statements {
		if answer = answer.Or(doc.foreign(&doc.Statements[i], own, trusted)); answer.IsTrue() {
			return answer
		}
	}
	return answer.Or(doc.mayHold())
}

// foreign is CrossAccount for one statement.
func (doc *Document) foreign(s *Statement, own string, trusted []string) cloud.Truth {
	allows := s.allows()
	if allows.IsFalse() {
		return allows
	}
	answer := doc.public(s, nil)
	through := false
	for _, principal := range s.Principals.Known {
		if isEveryone(principal) || principal.Type == "Service" {
			through = true
			continue
		}
		answer = answer.Or(foreignPrincipal(principal, own, trusted))
	}
	for _, u := range s.Principals.Unknown {
		if u.Type == "Service" || u.Type == "Federated" {
			continue
		}
		answer = answer.Or(unknownAccount(u.Why, own, trusted))
	}
	if through || s.NotPrincipals.Given {
		answer = answer.Or(s.heldTo(own, trusted))
		if public := doc.public(s, nil); public.IsFalse() && s.everyone().IsTrue() && s.confined().IsFalse() {
			answer = answer.Or(doc.sparedForeign(own, trusted))
		}
	}
	return answer.And(allows)
}

// heldTo tells whether conditions hold an Allow to an account that is foreign.
// Of several conditions each narrows the rest, so that one which holds it to
// known accounts is enough.
func (s *Statement) heldTo(own string, trusted []string) cloud.Truth {
	answer, any := cloud.Known(true), false
	for i := range s.Conditions {
		c := &s.Conditions[i]
		if c.confines(s.Conditions).IsFalse() {
			continue
		}
		any = true
		answer = answer.And(c.foreign(own, trusted))
	}
	if !any {
		return cloud.Known(false)
	}
	return answer
}

// sparedForeign tells whether a Deny against the public lets off a foreign
// account.
func (doc *Document) sparedForeign(own string, trusted []string) cloud.Truth {
	answer := cloud.Known(true)
	for i := range doc.Statements {
		d := &doc.Statements[i]
		if !d.denies().And(d.againstPublic()).IsTrue() {
			continue
		}
		spared := cloud.Known(false)
		for j := range d.Conditions {
			spared = spared.Or(d.Conditions[j].foreign(own, trusted))
		}
		for _, principal := range d.NotPrincipals.Known {
			spared = spared.Or(foreignPrincipal(principal, own, trusted))
		}
		answer = answer.And(spared)
	}
	return answer
}

// foreign tells whether a condition names a foreign account.
func (c *Condition) foreign(own string, trusted []string) cloud.Truth {
	if c.Unknown != nil {
		return cloud.UnknownTruth(c.Unknown)
	}
	g := groundOf(c.Key)
	if g != byAccount && g != byARN {
		return cloud.Known(false)
	}
	answer := cloud.Known(false)
	for _, value := range c.Values.Known {
		if g == byARN && AccountOf(value) == "" {
			continue // a bucket, or a resource of the template
		}
		answer = answer.Or(foreignPrincipal(Principal{"AWS", value}, own, trusted))
	}
	for _, u := range c.Values.Unknown {
		answer = answer.Or(unknownAccount(u, own, trusted))
	}
	return answer
}

// foreignPrincipal tells whether a principal belongs to an account that is
// neither own nor trusted.
func foreignPrincipal(p Principal, own string, trusted []string) cloud.Truth {
	switch p.Type {
	case "Service", "Federated":
		return cloud.Known(false)
	}
	if isTrusted(p.ID, trusted) {
		return cloud.Known(false)
	}
	if account := AccountOf(p.ID); account != "" {
		return cloud.Known(account != own && account != cloud.TemplateAccount)
	}
	arn, ok := SplitARN(p.ID)
	switch {
	case isEveryone(p):
		return cloud.Known(true)
	case ok && arn.Account == "cloudfront", symbolFirst(p.ID), isUniqueID(p.ID):
		return cloud.Known(false)
	case ok && cloud.HasSymbol(arn.Account):
		return cloud.UnknownTruth(&cloud.Unresolved{Reason: "the account in " + short(p.ID) + " is known only after deployment", Partial: p.ID})
	}
	return cloud.UnknownTruth(unreadable("whose principal %s is cannot be told", short(p.ID)))
}

// unknownAccount answers for a principal of which at most a part is known.
func unknownAccount(u *cloud.Unresolved, own string, trusted []string) cloud.Truth {
	if u.Partial != "" && AccountOf(u.Partial) != "" {
		return foreignPrincipal(Principal{"AWS", u.Partial}, own, trusted)
	}
	return cloud.UnknownTruth(u)
}

// isTrusted tells whether a principal is among the trusted.
func isTrusted(principal string, trusted []string) bool {
	account := AccountOf(principal)
	for _, t := range trusted {
		if t = strings.TrimSpace(t); t == principal || t != "" && t == account {
			return true
		}
		if arn, ok := SplitARN(t); ok && arn.Resource == "root" && arn.Account == account && account != "" {
			return true
		}
	}
	return false
}

// Foreign tells whether a list of principals (ids of accounts, ARNs, "*"), as
// the sharing of an image or an endpoint service keeps it, has one that is
// neither of the own account nor trusted, as in [Document.CrossAccount].
func Foreign(principals any, own string, trusted []string) cloud.Truth {
	answer := cloud.Known(false)
	values := valuesOf(principals)
	for _, id := range values.Known {
		p := Principal{"AWS", strings.TrimSpace(id)}
		if strings.EqualFold(p.ID, "all") { // the group of AMIs and snapshots
			p.ID = "*"
		}
		if service(p.ID) {
			continue
		}
		answer = answer.Or(foreignPrincipal(p, own, trusted))
	}
	for _, u := range values.Unknown {
		answer = answer.Or(unknownAccount(u, own, trusted))
	}
	return answer
}

// service tells whether a principal is the name of a service.
func service(id string) bool {
	return !strings.Contains(id, ":") && (strings.HasSuffix(id, ".amazonaws.com") || strings.HasSuffix(id, ".amazonaws.com.cn") || strings.HasSuffix(id, ".amazon.com"))
}
