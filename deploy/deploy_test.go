// Package deploy holds what Surety is deployed with; its tests hold that to
// what the program and the platforms accept.
package deploy

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A service is one of compose.yaml, as far as the tests look.
type service struct {
	Build       string
	Image       string
	Command     []string
	Environment map[string]string
	Ports       []string
	Secrets     []string
	Networks    []string
	Volumes     []string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	DependsOn   map[string]struct {
		Condition string
	} `yaml:"depends_on"`
	Healthcheck struct{ Test []string }
}

func TestCompose(t *testing.T) {
	var file struct {
		Services map[string]service
		Networks map[string]struct{ Internal bool }
		Volumes  map[string]any
		Secrets  map[string]struct{ File string }
	}
	if err := yaml.Unmarshal([]byte(read(t, "../compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"postgres", "server", "worker"}, slices.Sorted(maps.Keys(file.Services))); diff != "" {
		t.Fatalf("services (-want +got):\n%s", diff)
	}
	for name, s := range file.Services {
		for _, secret := range s.Secrets {
			if file.Secrets[secret].File == "" {
				t.Errorf("%s uses the secret %s, which no file holds", name, secret)
			}
		}
		for _, network := range s.Networks {
			if _, ok := file.Networks[network]; !ok {
				t.Errorf("%s is in the network %s, which is not there", name, network)
			}
		}
		for variable, value := range s.Environment {
			secret, ok := strings.CutPrefix(value, "/run/secrets/")
			if ok && !slices.Contains(s.Secrets, secret) {
				t.Errorf("%s of %s names the secret %s, which the service is not given", variable, name, secret)
			}
			if strings.Contains(value, "://") && regexp.MustCompile(`//[^/@]*:[^/@]*@`).MatchString(value) {
				t.Errorf("%s of %s holds a password", variable, name)
			}
		}
		for other, on := range s.DependsOn {
			if on.Condition == "service_healthy" && len(file.Services[other].Healthcheck.Test) == 0 {
				t.Errorf("%s waits for the health of %s, which tells none", name, other)
			}
		}
		if !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s may gain privileges", name)
		}
		if s.Build == "" {
			continue
		}
		if len(s.Command) != 1 {
			t.Errorf("%s runs %q", name, s.Command)
			continue
		}
		checkVariables(t, s.Command[0], slices.Sorted(maps.Keys(s.Environment)))
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) {
			t.Errorf("%s can write its own files or has capabilities", name)
		}
	}

	database := file.Services["postgres"]
	if len(database.Ports) > 0 {
		t.Errorf("the port of the database is published: %v", database.Ports)
	}
	for _, network := range database.Networks {
		if !file.Networks[network].Internal {
			t.Errorf("the database is in the network %s, which leads outside", network)
		}
	}
	for _, volume := range database.Volumes {
		volume, _, _ := strings.Cut(volume, ":")
		if _, ok := file.Volumes[volume]; !ok {
			t.Errorf("the volume %s is not declared", volume)
		}
	}
	for _, port := range file.Services["server"].Ports {
		if !strings.HasPrefix(port, "127.0.0.1:") {
			t.Errorf("port %s is open to the network, without TLS", port)
		}
	}
	for name, secret := range file.Secrets {
		if filepath.Dir(secret.File) != "deploy/secrets" {
			t.Errorf("the secret %s is in %s, which git and docker do not ignore", name, secret.File)
		}
	}
}

func TestDockerfile(t *testing.T) {
	text := read(t, "../Dockerfile")
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../go.mod"))
	if version == nil {
		t.Fatal("go.mod names no version of Go")
	}
	for _, want := range []string{
		fmt.Sprintf("FROM --platform=$BUILDPLATFORM golang:%s AS build\n", version[1]),
		"CGO_ENABLED=0", "-trimpath", "\nUSER 65532:65532\n", "\nVOLUME /data\n", "\nEXPOSE 8080\n",
		"\nENTRYPOINT [\"/usr/local/bin/surety\"]\nCMD [\"serve\"]\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the Dockerfile has no %q", want)
		}
	}
	checkVariables(t, "serve", regexp.MustCompile(`SURETY_[A-Z_]+`).FindAllString(text, -1))
	if _, err := os.Stat("../cmd/surety/main.go"); err != nil {
		t.Errorf("what the Dockerfile builds: %v", err)
	}
}

// TestSecretsAreIgnored wants the directory that compose.yaml reads its
// secrets from to be kept out of git and out of images.
func TestSecretsAreIgnored(t *testing.T) {
	if got := read(t, "secrets/.gitignore"); !strings.Contains(got, "\n*\n") {
		t.Errorf("git does not ignore deploy/secrets: %q", got)
	}
	if got := read(t, "../.dockerignore"); !strings.Contains(got, "\n/deploy/secrets/*\n") {
		t.Error("docker does not ignore deploy/secrets")
	}
}
