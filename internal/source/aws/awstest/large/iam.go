package large

import (
	"net/http"
	"net/url"
	"strconv"
)

func iamOperations() operations {
	own := operations{
		"GetAccountSummary":              getAccountSummary,
		"GetAccountPasswordPolicy":       getAccountPasswordPolicy,
		"GetAccountAuthorizationDetails": getAccountAuthorizationDetails,
		"GenerateCredentialReport": func(c *call) *fault {
			c.w.str("State", "COMPLETE")
			return nil
		},
		"GetCredentialReport":   getCredentialReport,
		"ListVirtualMFADevices": listVirtualMFADevices,
		"ListInstanceProfiles":  listInstanceProfiles,
		"ListAccountAliases": func(c *call) *fault {
			c.w.strs("AccountAliases", "large-example")
			c.truncated(window{})
			return nil
		},
		"ListServerCertificates": func(c *call) *fault {
			c.w.list("ServerCertificateMetadataList", 0, nil)
			c.truncated(window{})
			return nil
		},
		"ListSAMLProviders":            nothing,
		"ListOpenIDConnectProviders":   nothing,
		"GetOrganizationsAccessReport": nothing,
		"ListOrganizationsFeatures":    nothing,
	}
	return join(own, userOperations(), roleOperations(), policyOperations())
}

// missing is IAM's error for a name that is not there.
func missing(what, name string) *fault {
	return faultf(http.StatusNotFound, "NoSuchEntity", "The "+what+" with name "+name+" cannot be found.")
}

// document is a policy as IAM sends it: percent-encoded.
func document(policy string) string { return url.QueryEscape(policy) }

// iamList writes one page of a list of IAM's.
func (c *call) iamList(name string, total int, each func(i int)) *fault {
	w, f := c.page(iamPages, total)
	if f != nil {
		return f
	}
	c.w.list(name, w.to-w.from, func(n int) { each(w.from + n) })
	c.truncated(w)
	return nil
}

func getAccountSummary(c *call) *fault {
	mfa := 0
	for i := range c.count(users, 0) {
		if c.user(i).mfa {
			mfa++
		}
	}
	c.w.dict("SummaryMap", []pair{
		{"Users", strconv.Itoa(c.count(users, 0))},
		{"UsersQuota", "5000"},
		{"Roles", strconv.Itoa(c.count(roles, 0))},
		{"RolesQuota", "1000"},
		{"Groups", strconv.Itoa(c.count(groups, 0))},
		{"GroupsQuota", "300"},
		{"Policies", strconv.Itoa(c.count(policies, 0))},
		{"PoliciesQuota", "1500"},
		{"InstanceProfiles", strconv.Itoa(c.count(roles, 0))},
		{"MFADevices", strconv.Itoa(mfa)},
		{"MFADevicesInUse", strconv.Itoa(mfa)},
		{"AccountMFAEnabled", "1"},
		{"AccountAccessKeysPresent", "0"},
		{"AccountSigningCertificatesPresent", "0"},
		{"AccountPasswordPresent", "1"},
		{"ServerCertificates", "0"},
		{"AttachedPoliciesPerUserQuota", "10"},
		{"AccessKeysPerUserQuota", "2"},
	})
	return nil
}

func getAccountPasswordPolicy(c *call) *fault {
	c.w.obj("PasswordPolicy", func() {
		c.w.num("MinimumPasswordLength", 12)
		c.w.flag("RequireSymbols", true)
		c.w.flag("RequireNumbers", true)
		c.w.flag("RequireUppercaseCharacters", true)
		c.w.flag("RequireLowercaseCharacters", true)
		c.w.flag("AllowUsersToChangePassword", true)
		c.w.flag("ExpirePasswords", true)
		c.w.num("MaxPasswordAge", 90)
		c.w.num("PasswordReusePrevention", 5)
	})
	return nil
}

func listVirtualMFADevices(c *call) *fault {
	var with []int
	if c.str("AssignmentStatus") != "Unassigned" {
		for i := range c.count(users, 0) {
			if c.user(i).mfa {
				with = append(with, i)
			}
		}
	}
	return c.iamList("VirtualMFADevices", len(with), func(n int) {
		u := c.user(with[n])
		c.w.str("SerialNumber", u.mfaSerial)
		c.w.time("EnableDate", u.created)
		c.w.obj("User", func() { c.writeUser(u) })
	})
}

// listInstanceProfiles: a profile for each role that EC2 may take.
func listInstanceProfiles(c *call) *fault {
	return c.iamList("InstanceProfiles", c.count(roles, 0), func(i int) {
		r := c.role(i)
		c.w.str("Path", "/")
		c.w.str("InstanceProfileName", r.name)
		c.w.str("InstanceProfileId", c.unique("AIPA", 17, roles, 0, i))
		c.w.str("Arn", arn("iam", "", c.number, "instance-profile/"+r.name))
		c.w.time("CreateDate", r.created)
		c.w.list("Roles", 1, func(int) { c.writeRole(r) })
	})
}
