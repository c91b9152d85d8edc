package api

import (
	"strings"
	"testing"
)

func TestPartsOfRole(t *testing.T) {
	const arn = "arn:aws:iam::111122223333:role/"
	for _, test := range []struct {
		arn, account string
	}{
		{arn + "SuretyReadOnly", "111122223333"},
		{"arn:aws-cn:iam::111122223333:role/a/path/Audit", "111122223333"},
		{arn + strings.Repeat("a", 576), "111122223333"},
		{arn + strings.Repeat("a", 577), ""},
		{arn, ""},
		{arn + "a b", ""},
		{arn + "a\n", ""},
		{"x" + arn + "a", ""},
		{"arn:aws:iam::1111222233334:role/a", ""},
		{"arn:aws:iam::111122223333:user/a", ""},
	} {
		if account, ok := partsOfRole(test.arn); account != test.account || ok != (test.account != "") {
			t.Errorf("%q is of the account %q (%t), not %q", test.arn, account, ok, test.account)
		}
	}
}

func TestBounded(t *testing.T) {
	for text, want := range map[string]bool{
		"ab": false, "abc": true, "äöü": true, strings.Repeat("ü", 100): true, strings.Repeat("a", 101): false, "a;b": false,
	} {
		if groupName.MatchString(text) != want {
			t.Errorf("the name %q is taken: %t", text, !want)
		}
	}
}
