package large

import (
	"fmt"
	"slices"
	"strings"
)

func policyOperations() operations {
	return operations{
		"ListPolicies":          listPolicies,
		"GetPolicy":             ofPolicy(func(c *call, p policy) *fault { c.w.obj("Policy", func() { c.writePolicy(p) }); return nil }),
		"GetPolicyVersion":      ofPolicy(getPolicyVersion),
		"ListPolicyVersions":    ofPolicy(listPolicyVersions),
		"ListEntitiesForPolicy": ofPolicy(listEntitiesForPolicy),
		"ListPolicyTags":        ofPolicy(func(c *call, _ policy) *fault { c.truncated(window{}); return nil }),
	}
}

// awsPolicies are AWS's own managed policies that are attached somewhere.
var awsPolicies = []string{
	"ReadOnlyAccess", "AmazonSSMManagedInstanceCore", "service-role/AWSLambdaBasicExecutionRole",
	"service-role/AWSLambdaVPCAccessExecutionRole", "AmazonS3ReadOnlyAccess", "CloudWatchAgentServerPolicy",
	"service-role/AmazonECSTaskExecutionRolePolicy", "AmazonEC2ContainerRegistryReadOnly", "AmazonDynamoDBFullAccess",
	"SecurityAudit", "AdministratorAccess", "PowerUserAccess",
}

// policy is a managed policy: the account's own, or one of AWS's.
type policy struct {
	i    int
	name string
	arn  string
	own  bool
}

func (a *account) ownPolicy(i int) policy {
	p := policy{i: i, name: a.name(policies, 0, i), own: true}
	p.arn = arn("iam", "", a.number, "policy/"+p.name)
	return p
}

func awsPolicy(i int) policy {
	p := policy{i: i, arn: "arn:aws:iam::aws:policy/" + awsPolicies[i]}
	p.name = awsPolicies[i][strings.LastIndexByte(awsPolicies[i], '/')+1:]
	return p
}

// anyPolicy is the ARN of a managed policy for someone to have. The last two of
// AWS's, which give nearly everything, go to few.
func (a *account) anyPolicy(k kind, i int) string {
	switch roll := a.roll(k, 0, i, 800, 100); {
	case roll < 2:
		return awsPolicy(len(awsPolicies) - 2).arn
	case roll < 4:
		return awsPolicy(len(awsPolicies) - 1).arn
	case roll < 50:
		return awsPolicy(a.roll(k, 0, i, 801, len(awsPolicies)-2)).arn
	}
	return a.ownPolicy(a.roll(k, 0, i, 802, a.count(policies, 0))).arn
}

// text is the policy's document.
func (a *account) text(p policy) string {
	switch {
	case p.name == "AdministratorAccess", p.own && a.chance(policies, 0, p.i, 1, 3):
		return statement(`"*"`, `"*"`)
	case !p.own:
		return statement(`["ec2:Describe*","s3:Get*","s3:List*","logs:*"]`, `"*"`)
	case a.chance(policies, 0, p.i, 2, 10):
		return statement(`["s3:*","iam:PassRole"]`, `"*"`)
	}
	bucket := a.bucketName(a.roll(policies, 0, p.i, 3, a.count(buckets, 0)))
	return statement(`["s3:GetObject","s3:PutObject","s3:ListBucket"]`, fmt.Sprintf(`["arn:aws:s3:::%s","arn:aws:s3:::%s/*"]`, bucket, bucket))
}

func statement(action, resource string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":` + action + `,"Resource":` + resource + `}]}`
}

// inlineText is what every inline policy says.
func (a *account) inlineText() string {
	return statement(`["sqs:SendMessage","sqs:ReceiveMessage"]`, `"arn:aws:sqs:*:`+a.number+`:*"`)
}

func (c *call) inlineNames(names []string) *fault {
	c.w.strs("PolicyNames", names...)
	c.truncated(window{})
	return nil
}

func (c *call) inlinePolicy(owner, name string, has []string) *fault {
	policy := c.str("PolicyName")
	if !slices.Contains(has, policy) {
		return missing("policy", policy)
	}
	c.w.str(owner, name)
	c.w.str("PolicyName", policy)
	c.w.str("PolicyDocument", document(c.inlineText()))
	return nil
}

func (c *call) attachedPolicies(arns []string) *fault {
	return c.iamList("AttachedPolicies", len(arns), func(n int) {
		c.w.str("PolicyName", arns[n][strings.LastIndexByte(arns[n], '/')+1:])
		c.w.str("PolicyArn", arns[n])
	})
}

func (c *call) policyOf(arn string) (policy, bool) {
	if name, ok := strings.CutPrefix(arn, "arn:aws:iam::aws:policy/"); ok {
		i := slices.Index(awsPolicies, name)
		if i < 0 {
			return policy{}, false
		}
		return awsPolicy(i), true
	}
	i, ok := c.numbered(arn[strings.LastIndexByte(arn, '/')+1:], policies, 0)
	if !ok || c.ownPolicy(i).arn != arn {
		return policy{}, false
	}
	return c.ownPolicy(i), true
}

func ofPolicy(do func(*call, policy) *fault) func(*call) *fault {
	return func(c *call) *fault {
		p, ok := c.policyOf(c.str("PolicyArn"))
		if !ok {
			return faultf(404, "NoSuchEntity", "Policy "+c.str("PolicyArn")+" does not exist or is not attachable.")
		}
		return do(c, p)
	}
}

// holders counts who has each managed policy, by ARN.
func (a *account) holders() map[string]int {
	n := map[string]int{}
	for i := range a.count(users, 0) {
		for _, arn := range a.user(i).attached {
			n[arn]++
		}
	}
	for i := range a.count(groups, 0) {
		n[a.groupPolicies(i)[0]]++
	}
	for i := range a.count(roles, 0) {
		for _, arn := range a.role(i).attached {
			n[arn]++
		}
	}
	return n
}

func (c *call) writePolicy(p policy) {
	c.writePolicyHeld(p, c.server.held()[p.arn])
}

func (c *call) writePolicyHeld(p policy, by int) {
	c.w.str("PolicyName", p.name)
	c.w.str("PolicyId", c.unique("ANPA", 17, policies, map[bool]int{true: 0, false: 1}[p.own], p.i))
	c.w.str("Arn", p.arn)
	c.w.str("Path", "/")
	c.w.str("DefaultVersionId", "v1")
	c.w.num("AttachmentCount", by)
	c.w.num("PermissionsBoundaryUsageCount", 0)
	c.w.flag("IsAttachable", true)
	c.w.time("CreateDate", c.daysAgo(policies, 0, p.i, 4, 1500))
	c.w.time("UpdateDate", c.daysAgo(policies, 0, p.i, 4, 1500))
}

// managed are the managed policies of a scope; AWS's only as far as somebody
// has them when only those are asked for. AWS has more than a thousand others.
func (c *call) managed(scope string, attached bool) []policy {
	held := c.server.held()
	var list []policy
	if scope != "AWS" {
		for i := range c.count(policies, 0) {
			list = append(list, c.ownPolicy(i))
		}
	}
	if scope != "Local" {
		for i := range awsPolicies {
			list = append(list, awsPolicy(i))
		}
	}
	if !attached {
		return list
	}
	return slices.DeleteFunc(list, func(p policy) bool { return held[p.arn] == 0 })
}

func listPolicies(c *call) *fault {
	list := c.managed(c.str("Scope"), c.str("OnlyAttached") == "true")
	return c.iamList("Policies", len(list), func(n int) { c.writePolicy(list[n]) })
}

func getPolicyVersion(c *call, p policy) *fault {
	if v := c.str("VersionId"); v != "v1" {
		return missing("policy version", v)
	}
	c.w.obj("PolicyVersion", func() { c.writeVersion(p) })
	return nil
}

func (c *call) writeVersion(p policy) {
	c.w.str("Document", document(c.text(p)))
	c.w.str("VersionId", "v1")
	c.w.flag("IsDefaultVersion", true)
	c.w.time("CreateDate", c.daysAgo(policies, 0, p.i, 4, 1500))
}

func listPolicyVersions(c *call, _ policy) *fault {
	return c.iamList("Versions", 1, func(int) {
		c.w.str("VersionId", "v1")
		c.w.flag("IsDefaultVersion", true)
	})
}

func listEntitiesForPolicy(c *call, p policy) *fault {
	var inUsers, inRoles, inGroups []int
	for i := range c.count(users, 0) {
		if slices.Contains(c.user(i).attached, p.arn) {
			inUsers = append(inUsers, i)
		}
	}
	for i := range c.count(groups, 0) {
		if c.groupPolicies(i)[0] == p.arn {
			inGroups = append(inGroups, i)
		}
	}
	for i := range c.count(roles, 0) {
		if slices.Contains(c.role(i).attached, p.arn) {
			inRoles = append(inRoles, i)
		}
	}
	w, f := c.page(iamPages, len(inUsers)+len(inGroups)+len(inRoles))
	if f != nil {
		return f
	}
	part := func(list, one string, k kind, prefix string, in []int, start int) {
		from, to := max(w.from-start, 0), min(w.to-start, len(in))
		c.w.list(list, max(to-from, 0), func(n int) {
			c.w.str(one+"Name", c.name(k, 0, in[from+n]))
			c.w.str(one+"Id", c.unique(prefix, 17, k, 0, in[from+n]))
		})
	}
	part("PolicyUsers", "User", users, "AIDA", inUsers, 0)
	part("PolicyGroups", "Group", groups, "AGPA", inGroups, len(inUsers))
	part("PolicyRoles", "Role", roles, "AROA", inRoles, len(inUsers)+len(inGroups))
	c.truncated(w)
	return nil
}
