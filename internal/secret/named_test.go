package secret

import (
	"slices"
	"strings"
	"testing"
)

func TestNamed(t *testing.T) {
	key := "AKIA" + strings.Repeat("Q", 16)
	secretKey := strings.Repeat("w/J4", 10)
	for _, test := range []struct {
		name, value string
		found       []string
		redacted    string
	}{
		{"DB_PASSWORD", "correct-horse", []string{"password"}, "[redacted: password]"},
		{"splunk-auth-token", "correct-horse", []string{"password"}, "[redacted: password]"},
		{"spring.datasource.password", "correct-horse", []string{"password"}, "[redacted: password]"},
		{"STAGE", "correct-horse", nil, "[redacted]"},
		{"KEY", key, []string{"AWS access key"}, "[redacted: AWS access key]"},
		{"AWS_SECRET_ACCESS_KEY", secretKey, []string{"AWS secret key"}, "[redacted: AWS secret key]"},
		{"AWS_SECRET_ACCESS_KEY", "/" + secretKey[1:], []string{"AWS secret key"}, "[redacted: AWS secret key]"},
		{"DATABASE", "postgres://shop:hunter22@db/shop", []string{"password in a URL"}, "[redacted: password in a URL]"},

		// What stands elsewhere, or is none.
		{"DB_SECRET", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf", nil, "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf"},
		{"DB_SECRET", "prod/database/shop", nil, "[redacted]"},
		{"DB_PASSWORD", "/prod/database/Password", nil, "[redacted]"},
		{"API_KEY", "https://vault.example.com/keys", nil, "[redacted]"},
		{"DB_PASSWORD", "${DB_PASSWORD_FROM_CI}", nil, "[redacted]"},
		{"DB_PASSWORD", "", nil, ""},
		{"DB_PASSWORD", "true", nil, "true"},
		{"PASSWORD", "123456", nil, "123456"},
		{"DB_PASSWORD_LENGTH", "correct-horse", nil, "[redacted]"},
		{"DB_PASSWORD", "AQICAH" + strings.Repeat("a1B/", 20) + "==", nil, "AQICAH" + strings.Repeat("a1B/", 20) + "=="},
	} {
		if got := FindNamed(test.name, test.value); !slices.Equal(got, test.found) {
			t.Errorf("FindNamed(%s, %s) = %q; want %q", test.name, test.value, got, test.found)
		}
		redacted := RedactNamed(test.name, test.value)
		if redacted != test.redacted {
			t.Errorf("RedactNamed(%s, %s) = %s; want %s", test.name, test.value, redacted, test.redacted)
		}
		if again := RedactNamed(test.name, redacted); again != redacted {
			t.Errorf("%s redacted again is %s", redacted, again)
		}
		if got := FindNamed(test.name, redacted); !slices.Equal(got, test.found) {
			t.Errorf("FindNamed(%s, %s) = %q; want what the text gave, %q", test.name, redacted, got, test.found)
		}
	}
}

func TestFind(t *testing.T) {
	for text, want := range map[string][]string{
		"DB_PASSWORD=correct-horse /opt/start":                             {"password"},
		"export API_KEY='correct-horse'":                                   {"password"},
		"curl --header 'x-api-key: correct-horse'":                         {"password"},
		"DB_PWD=correct-horse":                                             {"password"},
		"aws_secret_access_key = " + strings.Repeat("w/J4", 9) + "w/J/":    {"AWS secret key"},
		"-----BEGIN OPENSSH PRIVATE KEY-----":                              {"private key"},
		"Y3VybCBodHRwczovL3Nob3A6Y29ycmVjdC1ob3JzZUBzaG9wLmV4YW1wbGUuY29t": {"password in a URL"},

		// What only speaks of them.
		"password:\n  valueFrom: secretKeyRef": nil,
		"PASSWORD=\n/opt/shop/start":           nil,
		"PWD=/var/www/html":                    nil,
		"secret=$(aws secretsmanager get-secret-value --secret-id shop/database)":                        nil,
		"DB_SECRET=arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database":                   nil,
		"aws secretsmanager get-secret-value --secret-id arn:aws:secretsmanager:eu-west-1:1:secret:shop": nil,
		"password: ********":            nil,
		"password={{ vault_password }}": nil,
	} {
		if got := Find(text); !slices.Equal(got, want) {
			t.Errorf("Find(%q) = %q; want %q", text, got, want)
		}
	}
}
