package deploy

// An object is one of Kubernetes', as far as the tests look.
type object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   metadata
	Data       map[string]string
	Spec       struct {
		Replicas    int
		Strategy    struct{ Type string }
		Selector    map[string]any // matchLabels in it, but for a Service
		Template    podTemplate
		Ports       []port
		PodSelector struct {
			MatchLabels map[string]string `yaml:"matchLabels"`
		} `yaml:"podSelector"`
		Ingress []rule
		Egress  []rule
		Rules   []struct{ Host string }
		TLS     []struct {
			Hosts      []string
			SecretName string `yaml:"secretName"`
		}
		Endpoints []struct{ Port string }
	}
}

type metadata struct {
	Name        string
	Labels      map[string]string
	Annotations map[string]string
}

type port struct {
	Name          string
	Port          int
	TargetPort    string `yaml:"targetPort"`
	ContainerPort int    `yaml:"containerPort"`
}

// A rule is one of a NetworkPolicy.
type rule struct {
	Ports []port
	From  []any
	To    []any
}

type podTemplate struct {
	Metadata metadata
	Spec     struct {
		ServiceAccountName           string           `yaml:"serviceAccountName"`
		AutomountServiceAccountToken *bool            `yaml:"automountServiceAccountToken"`
		EnableServiceLinks           *bool            `yaml:"enableServiceLinks"`
		ImagePullSecrets             []metadata       `yaml:"imagePullSecrets"`
		NodeSelector                 map[string]any   `yaml:"nodeSelector"`
		Tolerations                  []map[string]any `yaml:"tolerations"`
		Affinity                     map[string]any
		SecurityContext              struct {
			RunAsNonRoot   bool                  `yaml:"runAsNonRoot"`
			RunAsUser      int                   `yaml:"runAsUser"`
			FSGroup        int                   `yaml:"fsGroup"`
			SeccompProfile struct{ Type string } `yaml:"seccompProfile"`
		} `yaml:"securityContext"`
		Containers []container
		Volumes    []struct {
			Name   string
			Secret *struct {
				SecretName  string `yaml:"secretName"`
				DefaultMode int    `yaml:"defaultMode"`
				Items       []struct{ Key, Path string }
			}
			EmptyDir              *struct{} `yaml:"emptyDir"`
			PersistentVolumeClaim *struct {
				ClaimName string `yaml:"claimName"`
			} `yaml:"persistentVolumeClaim"`
		}
	}
}

type container struct {
	Name  string
	Image string
	Args  []string
	Env   []struct {
		Name      string
		Value     *string
		ValueFrom *struct {
			SecretKeyRef struct{ Name, Key string } `yaml:"secretKeyRef"`
		} `yaml:"valueFrom"`
	}
	Ports           []port
	SecurityContext struct {
		ReadOnlyRootFilesystem   bool  `yaml:"readOnlyRootFilesystem"`
		AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
		Capabilities             struct{ Drop, Add []string }
	} `yaml:"securityContext"`
	StartupProbe   *probe `yaml:"startupProbe"`
	LivenessProbe  *probe `yaml:"livenessProbe"`
	ReadinessProbe *probe `yaml:"readinessProbe"`
	Resources      struct{ Requests, Limits map[string]string }
	VolumeMounts   []struct {
		Name      string
		MountPath string `yaml:"mountPath"`
		ReadOnly  bool   `yaml:"readOnly"`
	} `yaml:"volumeMounts"`
}

type probe struct {
	HTTPGet   *struct{ Path, Port string } `yaml:"httpGet"`
	TCPSocket *struct{ Port string }       `yaml:"tcpSocket"`
}

// port is the port that the probe asks.
func (p *probe) port() string {
	if p.HTTPGet != nil {
		return p.HTTPGet.Port
	}
	if p.TCPSocket != nil {
		return p.TCPSocket.Port
	}
	return ""
}

// variable returns the value of a variable; a reference reads as secret:name/key.
func (c container) variable(name string) string {
	for _, variable := range c.Env {
		switch {
		case variable.Name != name:
		case variable.ValueFrom != nil:
			return "secret:" + variable.ValueFrom.SecretKeyRef.Name + "/" + variable.ValueFrom.SecretKeyRef.Key
		case variable.Value != nil:
			return *variable.Value
		}
	}
	return ""
}
