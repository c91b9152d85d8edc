package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/surety-cloud/surety/internal/server/auth"
)

// oidcFlags say how users sign in through an identity provider.
type oidcFlags struct {
	issuer      string
	clientID    string
	secretFile  string
	groupsClaim string
	scopes      []string
	roles       []string
	defaultRole string
	trustEmail  bool
}

func (o *oidcFlags) flags(f *pflag.FlagSet) {
	f.StringVar(&o.issuer, "oidc-issuer", "", "`URL` of an OpenID Connect provider through which users sign in")
	f.StringVar(&o.clientID, "oidc-client-id", "", "with --oidc-issuer: `id` of Surety at the provider")
	f.StringVar(&o.secretFile, "oidc-client-secret-file", "", "with --oidc-issuer: `file` with the client's secret; SURETY_OIDC_CLIENT_SECRET may hold the secret itself")
	f.StringVar(&o.groupsClaim, "oidc-groups-claim", "groups", "with --oidc-issuer: `name` of the claim with a user's groups")
	f.StringSliceVar(&o.scopes, "oidc-scope", nil, "with --oidc-issuer: `scopes` to ask for beside openid, profile and email")
	f.StringSliceVar(&o.roles, "oidc-role", nil, "with --oidc-issuer: `group=ROLE`, the role of a group: ADMIN, POWER_USER, READ_ONLY, USER")
	f.StringVar(&o.defaultRole, "oidc-default-role", "", "with --oidc-issuer: `role` of users of no such group; they are refused when it is not given")
	f.BoolVar(&o.trustEmail, "oidc-trust-email", false, "with --oidc-issuer: take addresses for verified where the provider does not say")
}

// oidcSecret holds the client's secret itself, where there are no files.
const oidcSecret = "SURETY_OIDC_CLIENT_SECRET"

// config is what the flags say; nil without an issuer.
func (o *oidcFlags) config() (*auth.OIDCConfig, error) {
	if o.issuer == "" {
		return nil, nil
	}
	config := &auth.OIDCConfig{
		Issuer: o.issuer, ClientID: o.clientID, ClientSecret: os.Getenv(oidcSecret), Scopes: o.scopes, GroupsClaim: o.groupsClaim,
		DefaultRole: auth.Role(o.defaultRole), TrustEmail: o.trustEmail, Roles: map[string]auth.Role{},
	}
	if o.secretFile != "" {
		text, err := readConfiguration(o.secretFile)
		if err != nil {
			return nil, fmt.Errorf("--oidc-client-secret-file: %w", err)
		}
		config.ClientSecret = strings.TrimSpace(string(text))
	}
	for _, text := range o.roles {
		// A group's name may hold an equals sign, as those of LDAP do.
		at := strings.LastIndexByte(text, '=')
		if at < 1 {
			return nil, fmt.Errorf("--oidc-role %q is not understood; write group=ROLE", text)
		}
		role, err := auth.ParseRole(text[at+1:])
		if err != nil {
			return nil, fmt.Errorf("--oidc-role: %w", err)
		}
		config.Roles[text[:at]] = role
	}
	return config, nil
}
