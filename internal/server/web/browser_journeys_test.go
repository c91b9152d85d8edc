package web_test

import "testing"

// TestSignIn signs in and out.
func TestSignIn(t *testing.T) {
	l := newLive(t)
	b := l.newTab()
	b.open("/checks")
	b.at("/sign-in?return=%2Fchecks")
	b.signIn(demoAdmin)
	b.at("/checks")
	b.follow("Dana Demo")
	b.at("/me")
	b.follow("Sign out")
	b.at("/sign-in")
	b.open("/")
	b.at("/sign-in?return=%2F")
}
