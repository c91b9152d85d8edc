package auth

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxHops bounds how far back X-Forwarded-For is followed.
const maxHops = 32

// Proxies are the networks of the proxies that are believed when they say on
// whose behalf they call. The zero value believes nobody.
type Proxies struct {
	networks []netip.Prefix
}

// ParseProxies reads networks ("10.0.0.0/8", "fd00::/8") and single addresses.
func ParseProxies(list []string) (Proxies, error) {
	var p Proxies
	for _, text := range list {
		text = strings.TrimSpace(text)
		network, err := netip.ParsePrefix(text)
		if err != nil {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return Proxies{}, fmt.Errorf("the trusted proxy %.80q is neither a network such as 10.0.0.0/8 nor an address such as 10.0.0.7", text)
			}
			network = netip.PrefixFrom(address.WithZone(""), address.BitLen())
		}
		if network.Addr().Is4In6() && network.Bits() >= 96 {
			network = netip.PrefixFrom(network.Addr().Unmap(), network.Bits()-96)
		}
		if network.Bits() == 0 {
			return Proxies{}, fmt.Errorf("the trusted proxy %s is everybody: any client could then claim any address; name the networks of the proxies", text)
		}
		p.networks = append(p.networks, network.Masked())
	}
	return p, nil
}

func (p Proxies) trust(address netip.Addr) bool {
	return slices.ContainsFunc(p.networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// Client is the address of the client: that of the connection, or where that
// is a trusted proxy's, the last one in X-Forwarded-For which is not. What
// stands to the left of that one anybody may have written. It is the zero
// Addr for a connection that has no address.
func (p Proxies) Client(r *http.Request) netip.Addr {
	client := connection(r)
	if !client.IsValid() || !p.trust(client) {
		return client
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i, hop := range slices.Backward(hops) {
		address, ok := parseHop(hop)
		if !ok || len(hops)-i > maxHops {
			break // the last one known is who is answerable
		}
		client = address
		if !p.trust(client) {
			break
		}
	}
	return client
}

// Secure tells whether the browser speaks TLS: with the server, or with a
// trusted proxy that says so in X-Forwarded-Proto.
func (p Proxies) Secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if from := connection(r); !from.IsValid() || !p.trust(from) {
		return false
	}
	// The last word is that of the proxy which is trusted.
	said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), ",")
	return strings.EqualFold(strings.TrimSpace(said[len(said)-1]), "https")
}

func connection(r *http.Request) netip.Addr {
	address, _ := parseHop(r.RemoteAddr)
	return address
}

// parseHop reads an address with or without a port.
func parseHop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		both, err := netip.ParseAddrPort(text)
		if err != nil {
			return netip.Addr{}, false
		}
		address = both.Addr()
	}
	return address.Unmap().WithZone(""), true
}
