package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// Public halves of SSH keys; the private ones were thrown away.
const (
	sshBen    = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDhdFkiwWPjuhXbbD4Y+c4vXhp5tOyRJw3c0znhA50dI27ABZrUgYn42DlX0nv9KV0mdX/v6ECZKLf0UsWsDgagmOXxK75GYLDxr6T6AIB094k7dfgg79oCOixXUKX5+0XRHolmxxrYgkOtmlmM1gPjTPSvDvnGoLN/CGPletkOaXOzn/ErywHBHS99Bkfl4ASwwILr4K1egfDUxS6XVZuermAi5CFns8L3RJSlX2tSyQNSnlwk3etcLF5kAHXh42iUTV+17T43F+dTVIlbKf1lbAtSH1CBPj07oiVtgqfRQFsGyRae4htNG+vn1bwhiuvWYvj4eLHIpjTSJ0R6/fEV ben.okafor"
	sshBenOld = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC/7f+2xj5gW+n05Ttmx4twST0gNtIFQkexY06LDG22uvC08jgwAGBttm3iqB1SBqKK3G+3zDzR96lG+qpx5Tq3bb+/cNjLia9wq6UUECwHmMWJsS8Bymu1KVFA8JCvypt3qLs6NzwCVBaOlfhK6y+84ySaMvYm+thQp0NO4W5Na2W/SpG/vZFVFtUoC0sHY4FfZZ9l8NxRe4iZW05HrWpNS6PgtyqrBe23+2owOO/q57muXTtQI5z2M1Nd0HSfCI0Ee1k9eCqoGQ5ISzXrA50mKLThLenxk0IDNtox0ECt1Ib6vubNq9J35fGIAie6kZN6/SQcRR+BgQ5PZyouJ29Z ben.okafor-old"
	sshShop   = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC6m4o7do3kJFhnkRtv1NKeUziX84/nz1ayAmkaE3UydXXPjSPtdK611E1uhvjVAnckwCDiz67uHyYRvjBCtvQR+QFXraUuxuOGMjGpkILKIJnybiRkfkvIrg/zbG/oUYOyh2xmlhnpcRv0/6lDN3gl8ZK2hYKv0nC43MvU1qOLuXsASPvjghwAxtT5G0PpBg75FgFEsxm7RxBU5CR/voV0OvyXSWYm2e/PhvR/GdEWRWcUd7AQSW/ZqCrxl5WiKesaDlRGAu9bST3I4kaIOk7tBpG2Yw1X91Puam7S0js/oDPIqIJib8khcyYMz0/ynae0WVlMot7PF+RDqJjiFoAD harbourline"
)

// accessKey gives a user an access key, which is switched off for a user that
// nobody needs any more.
func (s *shop) accessKey(client *iam.Client, p person) call {
	return func(ctx context.Context) error {
		made, err := client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: new(p.name)})
		if err != nil || !p.disabled {
			return err
		}
		_, err = client.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{
			UserName: new(p.name), AccessKeyId: made.AccessKey.AccessKeyId, Status: types.StatusTypeInactive,
		})
		return err
	}
}

// signIn is how people come into the account: the password rules, the identity
// providers, and the certificates of the time before ACM.
func (s *shop) signIn(ctx context.Context) error {
	client := iam.NewFromConfig(s.production.Config)
	saml, err := issue(certificate{name: "login.harbourline.example", until: s.now.AddDate(1, 0, 0)})
	if err != nil {
		return err
	}
	replaced, err := issue(certificate{name: "old-login.harbourline.example", until: s.now.AddDate(0, -1, 0)})
	if err != nil {
		return err
	}
	current, err := issue(certificate{name: "shop.harbourline.example", until: s.now.AddDate(0, 9, 0)})
	if err != nil {
		return err
	}
	old, err := issue(certificate{name: "legacy.harbourline.example", until: s.now.AddDate(0, 0, 5), weak: true})
	if err != nil {
		return err
	}
	return inOrder(ctx,
		to(client.CreateAccountAlias, &iam.CreateAccountAliasInput{AccountAlias: new("harbourline")}),
		to(client.UpdateAccountPasswordPolicy, &iam.UpdateAccountPasswordPolicyInput{
			MinimumPasswordLength:      new(int32(10)),
			RequireLowercaseCharacters: true,
			RequireUppercaseCharacters: true,
			RequireNumbers:             true,
			AllowUsersToChangePassword: true,
			PasswordReusePrevention:    new(int32(5)),
			MaxPasswordAge:             new(int32(180)),
		}),
		each(client.CreateSAMLProvider,
			&iam.CreateSAMLProviderInput{Name: new("HarbourlineLogin"), SAMLMetadataDocument: new(samlMetadata(saml))},
			&iam.CreateSAMLProviderInput{Name: new("OldLogin"), SAMLMetadataDocument: new(samlMetadata(replaced))},
		),
		to(client.CreateOpenIDConnectProvider, &iam.CreateOpenIDConnectProviderInput{
			Url:            new("https://token.actions.githubusercontent.com"),
			ClientIDList:   []string{"sts.amazonaws.com"},
			ThumbprintList: []string{"6938fd4d98bab03faadb97b34396831e3780aea1"},
		}),
		each(client.UploadServerCertificate,
			&iam.UploadServerCertificateInput{ServerCertificateName: new("shop-2026"), CertificateBody: &current.body, PrivateKey: &current.key},
			&iam.UploadServerCertificateInput{ServerCertificateName: new("legacy-shop"), CertificateBody: &old.body, PrivateKey: &old.key},
		),
	)
}
