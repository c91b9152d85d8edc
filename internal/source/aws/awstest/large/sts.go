package large

import (
	"strings"
	"time"
)

func stsOperations() operations {
	return operations{
		"GetCallerIdentity": func(c *call) *fault {
			c.w.str("Arn", arn("sts", "", c.number, "assumed-role/auditor/scan"))
			c.w.str("UserId", c.unique("AROA", 17, details, 0, 2)+":scan")
			c.w.str("Account", c.number)
			return nil
		},
		"GetAccessKeyInfo": func(c *call) *fault {
			c.w.str("Account", c.number)
			return nil
		},
		// AssumeRole gives credentials for the same account, whatever the role:
		// there is one account here.
		"AssumeRole": func(c *call) *fault {
			role := c.str("RoleArn")
			name := role[strings.LastIndexByte(role, '/')+1:]
			c.w.obj("Credentials", func() {
				c.w.str("AccessKeyId", c.unique("ASIA", 16, details, 0, 3))
				c.w.str("SecretAccessKey", "an-example-that-nothing-accepts")
				c.w.str("SessionToken", "an-example")
				c.w.time("Expiration", c.server.clock().Add(time.Hour))
			})
			c.w.obj("AssumedRoleUser", func() {
				c.w.str("AssumedRoleId", c.unique("AROA", 17, details, 0, 2)+":"+c.str("RoleSessionName"))
				c.w.str("Arn", arn("sts", "", c.number, "assumed-role/"+name+"/"+c.str("RoleSessionName")))
			})
			c.fleeting = true
			return nil
		},
	}
}
