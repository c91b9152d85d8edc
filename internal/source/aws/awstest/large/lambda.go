package large

import (
	"net/http"
	"strings"
)

func lambdaOperations() operations {
	own := operations{
		"ListFunctions":                     listFunctions,
		"GetFunction":                       ofFunction(getFunction),
		"GetFunctionConfiguration":          ofFunction(func(c *call, i int) *fault { c.writeFunction(i); return nil }),
		"GetPolicy":                         ofFunction(getFunctionPolicy),
		"ListTags":                          ofFunction(func(c *call, i int) *fault { c.w.dict("Tags", c.tags(functions, c.region, i)); return nil }),
		"GetFunctionConcurrency":            ofFunction(func(*call, int) *fault { return nil }),
		"GetFunctionCodeSigningConfig":      ofFunction(func(c *call, i int) *fault { c.w.str("FunctionName", c.name(functions, c.region, i)); return nil }),
		"GetRuntimeManagementConfig":        ofFunction(func(c *call, _ int) *fault { c.w.str("UpdateRuntimeOn", "Auto"); return nil }),
		"GetFunctionRecursionConfig":        ofFunction(func(c *call, _ int) *fault { c.w.str("RecursiveLoop", "Terminate"); return nil }),
		"GetFunctionUrlConfig":              ofFunction(notOfFunction),
		"GetFunctionEventInvokeConfig":      ofFunction(notOfFunction),
		"ListFunctionUrlConfigs":            ofFunction(func(c *call, _ int) *fault { c.w.list("FunctionUrlConfigs", 0, nil); return nil }),
		"ListFunctionEventInvokeConfigs":    ofFunction(func(c *call, _ int) *fault { c.w.list("FunctionEventInvokeConfigs", 0, nil); return nil }),
		"ListAliases":                       ofFunction(func(c *call, _ int) *fault { c.w.list("Aliases", 0, nil); return nil }),
		"ListProvisionedConcurrencyConfigs": ofFunction(func(c *call, _ int) *fault { c.w.list("ProvisionedConcurrencyConfigs", 0, nil); return nil }),
		"ListVersionsByFunction": ofFunction(func(c *call, i int) *fault {
			c.w.list("Versions", 1, func(int) { c.writeFunction(i) })
			return nil
		}),
		"GetAccountSettings": func(c *call) *fault {
			c.w.obj("AccountLimit", func() {
				c.w.num("ConcurrentExecutions", 1000)
				c.w.num("UnreservedConcurrentExecutions", 1000)
				c.w.num("TotalCodeSize", 80530636800)
			})
			c.w.obj("AccountUsage", func() { c.w.num("FunctionCount", c.count(functions, c.region)) })
			return nil
		},
	}
	return own.none("ListEventSourceMappings", "ListLayers", "ListCodeSigningConfigs", "ListCapacityProviders")
}

var functionPages = paging{size: "MaxItems", token: "Marker", normal: 50, least: 1, most: 50, clipped: true,
	badToken: "InvalidParameterValueException", badSize: "InvalidParameterValueException"}

func (c *call) functionARN(i int) string {
	return c.arn("lambda", c.region, "function:"+c.name(functions, c.region, i))
}

// ofFunction finds the function of a call by its name or ARN.
func ofFunction(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		asked := c.str("FunctionName") + c.str("Resource")
		if i, ok := c.numbered(asked[strings.LastIndexByte(asked, ':')+1:], functions, c.region); ok {
			return do(c, i)
		}
		return faultf(http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+asked)
	}
}

func notOfFunction(*call, int) *fault {
	return faultf(http.StatusNotFound, "ResourceNotFoundException", "The resource you requested does not exist.")
}

func listFunctions(c *call) *fault {
	w, f := c.page(functionPages, c.count(functions, c.region))
	if f != nil {
		return f
	}
	c.w.list("Functions", w.to-w.from, func(n int) { c.writeFunction(w.from + n) })
	c.next("NextMarker", w)
	return nil
}

var runtimes = []string{"python3.12", "python3.9", "nodejs20.x", "nodejs16.x", "nodejs22.x", "java17", "provided.al2023", "dotnet8"}

func (c *call) writeFunction(i int) {
	w, r := c.w, c.region
	w.str("FunctionName", c.name(functions, r, i))
	w.str("FunctionArn", c.functionARN(i))
	w.str("Runtime", pickOf(c.account, functions, r, i, 1, runtimes))
	w.str("Role", c.role(c.roll(functions, r, i, 2, c.count(roles, 0))).arn)
	w.str("Handler", "index.handler")
	w.num("CodeSize", 20000+c.roll(functions, r, i, 3, 5000000))
	w.str("Description", "")
	w.num("Timeout", 3+c.roll(functions, r, i, 4, 60))
	w.num("MemorySize", 128<<c.roll(functions, r, i, 5, 4))
	w.str("LastModified", c.daysAgo(functions, r, i, 6, 900).Format("2006-01-02T15:04:05.000-0700"))
	w.str("CodeSha256", c.hex32(functions, r, i))
	w.str("Version", "$LATEST")
	w.str("RevisionId", c.uuid(functions, r, i))
	w.str("State", "Active")
	w.str("LastUpdateStatus", "Successful")
	w.str("PackageType", "Zip")
	w.strs("Architectures", architecture(c.chance(functions, r, i, 7, 30)))
	w.obj("TracingConfig", func() {
		w.str("Mode", map[bool]string{true: "Active", false: "PassThrough"}[c.chance(functions, r, i, 8, 35)])
	})
	w.obj("EphemeralStorage", func() { w.num("Size", 512) })
	if c.chance(functions, r, i, 9, 40) {
		w.obj("Environment", func() { w.dict("Variables", []pair{{"STAGE", "production"}, {"LOG_LEVEL", "info"}}) })
	}
	if vpc := c.count(vpcs, r) - 1; c.chance(functions, r, i, 10, 35) {
		w.obj("VpcConfig", func() {
			w.str("VpcId", c.id("vpc", vpcs, r, vpc))
			w.strs("SubnetIds", c.id("subnet", subnets, r, vpc*subnetsPerVPC+1), c.id("subnet", subnets, r, vpc*subnetsPerVPC+3))
			w.strs("SecurityGroupIds", c.ids("sg", securityGroups, c.groupsOf(r, vpc)[:1])...)
			w.flag("Ipv6AllowedForDualStack", false)
		})
	}
	w.obj("SnapStart", func() {
		w.str("ApplyOn", "None")
		w.str("OptimizationStatus", "Off")
	})
	w.obj("LoggingConfig", func() {
		w.str("LogFormat", "Text")
		w.str("LogGroup", "/aws/lambda/"+c.name(functions, r, i))
	})
}

func getFunction(c *call, i int) *fault {
	c.w.obj("Configuration", func() { c.writeFunction(i) })
	c.w.obj("Code", func() {
		c.w.str("RepositoryType", "S3")
		c.w.str("Location", "https://awslambda-"+c.regionName()+"-tasks.s3.amazonaws.com/"+c.hex32(functions, c.region, i))
	})
	c.w.dict("Tags", c.tags(functions, c.region, i))
	return nil
}

func getFunctionPolicy(c *call, i int) *fault {
	if !c.chance(functions, c.region, i, 11, 60) {
		return notOfFunction(c, i)
	}
	principal := `{"Service":"events.amazonaws.com"}`
	condition := `,"Condition":{"StringEquals":{"AWS:SourceAccount":"` + c.number + `"}}`
	if c.chance(functions, c.region, i, 12, 2) {
		principal, condition = `"*"`, ""
	}
	c.w.str("Policy", `{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"invoke","Effect":"Allow","Principal":`+principal+
		`,"Action":"lambda:InvokeFunction","Resource":"`+c.functionARN(i)+`"`+condition+`}]}`)
	c.w.str("RevisionId", c.uuid(functions, c.region, i))
	return nil
}
