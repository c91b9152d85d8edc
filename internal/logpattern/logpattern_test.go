package logpattern

import (
	"strings"
	"testing"
)

func TestSelectsJSON(t *testing.T) {
	event := Text(`{"eventName":"ConsoleLogin","eventType":"AwsConsoleSignIn","errorCode":"Client.UnauthorizedOperation",
		"userIdentity":{"type":"Root","mfa":false,"none":null},"tags":["a","b"],"list":[{"n":1},{"n":20}],"size":12.5,"code":"404",
		"dotted.name":"x"}`)
	for pattern, want := range map[string]bool{
		`{ $.eventName = "ConsoleLogin" }`:                                        true,
		`{$.eventName=ConsoleLogin}`:                                              true,
		`{ ($.eventName = ConsoleLogin) }`:                                        true,
		`{ $.eventName = "consolelogin" }`:                                        false,
		`{ $.eventName != "ConsoleLogin" }`:                                       false,
		`{ $.nothing != "x" }`:                                                    false,
		`{ $.nothing = * }`:                                                       false,
		`{ $.eventName = * }`:                                                     true,
		`{ $.eventName = "Console*" }`:                                            true,
		`{ $.errorCode = "*UnauthorizedOperation" }`:                              true,
		`{ $.errorCode = "*Unauthorized*" }`:                                      true,
		`{ $.errorCode = "*Unauthorized" }`:                                       false,
		`{ $.errorCode = "C*d*n" }`:                                               true,
		`{ $.errorCode = "C*n*d" }`:                                               false,
		`{ $.eventName = %^Console[A-Z]% }`:                                       true,
		`{ $.eventName = %^Login% }`:                                              false,
		`{ $.userIdentity.type = Root && $.eventType != AwsServiceEvent }`:        true,
		`{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }`: true,
		`{ $.userIdentity.type NOT EXISTS }`:                                      false,
		`{ $.userIdentity.type EXISTS }`:                                          true,
		`{ $.userIdentity.none IS NULL }`:                                         true,
		`{ $.userIdentity.mfa IS FALSE }`:                                         true,
		`{ $.userIdentity.mfa is true }`:                                          false,
		`{ $.eventName = X || $.eventName = ConsoleLogin && $.code = 404 }`:       true,
		`{ ($.eventName = X || $.eventName = ConsoleLogin) && $.code = 405 }`:     false,
		`{ $.eventName = ConsoleLogin || $.eventName = X && $.code = 405 }`:       true, // && binds more
		"{ ($.eventName =\n\"ConsoleLogin\")\n&& ($.size > 12) }":                 true,
		`{ $.size >= 12.5 && $.size <= 12.5 && $.size < 13 && $.size = 12.50 }`:   true,
		`{ $.size > 13 }`:                                                         false,
		`{ $.eventName > 13 }`:                                                    false,
		`{ $.tags = "b" }`:                                                        true,
		`{ $.tags[0] = "b" }`:                                                     false,
		`{ $.tags[1] = "b" }`:                                                     true,
		`{ $.tags[2] = "b" }`:                                                     false,
		`{ $.list[*].n = 20 }`:                                                    true,
		`{ $.['dotted.name'] = x }`:                                               true,
		`{ $["dotted.name"] = x }`:                                                true,
		`{ $.eventName = "Say \"hello\"" }`:                                       false,
		`{ ((($.eventName = ConsoleLogin))) }`:                                    true,
		``:                                                                        true,
		`ConsoleLogin`:                                                            true,
		`"ConsoleLogin" -Root`:                                                    false,
		`?Nothing ?ConsoleLogin`:                                                  true,
		`?Nothing ?Neither`:                                                       false,
		`%"Console[A-Z]%`:                                                         true,
		`[a, b]`:                                                                  false,
	} {
		p, err := Parse(pattern)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		if got := p.Selects(event); got != want {
			t.Errorf("%s selects the event: %v, not %v", pattern, got, want)
		}
	}
}

func TestSelectsLines(t *testing.T) {
	event := Text(`2 123456789010 eni-1235b8ca 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK`)
	for pattern, want := range map[string]bool{
		`REJECT`: true,
		`ACCEPT`: false,
		`[version, account, eni, source, destination, srcport, destport, protocol, packets, bytes, windowstart, windowend, action="REJECT", flowlogstatus]`: true,
		`[version, account, eni, source, destination, srcport, destport="22", protocol, packets, bytes, windowstart, windowend, action="REJECT", status]`:   false,
		`[..., action=REJECT, status]`:                         true,
		`[..., action=ACCEPT, status]`:                         false,
		`[version, ..., action = REJECT, status = OK]`:         true,
		`[..., port = 22 || port = 3389, p, n, b, s, e, a, k]`: true,
		`[..., port > 4000, p, n, b, s, e, a, k]`:              false,
		`[version, account]`:                                   false,
		`[...]`:                                                true,
		`[source=172.31.*, ...]`:                               false,
		`[v, a, i, source=172.31.*, ...]`:                      true,
		`[..., "REJECT", x]`:                                   true,
		`{ $.action = "REJECT" }`:                              false,
	} {
		p, err := Parse(pattern)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		if got := p.Selects(event); got != want {
			t.Errorf("%s selects the line: %v, not %v", pattern, got, want)
		}
	}
	p, err := Parse(`[ip, user, name, time, request="GET *", status=4*, bytes]`)
	if err != nil {
		t.Fatal(err)
	}
	if !p.Selects(Text(`127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534`)) {
		t.Error("quotes and brackets are not taken as one word")
	}
}

func TestParseErrors(t *testing.T) {
	for _, pattern := range []string{
		`{ }`, `{ $ = 1 }`, `{ $. = 1 }`, `{ $.a }`, `{ $.a = }`, `{ $.a = "x }`, `{ $.a = %x }`, `{ ($.a = 1 }`, `{ $.a = 1 $.b = 2 }`,
		`{ $.a[0 = 1 }`, `{ $.a > x }`, `{ a = 1 }`, `{ $.a = %[% }`, `[a = ]`, `"x`, `- x`, `%[%`, strings.Repeat("x", 1025),
	} {
		if p, err := Parse(pattern); err == nil {
			t.Errorf("%s was read as %+v", pattern, p)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{
		`{ ($.eventName = "A*") || $.b[0].c NOT EXISTS && $.d >= 1.5 }`, `[a, ..., b = "x" || b < 2, "c"]`, `?a -b "c d" %e.f%`, `{ $.['a b'] IS NULL }`,
	} {
		f.Add(pattern, `{"eventName":"A","b":[{"c":1}]}`)
	}
	f.Fuzz(func(t *testing.T, pattern, event string) {
		if p, err := Parse(pattern); err == nil {
			p.Selects(Text(event))
		}
	})
}
