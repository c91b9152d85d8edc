package signin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"
)

func TestSessionJSON(t *testing.T) {
	s := newServer(t, nil)
	u := s.addUser(email, "ADMIN")
	b := s.browser()
	send := func(body string) *page {
		t.Helper()
		p := b.do("POST", "/v1/session", body, "application/json")
		if p.Header.Get("Content-Type") != "application/vnd.api+json" {
			t.Errorf("the answer is %s", p.Header.Get("Content-Type"))
		}
		return p
	}
	for _, body := range []string{"", "[", `{"email":7,"password":"secretive"}`, `{"password":"secretive`, strings.Repeat(" ", 1<<20)} {
		if p := send(body).want(http.StatusBadRequest, `"status":400`, "it looks like"); strings.Contains(p.Body, "secretive") {
			t.Errorf("the error holds the password: %s", p.Body)
		}
	}
	send(`{}`).want(http.StatusUnauthorized, `"status":401`)
	send(`{"email":"grace@example.com","password":"wrong"}`).want(http.StatusUnauthorized, "The email or the password is wrong.")
	right := fmt.Sprintf(`{"email":%q,"password":%q}`, email, password)
	send(right).want(http.StatusOK, `"type":"users"`, `"id":"`+u.ID+`"`, `"role":"ADMIN"`)
	if !b.signedIn() {
		t.Fatal("not signed in with the right password")
	}
	for range 2 { // the second time there is nothing to end
		b.do("DELETE", "/v1/session", "", "").want(http.StatusOK, `{"meta":{"status":"deleted"}}`)
	}
	if b.signedIn() {
		t.Error("still signed in")
	}

	secret, _ := s.addTOTP(u)
	send(right).want(http.StatusUnauthorized, `"code":"second-factor"`)
	with := func(code string) string {
		return fmt.Sprintf(`{"email":%q,"password":%q,"code":%q}`, email, password, code)
	}
	send(with("000000")).want(http.StatusUnauthorized, "The code is wrong")
	if b.signedIn() {
		t.Error("signed in with a wrong code")
	}
	code, err := totp.GenerateCode(secret, s.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	send(with(code)).want(http.StatusOK)
	b.do("DELETE", "/v1/session", "", "").want(http.StatusOK)
	send(with(code)).want(http.StatusUnauthorized) // once
	for range 10 {
		send(`{"email":"grace@example.com","password":"wrong"}`)
	}
	if p := send(right).want(http.StatusTooManyRequests, `"status":429`); p.Header.Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
}
