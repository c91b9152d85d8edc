package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// enterCalls are what entering an account takes.
const enterCalls = "sts:GetCallerIdentity sts:AssumeRole"

// enter gets the credentials of the account, and tells whether that went well.
func (p *probe) enter(ctx context.Context) bool {
	ctx = permit(ctx, enterCalls)
	login := &p.options.Login
	cfg, err := login.config(ctx)
	if err != nil {
		return p.stop(NoCredentials, p.text(err), "Check AWS_PROFILE and the files of the AWS configuration on the machine that runs Surety.")
	}
	self, entry, err := p.self(ctx, cfg)
	if err != nil {
		return p.stop(entry, p.text(err), ownAdvice(entry))
	}
	p.access.Self = self.String()
	identity := self
	if login.Role != "" {
		role, err := arn.Parse(login.Role)
		if err != nil || role.Service != "iam" || !strings.HasPrefix(role.Resource, "role/") {
			return p.stop(NotEntered, fmt.Sprintf("%.200q is no ARN of a role", login.Role), "Give an ARN such as arn:aws:iam::111122223333:role/"+RoleName+".")
		}
		if entry, err := p.assume(ctx, &cfg); err != nil {
			return p.stop(entry, p.text(err), p.roleAdvice(entry))
		}
		identity = role
	}
	p.access.Account = identity.AccountID
	if p.options.Account != "" && identity.AccountID != p.options.Account {
		return p.stop(WrongAccount, fmt.Sprintf("the credentials are those of AWS account %s, not of %s", identity.AccountID, p.options.Account),
			"Set the role by which the account is read: it has to be of the same AWS account.")
	}
	p.access.Entry = Entered
	p.access.Region = p.options.Region
	if p.access.Region == "" {
		p.access.Region = homeRegion(identity.Partition)
		if identity.Partition == "aws" && cfg.Region != "" {
			p.access.Region = cfg.Region
		}
	}
	p.config, p.partition = cfg, identity.Partition
	return true
}

// stop records that the account was not entered.
func (p *probe) stop(entry Entry, message, advice string) bool {
	p.access.Entry, p.access.Message, p.access.Advice = entry, message, advice
	return false
}

// self is the ARN of our own identity.
func (p *probe) self(ctx context.Context, cfg aws.Config) (arn.ARN, Entry, error) {
	if cfg.Credentials == nil {
		return arn.ARN{}, NoCredentials, errors.New("there are no credentials")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return arn.ARN{}, NoCredentials, err
	}
	out, err := sts.NewFromConfig(p.meter.configure(cfg, "")).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return arn.ARN{}, ownEntry(err), err
	}
	identity, err := arn.Parse(deref(out.Arn))
	if err != nil {
		return arn.ARN{}, NotEntered, fmt.Errorf("AWS names us %.200q, which is no ARN", deref(out.Arn))
	}
	return identity, Entered, nil
}

// ownEntry classifies the error of asking who we are, for which AWS needs no
// permission.
func ownEntry(err error) Entry {
	var api smithy.APIError
	var response *smithyhttp.ResponseError
	switch {
	case unreached(err):
		return NoNetwork
	case errors.As(err, &api) && errors.As(err, &response) && response.HTTPStatusCode() < 500:
		return NoCredentials
	}
	return NotEntered
}

// unreached tells whether no answer of AWS's came.
func unreached(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, errPage) || errors.Is(err, errEmptyAnswer) || errors.Is(err, errNoAnswer)
}

func ownAdvice(entry Entry) string {
	switch entry {
	case NoCredentials:
		return "Surety has no AWS credentials of its own, or they are not valid any more. Give the machine that runs it a role, or set AWS_PROFILE or AWS_ACCESS_KEY_ID for it."
	case NoNetwork:
		return "Check that the machine that runs Surety reaches AWS STS: its network, proxy (HTTPS_PROXY) and name resolution."
	}
	return ""
}

// assume takes the credentials of the role into the configuration. They last
// for the shortest time that AWS gives.
func (p *probe) assume(ctx context.Context, cfg *aws.Config) (Entry, error) {
	const shortest = 900 // seconds
	login := &p.options.Login
	input := &sts.AssumeRoleInput{RoleArn: &login.Role, RoleSessionName: ptr(sessionName), DurationSeconds: ptr(int32(shortest))}
	if login.ExternalID != "" {
		input.ExternalId = &login.ExternalID
	}
	out, err := sts.NewFromConfig(p.meter.configure(*cfg, "")).AssumeRole(ctx, input)
	if err != nil {
		return assumeEntry(err), err
	}
	c := out.Credentials
	if c == nil || deref(c.AccessKeyId) == "" {
		return NotEntered, errors.New("AWS gave no credentials for the role")
	}
	*cfg = cfg.Copy()
	cfg.Credentials = credentials.NewStaticCredentialsProvider(deref(c.AccessKeyId), deref(c.SecretAccessKey), deref(c.SessionToken))
	return Entered, nil
}

// assumeEntry classifies the error of assuming a role.
func assumeEntry(err error) Entry {
	var api smithy.APIError
	switch {
	case unreached(err):
		return NoNetwork
	case !errors.As(err, &api):
		return NotEntered
	case is(err, "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"):
		return NoCredentials
	case !is(err, deniedCodes...):
		return NotEntered
	}
	switch deniedBy(api.ErrorMessage()) {
	case ByUnknown, ByResourcePolicy: // the trust policy is the role's resource policy
		return RoleRefused
	}
	return MayNotAssume
}

func (p *probe) roleAdvice(entry Entry) string {
	switch entry {
	case RoleRefused:
		id := "that the condition sts:ExternalId of its trust policy is the external id that Surety has for the account"
		if p.options.Login.ExternalID == "" {
			id = "that its trust policy asks for no external id, for none was given"
		}
		return fmt.Sprintf("AWS does not tell a role that is not there from one that refuses us. Check that the role exists under exactly this ARN, path included; "+
			"that its trust policy names %s; %s; and, where the account is another, that the policies of our own identity allow sts:AssumeRole on the role.", trustedPrincipal(p.access.Self), id)
	case MayNotAssume:
		return fmt.Sprintf("Allow sts:AssumeRole on %s in the policies of %s; its own policies, a permissions boundary or its organisation deny that.",
			p.options.Login.Role, trustedPrincipal(p.access.Self))
	}
	return ownAdvice(entry)
}
