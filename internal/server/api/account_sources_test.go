package api_test

import (
	"encoding/json"
	"testing"
)

// TestRefusalsNameTheMember holds that a refused value is named by its place in
// the request.
func TestRefusalsNameTheMember(t *testing.T) {
	s := newServer(t)
	account := "/v1/accounts/" + s.account.ID
	const keys = `"access":{"keys":{"roleArn":"arn:aws:iam::777788889999:role/R","externalId":"abcd"}}`
	for _, test := range []struct{ method, path, attributes, pointer string }{
		{"POST", "/v1/accounts", `{"environment":"Test",` + keys + `}`, "/data/attributes/name"},
		{"POST", "/v1/accounts", `{"name":"n",` + keys + `}`, "/data/attributes/environment"},
		{"POST", "/v1/accounts", `{"name":"n","environment":"Test"}`, "/data/attributes/access/keys/externalId"},
		{"POST", "/v1/accounts", `{"name":"n","environment":"Test","access":{"keys":{"roleArn":"r","externalId":"a b"}}}`, "/data/attributes/access/keys/externalId"},
		{"POST", "/v1/accounts", `{"name":"n","environment":"Test","access":{"keys":{"roleArn":"r","externalId":"ab"}}}`, "/data/attributes/access/keys/roleArn"},
		{"POST", "/v1/accounts", `{"name":"n","environment":"Test","tags":["%"],` + keys + `}`, "/data/attributes/tags"},
		{"PATCH", account, `{"code":"ABCD"}`, "/data/attributes/code"},
		{"PATCH", account + "/access", `{"configuration":{"roleArn":"r"}}`, "/data/attributes/configuration/roleArn"},
		{"PATCH", account + "/access", `{"configuration":{"roleArn":"arn:aws:iam::999999999999:role/R"}}`, "/data/attributes/configuration/roleArn"},
		{"PATCH", account + "/access", `{"configuration":{"externalId":"a b"}}`, "/data/attributes/configuration/externalId"},
		{"PATCH", account + "/settings/bot", `{"settings":{"bot":{"delay":99}}}`, "/data/attributes/settings/bot/delay"},
		{"PATCH", account + "/settings/bot", `{"settings":{"bot":{"disabledUntil":1}}}`, "/data/attributes/settings/bot/disabledUntil"},
		{"POST", "/v1/groups", `{"name":"a"}`, "/data/attributes/name"},
		{"POST", "/v1/imports", `{"environment":"Test","roleName":"R"}`, "/data/attributes/name"},
		{"POST", "/v1/imports", `{"name":"n","environment":"Test","roleName":"R","exclude":["1"]}`, "/data/attributes/exclude"},
	} {
		got := s.do(admin, test.method, test.path, `{"data":{"attributes":`+test.attributes+`}}`)
		var body any
		if err := json.Unmarshal(got.Body, &body); err != nil {
			t.Fatal(err)
		}
		if got.Status != 422 || at(body, "errors", 0, "source", "pointer") != test.pointer {
			t.Errorf("%s %s %s: %d %s, want %s", test.method, test.path, test.attributes, got.Status, got.Body, test.pointer)
		}
	}
}
