package large

import (
	"encoding/base64"
	"strings"
	"time"
)

// getAccountAuthorizationDetails is the whole of IAM in pages, of which the size
// counts users, groups, roles and policies together.
func getAccountAuthorizationDetails(c *call) *fault {
	wanted := c.strs("Filter")
	has := func(name string) bool { return len(wanted) == 0 || matchesAny([]string{name}, wanted) }
	n := func(name string, k kind) int {
		if has(name) {
			return c.count(k, 0)
		}
		return 0
	}
	var managed []policy
	if has("LocalManagedPolicy") {
		managed = c.managed("Local", false)
	}
	if has("AWSManagedPolicy") {
		managed = append(managed, c.managed("AWS", true)...)
	}
	sizes := []int{n("User", users), n("Group", groups), n("Role", roles), len(managed)}
	total := 0
	for _, size := range sizes {
		total += size
	}
	w, f := c.page(iamPages, total)
	if f != nil {
		return f
	}
	start := 0
	part := func(list string, which int, each func(i int)) {
		from, to := max(w.from-start, 0), min(w.to-start, sizes[which])
		c.w.list(list, max(to-from, 0), func(n int) { each(from + n) })
		start += sizes[which]
	}
	part("UserDetailList", 0, c.writeUserDetail)
	part("GroupDetailList", 1, func(i int) {
		c.writeGroup(i)
		c.w.list("GroupPolicyList", 0, nil)
		c.writeAttached("AttachedManagedPolicies", c.groupPolicies(i))
	})
	part("RoleDetailList", 2, c.writeRoleDetail)
	part("Policies", 3, func(i int) {
		c.writePolicy(managed[i])
		c.w.list("PolicyVersionList", 1, func(int) { c.writeVersion(managed[i]) })
	})
	c.truncated(w)
	return nil
}

func (c *call) writeUserDetail(i int) {
	u := c.user(i)
	c.w.str("Path", "/")
	c.w.str("UserName", u.name)
	c.w.str("UserId", u.id)
	c.w.str("Arn", u.arn)
	c.w.time("CreateDate", u.created)
	c.writeInline("UserPolicyList", u.inline)
	if u.group >= 0 {
		c.w.strs("GroupList", c.name(groups, 0, u.group))
	} else {
		c.w.strs("GroupList")
	}
	c.writeAttached("AttachedManagedPolicies", u.attached)
	c.w.tags("Tags", "Key", "Value", c.tags(users, 0, i))
}

func (c *call) writeRoleDetail(i int) {
	r := c.role(i)
	c.writeRole(r)
	c.w.list("InstanceProfileList", 0, nil)
	c.writeInline("RolePolicyList", r.inline)
	c.writeAttached("AttachedManagedPolicies", r.attached)
	c.w.tags("Tags", "Key", "Value", c.tags(roles, 0, i))
	c.writeRoleUse(r)
}

func (c *call) writeInline(name string, names []string) {
	c.w.list(name, len(names), func(n int) {
		c.w.str("PolicyName", names[n])
		c.w.str("PolicyDocument", document(c.inlineText()))
	})
}

func (c *call) writeAttached(name string, arns []string) {
	c.w.list(name, len(arns), func(n int) {
		c.w.str("PolicyName", arns[n][strings.LastIndexByte(arns[n], '/')+1:])
		c.w.str("PolicyArn", arns[n])
	})
}

var reportColumns = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed," +
	"password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date," +
	"access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated," +
	"access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active," +
	"cert_1_last_rotated,cert_2_active,cert_2_last_rotated"

func getCredentialReport(c *call) *fault {
	var b strings.Builder
	b.WriteString(reportColumns)
	root := c.now.AddDate(-8, 0, 0)
	b.WriteString("\n<root_account>," + arn("iam", "", c.number, "root") + "," + reportTime(root) + ",not_supported," +
		reportTime(c.now.AddDate(0, -5, 0)) + ",not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A")
	for i := range c.count(users, 0) {
		b.WriteByte('\n')
		b.WriteString(strings.Join(reportRow(c.user(i)), ","))
	}
	c.w.str("Content", base64.StdEncoding.EncodeToString([]byte(b.String())))
	c.w.str("ReportFormat", "text/csv")
	c.w.time("GeneratedTime", c.now)
	return nil
}

func reportTime(t time.Time) string {
	if t.IsZero() {
		return "N/A"
	}
	return t.UTC().Format("2006-01-02T15:04:05+00:00")
}

func reportRow(u user) []string {
	row := []string{u.name, u.arn, reportTime(u.created)}
	switch {
	case !u.password:
		row = append(row, "false", "N/A", "N/A", "N/A")
	case u.passwordUsed.IsZero():
		row = append(row, "true", "no_information", reportTime(u.created), reportTime(u.created.AddDate(0, 0, 90)))
	default:
		row = append(row, "true", reportTime(u.passwordUsed), reportTime(u.created), reportTime(u.created.AddDate(0, 0, 90)))
	}
	row = append(row, trueFalse(u.mfa))
	for n := range 2 {
		if n >= len(u.keys) {
			row = append(row, "false", "N/A", "N/A", "N/A", "N/A")
			continue
		}
		k := u.keys[n]
		row = append(row, trueFalse(k.active), reportTime(k.created), reportTime(k.used))
		if k.used.IsZero() {
			row = append(row, "N/A", "N/A")
		} else {
			row = append(row, regions[0].name, k.service)
		}
	}
	return append(row, "false", "N/A", "false", "N/A")
}

func trueFalse(v bool) string {
	if v {
		return "true"
	}
	return "false"
}
