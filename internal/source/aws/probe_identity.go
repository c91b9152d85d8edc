package aws

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// identityTimeout bounds how long it is asked who we are.
const identityTimeout = 10 * time.Second

// Identity is the ARN that the trust policy of a role names to let in the
// identity of a login: that of a user, or of the role whose session it is. The
// note, which may be empty, says what of it is not certain. The error says that
// it is not known.
func Identity(ctx context.Context, login Login) (principal, note string, err error) {
	ctx, cancel := context.WithTimeout(ctx, identityTimeout)
	defer cancel()
	p := &probe{meter: newMeter(&Options{Attempts: 2, Backoff: time.Second}), options: ProbeOptions{Login: login}, access: &Access{}}
	cfg, err := login.config(ctx)
	if err != nil {
		return "", "", fmt.Errorf("the AWS identity of Surety itself is not known: %s", p.text(err))
	}
	self, _, err := p.self(permit(ctx, enterCalls), cfg)
	if err != nil {
		return "", "", fmt.Errorf("the AWS identity of Surety itself is not known: %s", p.text(err))
	}
	name, isRole := roleOfSession(self)
	if !isRole {
		if self.Service != "iam" {
			return "", "", fmt.Errorf("the server runs as %s, which no trust policy should name; run it as a role or a user", self)
		}
		return self.String(), "", nil
	}
	// The path of a role is not in the ARN of its session.
	out, err := iam.NewFromConfig(p.meter.configure(cfg, "")).GetRole(permit(ctx, "iam:GetRole"), &iam.GetRoleInput{RoleName: &name})
	if err == nil && out.Role != nil && deref(out.Role.Arn) != "" {
		return deref(out.Role.Arn), "", nil
	}
	if strings.HasPrefix(name, "AWSReservedSSO_") {
		return "", "", fmt.Errorf("the server runs as the role %s of IAM Identity Center, whose path may not be read (iam:GetRole); give its ARN", name)
	}
	return trustedPrincipal(self.String()), "The path of the role " + name + " could not be read (iam:GetRole), and / is assumed: correct the principal where it is another.", nil
}

// roleOfSession is the name of the role whose session an identity is.
func roleOfSession(self arn.ARN) (name string, ok bool) {
	rest, ok := strings.CutPrefix(self.Resource, "assumed-role/")
	name, _, _ = strings.Cut(rest, "/")
	return name, ok && self.Service == "sts"
}

// trustedPrincipal is how a trust policy names an identity: the session of a
// role by the role, as far as its path is /.
func trustedPrincipal(identity string) string {
	self, err := arn.Parse(identity)
	if err != nil {
		return identity
	}
	if name, ok := roleOfSession(self); ok {
		return fmt.Sprintf("arn:%s:iam::%s:role/%s", self.Partition, self.AccountID, name)
	}
	return identity
}
