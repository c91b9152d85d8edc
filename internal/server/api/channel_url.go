package api

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

// hostName is a name of a host in ASCII; of another script it is written in
// Punycode, since a look-alike of a digit would be turned into the digit.
var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$`)

// numericLabel is a last label that makes a host an address in IPv4, however
// it is written (127.1, 0x7f000001): "ends in a number" of
// https://url.spec.whatwg.org/#ends-in-a-number-checker.
var numericLabel = regexp.MustCompile(`^([0-9]+|0x[0-9a-f]*)$`)

// isURL says what is wrong with the URL that notifications are sent to. It has
// to be https, and name a host other than this one.
func isURL(value json.RawMessage) string {
	text, ok := textOf(value)
	if !ok {
		return "it must be a text"
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return "it must be a URL that begins with https://"
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	switch {
	case strings.Contains(host, ":") || numericLabel.MatchString(last):
		return "it must name a host, not an IP address"
	case last == "localhost":
		return "it must name another host than localhost"
	case !hostName.MatchString(host):
		return "the name of its host is not possible; write other scripts than Latin in Punycode (xn--…)"
	}
	return ""
}
