package large

import "time"

func roleOperations() operations {
	return operations{
		"ListRoles":                   listRoles,
		"GetRole":                     ofRole(getRole),
		"ListRoleTags":                ofRole(func(c *call, r role) *fault { return c.iamTags(roles, r.i) }),
		"ListRolePolicies":            ofRole(func(c *call, r role) *fault { return c.inlineNames(r.inline) }),
		"ListAttachedRolePolicies":    ofRole(func(c *call, r role) *fault { return c.attachedPolicies(r.attached) }),
		"GetRolePolicy":               ofRole(func(c *call, r role) *fault { return c.inlinePolicy("RoleName", r.name, r.inline) }),
		"ListInstanceProfilesForRole": ofRole(func(c *call, _ role) *fault { return c.iamList("InstanceProfiles", 0, nil) }),
	}
}

// role is what is said of one IAM role.
type role struct {
	i        int
	name     string
	path     string
	arn      string
	created  time.Time
	used     time.Time // zero when never
	trust    string
	attached []string
	inline   []string
}

var trusted = []string{
	`{"Service":"ec2.amazonaws.com"}`, `{"Service":"ec2.amazonaws.com"}`, `{"Service":"lambda.amazonaws.com"}`,
	`{"Service":"lambda.amazonaws.com"}`, `{"Service":"ecs-tasks.amazonaws.com"}`,
	`{"AWS":"arn:aws:iam::210987654321:root"}`, `{"Service":"events.amazonaws.com"}`,
}

func (a *account) role(i int) role {
	r := role{i: i, name: a.name(roles, 0, i), path: "/", created: a.daysAgo(roles, 0, i, 1, 1800)}
	principal := pickOf(a, roles, 0, i, 2, trusted)
	r.trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}]}`
	r.arn = arn("iam", "", a.number, "role/"+r.name)
	if a.chance(roles, 0, i, 3, 80) {
		r.used = a.since(a.now.AddDate(-1, 0, 0), roles, i, 4) // IAM tells of the last 400 days
		if r.used.Before(r.created) {
			r.used = time.Time{}
		}
	}
	for n := range 1 + a.roll(roles, 0, i, 5, 2) {
		arn := a.anyPolicy(roles, i*2+n)
		if len(r.attached) == 0 || r.attached[0] != arn {
			r.attached = append(r.attached, arn)
		}
	}
	if a.chance(roles, 0, i, 6, 45) {
		r.inline = []string{"inline"}
	}
	return r
}

func ofRole(do func(*call, role) *fault) func(*call) *fault {
	return func(c *call) *fault {
		i, ok := c.numbered(c.str("RoleName"), roles, 0)
		if !ok {
			return missing("role", c.str("RoleName"))
		}
		return do(c, c.role(i))
	}
}

func (c *call) writeRole(r role) {
	c.w.str("Path", r.path)
	c.w.str("RoleName", r.name)
	c.w.str("RoleId", c.unique("AROA", 17, roles, 0, r.i))
	c.w.str("Arn", r.arn)
	c.w.time("CreateDate", r.created)
	c.w.str("AssumeRolePolicyDocument", document(r.trust))
}

func (c *call) writeRoleUse(r role) {
	c.w.obj("RoleLastUsed", func() {
		if !r.used.IsZero() {
			c.w.time("LastUsedDate", r.used)
			c.w.str("Region", regions[0].name)
		}
	})
}

func listRoles(c *call) *fault {
	return c.iamList("Roles", c.count(roles, 0), func(i int) {
		c.writeRole(c.role(i))
		c.w.num("MaxSessionDuration", 3600)
	})
}

func getRole(c *call, r role) *fault {
	c.w.obj("Role", func() {
		c.writeRole(r)
		c.w.num("MaxSessionDuration", 3600)
		c.w.tags("Tags", "Key", "Value", c.tags(roles, 0, r.i))
		c.writeRoleUse(r)
	})
	return nil
}
