package large

import (
	"time"
)

func userOperations() operations {
	return operations{
		"ListUsers":                      listUsers,
		"GetUser":                        getUser,
		"ListAccessKeys":                 listAccessKeys,
		"GetAccessKeyLastUsed":           getAccessKeyLastUsed,
		"ListMFADevices":                 listMFADevices,
		"GetLoginProfile":                getLoginProfile,
		"ListUserTags":                   ofUser(func(c *call, u user) *fault { return c.iamTags(users, u.i) }),
		"ListUserPolicies":               ofUser(func(c *call, u user) *fault { return c.inlineNames(u.inline) }),
		"ListAttachedUserPolicies":       ofUser(func(c *call, u user) *fault { return c.attachedPolicies(u.attached) }),
		"ListGroupsForUser":              ofUser(listGroupsForUser),
		"ListSSHPublicKeys":              ofUser(func(c *call, _ user) *fault { return c.iamList("SSHPublicKeys", 0, nil) }),
		"ListServiceSpecificCredentials": ofUser(func(c *call, _ user) *fault { return c.iamList("ServiceSpecificCredentials", 0, nil) }),
		"ListSigningCertificates":        ofUser(func(c *call, _ user) *fault { return c.iamList("Certificates", 0, nil) }),
		"GetUserPolicy": ofUser(func(c *call, u user) *fault {
			return c.inlinePolicy("UserName", u.name, u.inline)
		}),
		"ListGroups":                listGroups,
		"GetGroup":                  getGroup,
		"ListGroupPolicies":         ofGroup(func(c *call, _ int) *fault { return c.inlineNames(nil) }),
		"ListAttachedGroupPolicies": ofGroup(func(c *call, i int) *fault { return c.attachedPolicies(c.groupPolicies(i)) }),
	}
}

// user is what is said of one IAM user.
type user struct {
	i            int
	name         string
	arn          string
	id           string
	created      time.Time
	password     bool
	passwordUsed time.Time // zero when never
	mfa          bool
	mfaSerial    string
	keys         []accessKey
	group        int      // -1 for none
	attached     []string // ARNs of policies
	inline       []string // names of policies
}

type accessKey struct {
	id      string
	active  bool
	created time.Time
	used    time.Time // zero when never
	service string
}

func (a *account) user(i int) user {
	u := user{
		i: i, name: a.name(users, 0, i), id: a.unique("AIDA", 17, users, 0, i), group: -1,
		created: a.daysAgo(users, 0, i, 1, 1800),
	}
	u.arn = arn("iam", "", a.number, "user/"+u.name)
	if u.password = a.chance(users, 0, i, 2, 40); u.password {
		if a.chance(users, 0, i, 3, 80) {
			u.passwordUsed = a.since(u.created, users, i, 4)
		}
		u.mfa = a.chance(users, 0, i, 5, 75)
		u.mfaSerial = arn("iam", "", a.number, "mfa/"+u.name)
	}
	for n := range a.roll(users, 0, i, 6, 3) {
		k := accessKey{
			id:      a.unique("AKIA", 16, users, n+1, i),
			active:  a.chance(users, 0, i, 7+n, 80),
			created: a.since(u.created, users, i, 10+n),
			service: pickOf(a, users, 0, i, 15+n, []string{"s3", "ec2", "sts", "dynamodb"}),
		}
		if a.chance(users, 0, i, 20+n, 85) {
			k.used = a.since(k.created, users, i, 25+n)
		}
		u.keys = append(u.keys, k)
	}
	if a.chance(users, 0, i, 30, 70) {
		u.group = a.roll(users, 0, i, 31, a.count(groups, 0))
	}
	if a.chance(users, 0, i, 32, 20) {
		u.attached = []string{a.anyPolicy(users, i)}
	}
	if a.chance(users, 0, i, 33, 8) {
		u.inline = []string{"inline"}
	}
	return u
}

// since is a moment between another and now.
func (a *account) since(from time.Time, k kind, i, trait int) time.Time {
	span := int(a.now.Sub(from) / time.Second)
	if span <= 0 {
		return from
	}
	return from.Add(time.Duration(a.roll(k, 0, i, trait, span)) * time.Second)
}

// asked finds the user that a call names. Without a name it is the caller.
func (c *call) askedUser() (user, *fault) {
	name := c.str("UserName")
	i, ok := c.numbered(name, users, 0)
	switch {
	case ok:
	case name == "":
		i = 0
	default:
		return user{}, missing("user", name)
	}
	return c.user(i), nil
}

func ofUser(do func(*call, user) *fault) func(*call) *fault {
	return func(c *call) *fault {
		u, f := c.askedUser()
		if f != nil {
			return f
		}
		return do(c, u)
	}
}

func (c *call) writeUser(u user) {
	c.w.str("Path", "/")
	c.w.str("UserName", u.name)
	c.w.str("UserId", u.id)
	c.w.str("Arn", u.arn)
	c.w.time("CreateDate", u.created)
	if !u.passwordUsed.IsZero() {
		c.w.time("PasswordLastUsed", u.passwordUsed)
	}
}

func listUsers(c *call) *fault {
	return c.iamList("Users", c.count(users, 0), func(i int) { c.writeUser(c.user(i)) })
}

func getUser(c *call) *fault {
	u, f := c.askedUser()
	if f != nil {
		return f
	}
	c.w.obj("User", func() {
		c.writeUser(u)
		c.w.tags("Tags", "Key", "Value", c.tags(users, 0, u.i))
	})
	return nil
}

func (c *call) iamTags(k kind, i int) *fault {
	c.w.tags("Tags", "Key", "Value", c.tags(k, 0, i))
	c.truncated(window{})
	return nil
}

func listAccessKeys(c *call) *fault {
	u, f := c.askedUser()
	if f != nil {
		return f
	}
	return c.iamList("AccessKeyMetadata", len(u.keys), func(n int) {
		c.w.str("UserName", u.name)
		c.w.str("AccessKeyId", u.keys[n].id)
		c.w.str("Status", map[bool]string{true: "Active", false: "Inactive"}[u.keys[n].active])
		c.w.time("CreateDate", u.keys[n].created)
	})
}

// getAccessKeyLastUsed looks for the key among all users': IAM's call names none.
func getAccessKeyLastUsed(c *call) *fault {
	id := c.str("AccessKeyId")
	for i := range c.count(users, 0) {
		for n := range 2 {
			if c.unique("AKIA", 16, users, n+1, i) != id {
				continue
			}
			u := c.user(i)
			if n >= len(u.keys) {
				break
			}
			c.w.str("UserName", u.name)
			c.w.obj("AccessKeyLastUsed", func() {
				if used := u.keys[n].used; !used.IsZero() {
					c.w.time("LastUsedDate", used)
					c.w.str("ServiceName", u.keys[n].service)
					c.w.str("Region", regions[0].name)
					return
				}
				c.w.str("ServiceName", "N/A")
				c.w.str("Region", "N/A")
			})
			return nil
		}
	}
	return missing("access key", id)
}

func listMFADevices(c *call) *fault {
	u, f := c.askedUser()
	if f != nil {
		return f
	}
	return c.iamList("MFADevices", map[bool]int{true: 1}[u.mfa], func(int) {
		c.w.str("UserName", u.name)
		c.w.str("SerialNumber", u.mfaSerial)
		c.w.time("EnableDate", u.created)
	})
}

func getLoginProfile(c *call) *fault {
	u, f := c.askedUser()
	if f != nil {
		return f
	}
	if !u.password {
		return faultf(404, "NoSuchEntity", "Login Profile for User "+u.name+" cannot be found.")
	}
	c.w.obj("LoginProfile", func() {
		c.w.str("UserName", u.name)
		c.w.time("CreateDate", u.created)
		c.w.flag("PasswordResetRequired", false)
	})
	return nil
}

func listGroupsForUser(c *call, u user) *fault {
	n := 1
	if u.group < 0 {
		n = 0
	}
	return c.iamList("Groups", n, func(int) { c.writeGroup(u.group) })
}

func (a *account) groupPolicies(i int) []string {
	return []string{a.anyPolicy(groups, i)}
}

func (c *call) writeGroup(i int) {
	name := c.name(groups, 0, i)
	c.w.str("Path", "/")
	c.w.str("GroupName", name)
	c.w.str("GroupId", c.unique("AGPA", 17, groups, 0, i))
	c.w.str("Arn", arn("iam", "", c.number, "group/"+name))
	c.w.time("CreateDate", c.daysAgo(groups, 0, i, 1, 1800))
}

func listGroups(c *call) *fault {
	return c.iamList("Groups", c.count(groups, 0), c.writeGroup)
}

func ofGroup(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		i, ok := c.numbered(c.str("GroupName"), groups, 0)
		if !ok {
			return missing("group", c.str("GroupName"))
		}
		return do(c, i)
	}
}

func getGroup(c *call) *fault {
	i, ok := c.numbered(c.str("GroupName"), groups, 0)
	if !ok {
		return missing("group", c.str("GroupName"))
	}
	var in []int
	for n := range c.count(users, 0) {
		if c.user(n).group == i {
			in = append(in, n)
		}
	}
	c.w.obj("Group", func() { c.writeGroup(i) })
	return c.iamList("Users", len(in), func(n int) { c.writeUser(c.user(in[n])) })
}
