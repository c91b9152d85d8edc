package deploy

import (
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// release returns the objects of a release with these values, each held to what
// every release must keep. Secrets and claims of others are named.
func release(t *testing.T, values map[string]any, foreign ...string) map[string]object {
	t.Helper()
	files, err := render(t, values)
	if err != nil {
		t.Fatal(err)
	}
	all := objects(t, files)
	for name, o := range all {
		if o.APIVersion == "" || o.Metadata.Name == "" || o.Metadata.Labels["app.kubernetes.io/instance"] != "prod" {
			t.Errorf("%s has no version, name or labels", name)
		}
		if o.Kind == "Deployment" {
			checkPod(t, name, o.Spec.Template, all, foreign)
		}
		checkSelector(t, name, o, all)
	}
	return all
}

// checkPod holds a pod to the restricted standard of Kubernetes and to what
// the rest of the release has.
func checkPod(t *testing.T, name string, pod podTemplate, all map[string]object, foreign []string) {
	t.Helper()
	fault := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s: %s", name, fmt.Sprintf(format, args...))
	}
	context := pod.Spec.SecurityContext
	if !context.RunAsNonRoot || context.RunAsUser != 65532 || context.FSGroup != 65532 || context.SeccompProfile.Type != "RuntimeDefault" {
		fault("security context %+v", context)
	}
	if mount := pod.Spec.AutomountServiceAccountToken; mount == nil || *mount {
		fault("has a token of Kubernetes' API")
	}
	if links := pod.Spec.EnableServiceLinks; links == nil || *links {
		fault("has variables of services among its settings")
	}
	if account := pod.Spec.ServiceAccountName; account != "default" && all["ServiceAccount/"+account].Kind == "" && !slices.Contains(foreign, "ServiceAccount/"+account) {
		fault("service account %q is not there", account)
	}

	secretHas := func(secret, key string) {
		t.Helper()
		if _, ok := all["Secret/"+secret].Data[key]; !ok && !slices.Contains(foreign, "Secret/"+secret+"/"+key) {
			fault("the secret %s with the key %s is not there", secret, key)
		}
	}
	volumes := map[string]bool{}
	for _, volume := range pod.Spec.Volumes {
		volumes[volume.Name] = true
		if secret := volume.Secret; secret != nil {
			for _, item := range secret.Items {
				secretHas(secret.SecretName, item.Key)
			}
			if secret.DefaultMode != 0o440 {
				fault("files of the secret have mode %o", secret.DefaultMode)
			}
		}
		if claim := volume.PersistentVolumeClaim; claim != nil {
			if key := "PersistentVolumeClaim/" + claim.ClaimName; all[key].Kind == "" && !slices.Contains(foreign, key) {
				fault("%s is not there", key)
			}
		}
	}

	if len(pod.Spec.Containers) != 1 {
		t.Fatalf("%s has %d containers", name, len(pod.Spec.Containers))
	}
	c := pod.Spec.Containers[0]
	may := c.SecurityContext.AllowPrivilegeEscalation
	if !c.SecurityContext.ReadOnlyRootFilesystem || may == nil || *may ||
		!slices.Equal(c.SecurityContext.Capabilities.Drop, []string{"ALL"}) || len(c.SecurityContext.Capabilities.Add) > 0 {
		fault("security context of the container %+v", c.SecurityContext)
	}
	mounted := map[string]string{}
	for _, mount := range c.VolumeMounts {
		mounted[mount.MountPath] = mount.Name
		if !volumes[mount.Name] {
			fault("mounts %s, which no volume is", mount.Name)
		}
	}
	if mounted["/tmp"] == "" || mounted["/etc/surety"] == "" || c.variable("SURETY_KEY_FILE") != "/etc/surety/key" {
		fault("mounts %v, with the key at %s", mounted, c.variable("SURETY_KEY_FILE"))
	}
	if file, ok := strings.CutPrefix(c.variable("SURETY_DATABASE"), "/data/"); ok && (file == "" || mounted["/data"] == "") {
		fault("SQLite without a volume: %v", mounted)
	}
	var variables []string
	for _, variable := range c.Env {
		if slices.Contains(variables, variable.Name) {
			fault("%s is set twice", variable.Name)
		}
		variables = append(variables, variable.Name)
		if variable.ValueFrom != nil {
			secretHas(variable.ValueFrom.SecretKeyRef.Name, variable.ValueFrom.SecretKeyRef.Key)
		}
	}
	if len(c.Args) != 1 {
		fault("runs %q", c.Args)
	} else {
		checkVariables(t, c.Args[0], variables)
	}
	ports := map[string]int{}
	for _, port := range c.Ports {
		ports[port.Name] = port.ContainerPort
	}
	for kind, probe := range map[string]*probe{"startup": c.StartupProbe, "liveness": c.LivenessProbe, "readiness": c.ReadinessProbe} {
		if probe == nil && kind == "readiness" && c.Name == "worker" { // nobody waits for it
			continue
		}
		if probe == nil || ports[probe.port()] == 0 {
			fault("%s probe is missing or asks no port of the container: %+v", kind, probe)
		}
	}
	if c.Resources.Requests["memory"] == "" || c.Resources.Requests["cpu"] == "" {
		fault("requests %v", c.Resources.Requests)
	}
}

// checkSelector wants what an object selects by label to be there.
func checkSelector(t *testing.T, name string, o object, all map[string]object) {
	t.Helper()
	selector := map[string]string{}
	labels := o.Spec.Selector
	if match, ok := labels["matchLabels"].(map[string]any); ok {
		labels = match
	}
	for key, value := range labels {
		selector[key] = fmt.Sprint(value)
	}
	maps.Copy(selector, o.Spec.PodSelector.MatchLabels)
	if len(selector) == 0 {
		if slices.Contains([]string{"Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy", "ServiceMonitor"}, o.Kind) {
			t.Errorf("%s selects nothing", name)
		}
		return
	}
	selects := func(labels map[string]string) bool {
		for key, value := range selector {
			if labels[key] != value {
				return false
			}
		}
		return true
	}
	found := 0
	for _, other := range all {
		switch {
		case o.Kind == "ServiceMonitor" && other.Kind == "Service" && selects(other.Metadata.Labels):
			found++
			if len(other.Spec.Ports) != 1 || other.Spec.Ports[0].Name != o.Spec.Endpoints[0].Port {
				t.Errorf("%s asks a port that the service %s does not have", name, other.Metadata.Name)
			}
		case o.Kind != "ServiceMonitor" && other.Kind == "Deployment" && selects(other.Spec.Template.Metadata.Labels):
			found++
			for _, leads := range o.Spec.Ports {
				if !slices.ContainsFunc(other.Spec.Template.Spec.Containers[0].Ports, func(p port) bool { return p.Name == leads.TargetPort }) {
					t.Errorf("%s leads to the port %s, which %s does not have", name, leads.TargetPort, other.Metadata.Name)
				}
			}
		}
	}
	want := 1
	if strings.HasSuffix(name, "-metrics") || o.Kind == "NetworkPolicy" { // of all pods
		want = 0
		for _, other := range all {
			if other.Kind == "Deployment" {
				want++
			}
		}
	}
	if found != want {
		t.Errorf("%s selects %d objects by %v, want %d", name, found, selector, want)
	}
}

func TestChart(t *testing.T) {
	for _, test := range []struct {
		file, values string
		foreign      []string
		want         []string
		database     string
	}{
		{
			file: "sqlite", database: "/data/surety.db",
			want: []string{"Deployment/prod-server", "PersistentVolumeClaim/prod", "PodDisruptionBudget/prod-server", "Secret/prod", "Service/prod", "Service/prod-metrics", "ServiceAccount/prod"},
		},
		{
			file: "sqlite", database: "/data/surety.db",
			values: `
persistence: {existingClaim: disk}
podDisruptionBudget: {enabled: false}
serviceAccount: {create: false}
encryptionKey: {value: "", existingSecret: {name: mine}}
`,
			foreign: []string{"PersistentVolumeClaim/disk", "Secret/mine/key"},
			want:    []string{"Deployment/prod-server", "Service/prod", "Service/prod-metrics"},
		},
		{
			file: "postgresql", database: "secret:prod/database-url",
			want: []string{"Deployment/prod-server", "Deployment/prod-worker", "PodDisruptionBudget/prod-server", "PodDisruptionBudget/prod-worker", "Secret/prod", "Service/prod", "Service/prod-metrics", "ServiceAccount/prod"},
		},
		{
			file: "postgresql", database: "secret:prod/database-url", values: "worker: {enabled: false}",
			want: []string{"Deployment/prod-server", "PodDisruptionBudget/prod-server", "Secret/prod", "Service/prod", "Service/prod-metrics", "ServiceAccount/prod"},
		},
		{
			file: "everything", database: "secret:surety-db-app/uri",
			foreign: []string{"Secret/surety-db-app/uri", "Secret/surety-key/encryption-key"},
			want: []string{"Deployment/assurance-server", "Deployment/assurance-worker", "Ingress/assurance", "NetworkPolicy/assurance", "PodDisruptionBudget/assurance-server",
				"PodDisruptionBudget/assurance-worker", "Service/assurance", "Service/assurance-metrics", "ServiceAccount/surety-irsa", "ServiceMonitor/assurance"},
		},
	} {
		t.Run(test.file+test.values, func(t *testing.T) {
			all := release(t, values(t, test.file, test.values), test.foreign...)
			if diff := cmp.Diff(test.want, slices.Sorted(maps.Keys(all))); diff != "" {
				t.Errorf("objects (-want +got):\n%s", diff)
			}
			for name, o := range all {
				if o.Kind != "Deployment" {
					continue
				}
				if got := o.Spec.Template.Spec.Containers[0].variable("SURETY_DATABASE"); got != test.database {
					t.Errorf("the database of %s is %q, want %q", name, got, test.database)
				}
			}
		})
	}
}

func TestSQLiteHasOnePod(t *testing.T) {
	server := release(t, values(t, "sqlite", "server: {replicas: 3, workers: 4}"))["Deployment/prod-server"]
	if server.Spec.Replicas != 1 || server.Spec.Strategy.Type != "Recreate" {
		t.Errorf("%d replicas, strategy %q", server.Spec.Replicas, server.Spec.Strategy.Type)
	}
	if got := server.Spec.Template.Spec.Containers[0].variable("SURETY_WORKERS"); got != "4" {
		t.Errorf("%s workers, want 4: nothing else runs jobs", got)
	}
}

func TestEverything(t *testing.T) {
	all := release(t, values(t, "everything", ""), "Secret/surety-db-app/uri", "Secret/surety-key/encryption-key")
	server, worker := all["Deployment/assurance-server"], all["Deployment/assurance-worker"]
	pod := server.Spec.Template.Spec
	c := pod.Containers[0]
	for name, got := range map[string]struct{ got, want any }{
		"server replicas":  {server.Spec.Replicas, 3},
		"worker replicas":  {worker.Spec.Replicas, 5},
		"image":            {c.Image, "registry.example.com/surety:1.0"},
		"pull secrets":     {len(pod.ImagePullSecrets), 1},
		"workers":          {c.variable("SURETY_WORKERS"), "0"},
		"extra variable":   {c.variable("SURETY_TRUSTED_PROXY"), "10.0.0.0/8"},
		"public URL":       {c.variable("SURETY_PUBLIC_URL"), "https://surety.example.com"},
		"pod annotation":   {server.Spec.Template.Metadata.Annotations["example.com/team"], "platform"},
		"node selector":    {pod.NodeSelector["kubernetes.io/arch"], "amd64"},
		"tolerations":      {len(pod.Tolerations), 1},
		"affinity":         {len(pod.Affinity), 1},
		"AWS region":       {worker.Spec.Template.Spec.Containers[0].variable("AWS_REGION"), "eu-central-1"},
		"role":             {all["ServiceAccount/surety-irsa"].Metadata.Annotations["eks.amazonaws.com/role-arn"], "arn:aws:iam::123456789012:role/Surety"},
		"host":             {all["Ingress/assurance"].Spec.Rules[0].Host, "surety.example.com"},
		"certificate":      {all["Ingress/assurance"].Spec.TLS[0].SecretName, "surety-tls"},
		"policy: in":       {len(all["NetworkPolicy/assurance"].Spec.Ingress), 2},
		"policy: out":      {len(all["NetworkPolicy/assurance"].Spec.Egress), 3},
		"policy: database": {all["NetworkPolicy/assurance"].Spec.Egress[1].Ports[0].Port, 6432},
		"monitor":          {all["ServiceMonitor/assurance"].Metadata.Labels["release"], "prometheus"},
	} {
		if diff := cmp.Diff(got.want, got.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRequiredValues(t *testing.T) {
	for _, test := range []struct{ values, want string }{
		{`image: {repository: ""}`, "image.repository is required"},
		{`image: {tag: ""}`, "image.tag is required"},
		{`publicURL: ""`, "publicURL is required"},
		{`encryptionKey: {value: ""}`, "encryptionKey is required"},
		{`ingress: {enabled: true}`, "ingress.host is required"},
	} {
		if _, err := render(t, values(t, "sqlite", test.values)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.values, err, test.want)
		}
	}
}

func TestNotes(t *testing.T) {
	for file, want := range map[string]string{"sqlite": "the volume claim prod,", "postgresql": "in your PostgreSQL"} {
		files, err := render(t, values(t, file, ""))
		if err != nil {
			t.Fatal(err)
		}
		if got := files["NOTES.txt"]; !strings.Contains(got, want) || !strings.Contains(got, "https://surety.example.com") {
			t.Errorf("%s: no %q in\n%s", file, want, got)
		}
	}
}

// TestHelm asks Helm itself.
func TestHelm(t *testing.T) {
	helm, err := exec.LookPath("helm")
	if err != nil {
		t.Skip("helm is not installed: https://helm.sh/docs/intro/install/")
	}
	for _, file := range valuesFiles(t) {
		path := filepath.Join(chart, "ci", file+"-values.yaml")
		for _, args := range [][]string{{"lint", "--strict", chart, "--values", path}, {"template", "prod", chart, "--values", path}} {
			if out, err := exec.Command(helm, args...).CombinedOutput(); err != nil {
				t.Errorf("helm %s: %v\n%s", strings.Join(args, " "), err, out)
			}
		}
	}
}
