package aws

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// What users sign in with. The credential report tells it of all users and of
// the root user at once; IAM makes it anew every four hours at most.

const credentialCalls = "iam:GenerateCredentialReport iam:GetCredentialReport"

// rootRow is the user under which the report has the root user.
const rootRow = "<root_account>"

// A credentialReport is what the report says, by user and column.
type credentialReport struct {
	users map[string]map[string]string
	made  string // when
}

// How long to wait for the report: it takes some seconds, and longer for
// thousands of users.
const (
	reportPause    = 500 * time.Millisecond
	reportPauseMax = 8 * time.Second
	reportPatience = 3 * time.Minute
)

// reportOf has IAM make the report and reads it, once in an account.
func reportOf(ctx context.Context, s *scope) (*credentialReport, error) {
	return once(s.session, "iam credential report", func() (*credentialReport, error) {
		client := iam.NewFromConfig(s.cfg)
		pause, end := reportPause, time.Now().Add(reportPatience)
		for {
			state, err := client.GenerateCredentialReport(ctx, &iam.GenerateCredentialReportInput{})
			if err != nil {
				return nil, err
			}
			if state.State == types.ReportStateTypeComplete {
				break
			}
			if time.Now().After(end) {
				return nil, fmt.Errorf("IAM did not finish the credential report within %v", reportPatience)
			}
			select {
			case <-time.After(pause):
				pause = min(2*pause, reportPauseMax)
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		out, err := client.GetCredentialReport(ctx, &iam.GetCredentialReportInput{})
		if err != nil {
			return nil, err
		}
		return parseCredentials(out.Content, out.GeneratedTime)
	})
}

func parseCredentials(content []byte, made *time.Time) (*credentialReport, error) {
	report := &credentialReport{users: map[string]map[string]string{}, made: "an unknown time"}
	if made != nil {
		report.made = made.UTC().Format(time.RFC3339)
	}
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("the credential report could not be read: %w", err)
	}
	if len(rows) == 0 || rows[0][0] != "user" {
		return nil, errors.New("the credential report could not be read: it does not begin with the names of its columns")
	}
	for _, row := range rows[1:] {
		user := make(map[string]string, len(row))
		for i, value := range row {
			user[rows[0][i]] = value
		}
		report.users[row[0]] = user
	}
	return report, nil
}

// tell gives the properties that the report's row of a user tells. A user who
// was made after the report has none.
func (r *credentialReport) tell(user string, properties map[string]func(credentialRow) any) props {
	row, ok := r.users[user]
	given := props{}
	for name, of := range properties {
		if ok {
			given[name] = of(row)
		} else {
			given[name] = &cloud.Unresolved{Reason: fmt.Sprintf("the credential report of %s does not have the user yet; IAM makes one every four hours", r.made)}
		}
	}
	return given
}

type credentialRow map[string]string

// flag is a column of true or false.
func (r credentialRow) flag(column string) any {
	switch strings.ToLower(r[column]) {
	case "true":
		return true
	case "false":
		return false
	}
	return &cloud.Unresolved{Reason: fmt.Sprintf("the credential report says %q of %s", r[column], column)}
}

// value is a column's text; nil where the report says that there is none.
func (r credentialRow) value(column string) any {
	switch r[column] {
	case "", "N/A", "no_information", "not_supported":
		return nil
	}
	return r[column]
}

// moment is a column's time; nil where there is none.
func (r credentialRow) moment(column string) any {
	text, ok := r.value(column).(string)
	if !ok {
		return nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return &cloud.Unresolved{Reason: fmt.Sprintf("the credential report says %q of %s", text, column)}
	}
	return t.UTC().Format(time.RFC3339)
}

// accessKeys are the access keys that the user has, active or not. The report
// has columns for two, and says so where there are more.
func (r credentialRow) accessKeys() any {
	var keys []any
	for _, n := range []string{"access_key_1", "access_key_2"} {
		active, rotated := r.flag(n+"_active"), r.moment(n+"_last_rotated")
		if active == false && rotated == nil {
			continue
		}
		keys = append(keys, trim(map[string]any{
			"Active":          active,
			"LastRotated":     rotated,
			"LastUsedDate":    r.moment(n + "_last_used_date"),
			"LastUsedRegion":  r.value(n + "_last_used_region"),
			"LastUsedService": r.value(n + "_last_used_service"),
		}))
	}
	return r.withMore(keys)
}

// certificates are the signing certificates that the user has.
func (r credentialRow) certificates() any {
	var certificates []any
	for _, n := range []string{"cert_1", "cert_2"} {
		active, rotated := r.flag(n+"_active"), r.moment(n+"_last_rotated")
		if active == false && rotated == nil {
			continue
		}
		certificates = append(certificates, trim(map[string]any{"Active": active, "LastRotated": rotated}))
	}
	return r.withMore(certificates)
}

func (r credentialRow) withMore(list []any) []any {
	if more, ok := r.value("additional_credentials_info").(string); ok {
		list = append(list, &cloud.Unresolved{Reason: "the credential report does not list all: " + more, Many: true})
	}
	return list
}

// trim removes what is nil from a map.
func trim(m map[string]any) map[string]any {
	for key, v := range m {
		if v == nil {
			delete(m, key)
		}
	}
	return m
}

var userCredentials = map[string]func(credentialRow) any{
	"AccessKeys":           credentialRow.accessKeys,
	"MfaActive":            flagOf("mfa_active"),
	"PasswordEnabled":      flagOf("password_enabled"),
	"PasswordLastChanged":  momentOf("password_last_changed"),
	"PasswordLastUsed":     momentOf("password_last_used"),
	"PasswordNextRotation": momentOf("password_next_rotation"),
	"SigningCertificates":  credentialRow.certificates,
}

var rootCredentials = map[string]func(credentialRow) any{
	"AccessKeys":          credentialRow.accessKeys,
	"CreateDate":          momentOf("user_creation_time"),
	"PasswordLastUsed":    momentOf("password_last_used"),
	"SigningCertificates": credentialRow.certificates,
}

func flagOf(column string) func(credentialRow) any {
	return func(r credentialRow) any { return r.flag(column) }
}

func momentOf(column string) func(credentialRow) any {
	return func(r credentialRow) any { return r.moment(column) }
}

func readUserCredentials(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	report, err := reportOf(ctx, s)
	if err != nil {
		return nil, err
	}
	return report.tell(r.ID, userCredentials), nil
}

func readRootCredentials(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	report, err := reportOf(ctx, s)
	if err != nil {
		return nil, err
	}
	return report.tell(rootRow, rootCredentials), nil
}

func readLoginProfile(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := iam.NewFromConfig(s.cfg).GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: &r.ID})
	if is(err, "NoSuchEntity") {
		return nil, nil // the user has no password
	}
	if err != nil {
		return nil, err
	}
	return props{"LoginProfile": map[string]any{"PasswordResetRequired": out.LoginProfile.PasswordResetRequired}}, nil
}

func readUserMFADevices(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	var devices []any
	pages := iam.NewListMFADevicesPaginator(iam.NewFromConfig(s.cfg), &iam.ListMFADevicesInput{UserName: &r.ID, MaxItems: ptr(int32(iamPage))})
	err := each(ctx, pages, func(page *iam.ListMFADevicesOutput) {
		for _, d := range page.MFADevices {
			devices = append(devices, without(object(d), "UserName"))
		}
	})
	return ofUser("MFADevices", devices, err)
}

func readSSHPublicKeys(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	var keys []any
	pages := iam.NewListSSHPublicKeysPaginator(iam.NewFromConfig(s.cfg), &iam.ListSSHPublicKeysInput{UserName: &r.ID, MaxItems: ptr(int32(iamPage))})
	err := each(ctx, pages, func(page *iam.ListSSHPublicKeysOutput) {
		for _, k := range page.SSHPublicKeys {
			keys = append(keys, without(object(k), "UserName"))
		}
	})
	return ofUser("SSHPublicKeys", keys, err)
}

// ofUser is what a list of one user's things gave.
func ofUser(property string, list []any, err error) (props, error) {
	if is(err, "NoSuchEntity") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{property: list}, nil
}

// readServiceCredentials tells a user's credentials for single services, from
// one list of those of all users.
func readServiceCredentials(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	all, err := once(s.session, "iam service credentials", func() (map[string][]any, error) {
		byUser := map[string][]any{}
		client := iam.NewFromConfig(s.cfg)
		input := &iam.ListServiceSpecificCredentialsInput{AllUsers: ptr(true), MaxItems: ptr(int32(iamPage))}
		for {
			page, err := client.ListServiceSpecificCredentials(ctx, input)
			if err != nil {
				return nil, err
			}
			for _, c := range page.ServiceSpecificCredentials {
				byUser[deref(c.UserName)] = append(byUser[deref(c.UserName)], without(object(c), "UserName"))
			}
			if !page.IsTruncated || page.Marker == nil {
				return byUser, nil
			}
			input.Marker = page.Marker
		}
	})
	if err != nil {
		return nil, err
	}
	return props{"ServiceSpecificCredentials": all[r.ID]}, nil
}

// without removes names from a map.
func without(m map[string]any, names ...string) map[string]any {
	for _, name := range names {
		delete(m, name)
	}
	return m
}
