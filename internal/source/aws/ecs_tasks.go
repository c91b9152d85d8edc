package aws

import (
	"context"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/surety-cloud/surety/internal/secret"
)

// maxTaskDefinitions bounds the task definitions that are asked for at a time.
const maxTaskDefinitions = 8

// readTaskDefinitions reads those that matter: the newest revision of each
// family, which the next task gets, and those that services use. The others of
// a family, often thousands, only take part when somebody names them.
func readTaskDefinitions(ctx context.Context, s *scope) error {
	client := ecs.NewFromConfig(s.cfg)
	var families []string
	pages := ecs.NewListTaskDefinitionFamiliesPaginator(client, &ecs.ListTaskDefinitionFamiliesInput{
		Status: types.TaskDefinitionFamilyStatusActive, MaxResults: ptr(int32(100)),
	})
	err := each(ctx, pages, func(page *ecs.ListTaskDefinitionFamiliesOutput) { families = append(families, page.Families...) })
	if err != nil {
		return err
	}
	known := addTaskDefinitions(ctx, s, client, families)
	services, err := containerServices(ctx, s)
	var used []string
	for i := range services {
		if arn := deref(services[i].TaskDefinition); arn != "" && !slices.Contains(known, arn) && !slices.Contains(used, arn) {
			used = append(used, arn)
		}
	}
	addTaskDefinitions(ctx, s, client, used)
	return err
}

// addTaskDefinitions describes task definitions, a few at a time, and lists
// the ARNs of those that it found.
func addTaskDefinitions(ctx context.Context, s *scope, client *ecs.Client, list []string) []string {
	var mu sync.Mutex
	var arns []string
	turns := make(chan struct{}, maxTaskDefinitions)
	var running sync.WaitGroup
	for _, name := range list {
		turns <- struct{}{}
		running.Go(func() {
			defer func() { <-turns }()
			err := protect(func() error {
				out, err := client.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
					TaskDefinition: &name, Include: []types.TaskDefinitionField{types.TaskDefinitionFieldTags},
				})
				if is(err, "ClientException") {
					return nil // it was deleted
				}
				if err != nil {
					return err
				}
				addTaskDefinition(s, out)
				mu.Lock()
				defer mu.Unlock()
				arns = append(arns, deref(out.TaskDefinition.TaskDefinitionArn))
				return nil
			})
			if err != nil {
				s.incomplete("AWS::ECS::TaskDefinition", err)
			}
		})
	}
	running.Wait()
	return arns
}

func addTaskDefinition(s *scope, out *ecs.DescribeTaskDefinitionOutput) {
	d := out.TaskDefinition
	var containers, volumes []any
	for i := range d.ContainerDefinitions {
		containers = append(containers, containerDefinition(s, &d.ContainerDefinitions[i]))
	}
	for i := range d.Volumes {
		volumes = append(volumes, taskVolume(&d.Volumes[i]))
	}
	set := props{"ContainerDefinitions": containers, "ProxyConfiguration": nil, "Volumes": volumes}
	if d.ProxyConfiguration != nil {
		set["ProxyConfiguration"] = rename(object(d.ProxyConfiguration), "Properties", "ProxyConfigurationProperties")
	}
	arn := deref(d.TaskDefinitionArn)
	s.add(found{
		id: arn, arn: arn, name: deref(d.Family), created: d.RegisteredAt, tags: ecsTags(out.Tags),
		from: d, set: set,
	})
}

func taskVolume(v *types.Volume) map[string]any {
	out := rename(object(v),
		"EfsVolumeConfiguration", "EFSVolumeConfiguration",
		"FsxWindowsFileServerVolumeConfiguration", "FSxWindowsFileServerVolumeConfiguration",
		"S3filesVolumeConfiguration", "S3FilesVolumeConfiguration",
	)
	if e, ok := out["EFSVolumeConfiguration"].(map[string]any); ok {
		rename(e, "FileSystemId", "FilesystemId")
		if a, ok := e["AuthorizationConfig"].(map[string]any); ok {
			rename(a, "Iam", "IAM")
		}
	}
	return out
}

// containerDefinition is a container without the credentials that stand in its
// variables, its command and the options of its log driver.
func containerDefinition(s *scope, c *types.ContainerDefinition) map[string]any {
	out := object(c)
	var variables []any
	for _, v := range c.Environment {
		variables = append(variables, map[string]any{"Name": deref(v.Name), "Value": variable(s, deref(v.Name), deref(v.Value))})
	}
	if variables != nil {
		out["Environment"] = variables
	}
	if s.options.Secrets {
		return out
	}
	scrubTexts(out["Command"])
	scrubTexts(out["EntryPoint"])
	if check, ok := out["HealthCheck"].(map[string]any); ok {
		scrubTexts(check["Command"])
	}
	scrubNamed(out["DockerLabels"])
	scrubLog(s, out)
	return out
}

// scrubLog takes the credentials out of the options of a log driver.
func scrubLog(s *scope, of map[string]any) {
	if log, ok := of["LogConfiguration"].(map[string]any); ok && !s.options.Secrets {
		scrubNamed(log["Options"])
	}
}

// scrubTexts redacts those texts of a list in which a credential stands.
func scrubTexts(v any) {
	list, _ := v.([]any)
	for i, e := range list {
		if text, ok := e.(string); ok && len(secret.Find(text)) > 0 {
			list[i] = secret.Redact(text)
		}
	}
}

func scrubNamed(v any) {
	m, _ := v.(map[string]any)
	for name, e := range m {
		if text, ok := e.(string); ok && len(secret.FindNamed(name, text)) > 0 {
			m[name] = secret.RedactNamed(name, text)
		}
	}
}
