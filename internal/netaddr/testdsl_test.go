package netaddr

import (
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

func unknown(reason string) *cloud.Unresolved { return &cloud.Unresolved{Reason: reason} }

// sg builds rules from lines such as "tcp 22-23 0.0.0.0/0". A "?" in a place,
// with or without a name after it, is unresolved; "-" leaves the property out;
// a source that begins with "sg-" or "pl-" is a group or a prefix list. "?" alone
// is a rule of which nothing is known.
func sg(lines ...string) []any {
	out := []any{}
	for _, line := range lines {
		f := strings.Fields(line)
		if len(f) == 1 {
			out = append(out, unknown(f[0]))
			continue
		}
		rule := map[string]any{}
		set(rule, "IpProtocol", f[0])
		from, to, ranged := strings.Cut(f[1], "..")
		if !ranged {
			to = from
		}
		set(rule, "FromPort", from)
		set(rule, "ToPort", to)
		source := strings.Join(f[2:], " ")
		switch {
		case strings.HasPrefix(source, "sg-"):
			rule["SourceSecurityGroupId"] = source
		case strings.HasPrefix(source, "pl-"):
			rule["SourcePrefixListId"] = source
		case strings.Contains(source, ":") && !strings.Contains(source, "$"):
			set(rule, "CidrIpv6", source)
		default:
			set(rule, "CidrIp", source)
		}
		out = append(out, rule)
	}
	return out
}

func set(m map[string]any, key, value string) {
	switch {
	case value == "-":
	case strings.HasPrefix(value, "?"):
		m[key] = unknown(value)
	case key == "FromPort" || key == "ToPort" || key == "From" || key == "To" || key == "RuleNumber":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			m[key] = n
		} else {
			m[key] = value
		}
	default:
		m[key] = value
	}
}

// acl builds entries from lines such as "100 allow tcp 22..23 0.0.0.0/0 out".
func acl(lines ...string) []any {
	out := []any{}
	for _, line := range lines {
		f := strings.Fields(line)
		if len(f) == 1 {
			out = append(out, unknown(f[0]))
			continue
		}
		entry, ports := map[string]any{}, map[string]any{}
		set(entry, "RuleNumber", f[0])
		set(entry, "RuleAction", f[1])
		set(entry, "Protocol", f[2])
		from, to, ranged := strings.Cut(f[3], "..")
		if !ranged {
			to = from
		}
		set(ports, "From", from)
		set(ports, "To", to)
		if len(ports) > 0 {
			entry["PortRange"] = ports
		}
		if strings.Contains(f[4], ":") {
			set(entry, "Ipv6CidrBlock", f[4])
		} else {
			set(entry, "CidrBlock", f[4])
		}
		if len(f) > 5 {
			if entry["Egress"] = f[5] == "out"; f[5] == "?" {
				entry["Egress"] = unknown("?egress")
			}
		}
		out = append(out, entry)
	}
	return out
}

// lines is the inverse of sg.
func lines(rules any) []string {
	list, ok := rules.([]any)
	if !ok {
		return []string{"not a list"}
	}
	var out []string
	for _, e := range list {
		switch e := e.(type) {
		case *cloud.Unresolved:
			out = append(out, e.Reason)
		case map[string]any:
			text := show(e["IpProtocol"]) + " " + show(e["FromPort"])
			if to := show(e["ToPort"]); to != show(e["FromPort"]) {
				text += ".." + to
			}
			for _, key := range peerKeys {
				if e[key] != nil {
					text += " " + show(e[key])
				}
			}
			out = append(out, text)
		default:
			out = append(out, "not a rule")
		}
	}
	return out
}

func show(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case *cloud.Unresolved:
		return v.Reason
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return "not shown"
}

// short is the answer as a test states it: "true", "false" or the reasons.
func short(t cloud.Truth) string {
	if !t.IsUnknown() {
		return t.String()
	}
	var reasons []string
	for _, u := range t.Unknown {
		reasons = append(reasons, u.Reason)
	}
	return strings.Join(reasons, " ")
}
