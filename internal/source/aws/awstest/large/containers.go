package large

import "net/http"

func ecrOperations() operations {
	notFound := func(code string) func(*call) *fault {
		return func(c *call) *fault {
			return faultf(http.StatusBadRequest, code, "Not found for the repository with name '"+c.str("repositoryName")+"'")
		}
	}
	own := operations{
		"DescribeRepositories": describeRepositories,
		"GetLifecyclePolicy":   notFound("LifecyclePolicyNotFoundException"),
		"GetRepositoryPolicy":  notFound("RepositoryPolicyNotFoundException"),
		"GetRegistryPolicy":    notFound("RegistryPolicyNotFoundException"),
		"DescribeRegistry": func(c *call) *fault {
			c.w.str("registryId", c.number)
			c.w.obj("replicationConfiguration", func() { c.w.list("rules", 0, nil) })
			return nil
		},
		"GetRegistryScanningConfiguration": func(c *call) *fault {
			c.w.str("registryId", c.number)
			c.w.obj("scanningConfiguration", func() { c.w.str("scanType", "BASIC") })
			return nil
		},
		"ListTagsForResource": func(c *call) *fault {
			asked := c.str("resourceArn")
			_, name, _ := cutLast(asked, "/")
			i, ok := c.numbered(name, repositories, c.region)
			if !ok {
				return faultf(http.StatusBadRequest, "RepositoryNotFoundException", "The repository "+asked+" does not exist")
			}
			c.w.tags("tags", "Key", "Value", c.tags(repositories, c.region, i))
			return nil
		},
	}
	return own.none("DescribeImages", "ListImages", "DescribePullThroughCacheRules", "DescribeRepositoryCreationTemplates")
}

func describeRepositories(c *call) *fault {
	w, f := c.page(jsonPages("maxResults", "nextToken", 100, 1000), c.count(repositories, c.region))
	if f != nil {
		return f
	}
	c.w.list("repositories", w.to-w.from, func(n int) {
		i := w.from + n
		name := "apps/" + c.name(repositories, c.region, i)
		c.w.str("repositoryArn", c.arn("ecr", c.region, "repository/"+name))
		c.w.str("registryId", c.number)
		c.w.str("repositoryName", name)
		c.w.str("repositoryUri", c.number+".dkr.ecr."+c.regionName()+".amazonaws.com/"+name)
		c.w.time("createdAt", c.daysAgo(repositories, c.region, i, 1, 1000))
		c.w.str("imageTagMutability", map[bool]string{true: "IMMUTABLE", false: "MUTABLE"}[c.chance(repositories, c.region, i, 2, 40)])
		c.w.obj("imageScanningConfiguration", func() { c.w.flag("scanOnPush", c.chance(repositories, c.region, i, 3, 70)) })
		c.w.obj("encryptionConfiguration", func() { c.w.str("encryptionType", "AES256") })
	})
	c.next("nextToken", w)
	return nil
}

func ecsOperations() operations {
	return operations{}.none("ListClusters", "DescribeClusters", "ListServices", "DescribeServices", "ListTaskDefinitions",
		"ListTaskDefinitionFamilies", "DescribeTaskDefinition", "ListTasks", "ListContainerInstances", "ListAccountSettings",
		"DescribeCapacityProviders", "ListTagsForResource")
}

func eksOperations() operations {
	return operations{}.none("ListClusters", "ListNodegroups", "ListFargateProfiles", "ListAddons")
}
