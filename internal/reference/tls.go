package reference

import (
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud"
)

// tlsProtocols are the values of a policy's minimum, oldest first.
var tlsProtocols = []string{"SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}

// tlsTable holds the named TLS policies of one service.
type tlsTable struct {
	Title    string // as a sentence names one: "CloudFront security policy"
	source   `yaml:",inline"`
	Policies []tlsPolicy
}

// A tlsPolicy is a name that stands for protocols and ciphers.
type tlsPolicy struct {
	Name    string
	Minimum string // the oldest protocol that it accepts, one of tlsProtocols

	// WeakCiphers is set where the policy accepts a cipher that is broken or
	// about to be (3DES, RC4, DES, export grade), whatever the protocol.
	WeakCiphers bool `yaml:"weakCiphers"`

	// PostQuantum tells whether the policy offers a post-quantum key
	// exchange; nil where that is not known.
	PostQuantum *bool `yaml:"postQuantum"`
}

type tlsFile struct {
	Services map[string]*tlsTable

	Attributes attributeTable
}

// An attributeTable tells the attributes of a Classic Load Balancer's own SSL
// negotiation policy apart, which switch on protocols and ciphers one by one.
type attributeTable struct {
	source  `yaml:",inline"`
	Options []string // what is neither protocol nor cipher
	Weak    []string // parts of the names of broken ciphers
	Sound   []string // parts of the names of sound ones
}

var tlsPolicies = sync.OnceValues(func() (*tlsFile, error) { return load[*tlsFile]("tls.yaml") })

// WeakTLSPolicy tells whether a named TLS policy of a service (cloudfront,
// elb, elbv2, apigateway, opensearch) accepts a protocol older than TLS 1.2 or
// a broken cipher. A name that the table does not list is unknown.
func WeakTLSPolicy(service, name string) cloud.Truth {
	p, u := findTLSPolicy(service, name)
	if u != nil {
		return cloud.UnknownTruth(u)
	}
	return cloud.Known(p.WeakCiphers || weakProtocol(p.Minimum))
}

// PostQuantumTLSPolicy tells whether a named TLS policy of a service offers a
// key exchange that a quantum computer does not break.
func PostQuantumTLSPolicy(service, name string) cloud.Truth {
	p, u := findTLSPolicy(service, name)
	if u != nil {
		return cloud.UnknownTruth(u)
	}
	if p.PostQuantum == nil {
		return cloud.UnknownTruth(unresolved("it is not known whether %s offers a post-quantum key exchange", name))
	}
	return cloud.Known(*p.PostQuantum)
}

// WeakTLSAttribute tells whether an attribute of a Classic Load Balancer's
// SSL negotiation policy switches on a protocol older than TLS 1.2
// ("Protocol-TLSv1") or a broken cipher ("RC4-MD5").
func WeakTLSAttribute(name string) cloud.Truth {
	file, err := tlsPolicies()
	if err != nil {
		return cloud.UnknownTruth(unresolved("the table of TLS policies could not be read: %v", err))
	}
	if protocol, ok := strings.CutPrefix(name, "Protocol-"); ok {
		if slices.Contains(tlsProtocols, protocol) {
			return cloud.Known(weakProtocol(protocol))
		}
		return cloud.UnknownTruth(unresolved("protocol %q is not known", protocol))
	}
	a := file.Attributes
	parts := strings.Split(name, "-")
	switch {
	case slices.Contains(a.Options, name):
		return cloud.Known(false)
	case slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(a.Weak, p) }):
		return cloud.Known(true)
	case slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(a.Sound, p) }):
		return cloud.Known(false)
	}
	return cloud.UnknownTruth(unresolved("it is not known how strong cipher %q is", name))
}

func weakProtocol(name string) bool {
	return slices.Index(tlsProtocols, name) < slices.Index(tlsProtocols, "TLSv1.2")
}

func findTLSPolicy(service, name string) (tlsPolicy, *cloud.Unresolved) {
	file, err := tlsPolicies()
	if err != nil {
		return tlsPolicy{}, unresolved("the table of TLS policies could not be read: %v", err)
	}
	table := file.Services[strings.ToLower(service)]
	if table == nil {
		return tlsPolicy{}, unresolved("the TLS policies of %q are not known", service)
	}
	if name == "" {
		return tlsPolicy{}, unresolved("no %s is given, and AWS chooses its default", table.Title)
	}
	for _, p := range table.Policies {
		if p.Name == name {
			return p, nil
		}
	}
	return tlsPolicy{}, unresolved("it is not known what %s %s allows", table.Title, name)
}
