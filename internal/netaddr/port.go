package netaddr

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// maxPort is the last port of TCP and UDP.
const maxPort = 65535

// lastPort is the last port of a protocol, or the last type of ICMP.
func lastPort(protocol string) int {
	if protocol == "icmp" || protocol == "icmpv6" {
		return 255
	}
	return maxPort
}

// all stands for every protocol, as AWS writes it.
const all = "-1"

// protocolOf reads a protocol in any form that AWS takes (a name, a number,
// "-1" or "all") into "tcp", "udp", "icmp", "icmpv6", "-1" or another number
// as text. The second result says why it could not be read.
//
// Source: AWS::EC2::SecurityGroup Ingress, IpProtocol.
func protocolOf(v any) (string, *cloud.Unresolved) {
	var text string
	switch v := v.(type) {
	case nil:
		return "", &cloud.Unresolved{Reason: "the rule names no protocol"}
	case *cloud.Unresolved:
		return "", v
	case string:
		if cloud.HasSymbol(v) {
			return "", &cloud.Unresolved{Reason: v + " is known only after deployment", Partial: v}
		}
		text = strings.ToLower(strings.TrimSpace(v))
	default:
		n, why := intOf("the protocol", v)
		if why != nil {
			return "", why
		}
		text = strconv.Itoa(n)
	}
	switch text {
	case "tcp", "udp", "icmp", "icmpv6":
		return text, nil
	case "-1", "all":
		return all, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 255 {
		return "", &cloud.Unresolved{Reason: quote(text) + " is no protocol; AWS takes tcp, udp, icmp, icmpv6, -1 or a number from 0 to 255"}
	}
	switch n {
	case 1:
		return "icmp", nil
	case 6:
		return "tcp", nil
	case 17:
		return "udp", nil
	case 58:
		return "icmpv6", nil
	}
	return strconv.Itoa(n), nil
}

func intOf(name string, v any) (int, *cloud.Unresolved) {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return 0, v
	case int:
		return v, nil
	case int64:
		if int64(int(v)) == v {
			return int(v), nil
		}
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<31 {
			return int(v), nil
		}
	case json.Number:
		return intOf(name, v.String())
	case string:
		if cloud.HasSymbol(v) {
			return 0, &cloud.Unresolved{Reason: v + " is known only after deployment", Partial: v}
		}
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil {
			return n, nil
		}
		return 0, &cloud.Unresolved{Reason: fmt.Sprintf("%s is %s and should be a number", name, quote(v))}
	}
	return 0, &cloud.Unresolved{Reason: fmt.Sprintf("%s is %s and should be a number", name, kindOf(v))}
}

// A portRange is what a rule says of ports, or of ICMP types.
type portRange struct {
	from, to     int
	noFrom, noTo *cloud.Unresolved // why an end is not known
	every        bool              // all ports, whatever the ends say
}

// covers tells whether the port is in the range.
func (r portRange) covers(port int) cloud.Truth {
	switch {
	case r.every:
		return cloud.Known(true)
	case r.noFrom == nil && port < r.from, r.noTo == nil && port > r.to:
		return cloud.Known(false)
	case r.noFrom != nil || r.noTo != nil:
		return cloud.UnknownTruth(r.noFrom, r.noTo)
	}
	return cloud.Known(true)
}

// portsOf reads the ports of a rule for the protocol it is about.
//
// Only TCP, UDP and ICMP have ports or types: for any other protocol AWS lets
// everything through whatever the ends say. Ends of -1, or none, set no limit.
// For ICMP the first end is the type and the second the code; the code is left
// out of account, since one type is what makes a host answer.
func portsOf(protocol string, from, to any) portRange {
	switch protocol {
	case "tcp", "udp":
	case "icmp", "icmpv6":
		to = from
	default: // also where the protocol is not known: it may be one without ports
		return portRange{every: true}
	}
	if from == nil && to == nil {
		return portRange{every: true}
	}
	var r portRange
	r.from, r.noFrom = end("FromPort", from)
	r.to, r.noTo = end("ToPort", to)
	if r.noFrom == nil && r.from == -1 || r.noTo == nil && r.to == -1 {
		return portRange{every: true}
	}
	return r
}

func end(name string, v any) (int, *cloud.Unresolved) {
	if v == nil {
		return 0, &cloud.Unresolved{Reason: name + " is not set, though the other end of the range is"}
	}
	return intOf(name, v)
}
