package template

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReach says which files the author of a template can make Surety read.
func TestReach(t *testing.T) {
	const (
		module = "module \"m\" {\n  source = \"%s\"\n}\n"
		bucket = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = file(\"%s\")\n}\n"
		plain  = "resource \"aws_sns_topic\" \"t\" {\n  name = \"x\"\n}\n"
	)
	fill := func(text, with string) string { return strings.ReplaceAll(text, "%s", with) }
	cases := []struct {
		name  string
		files map[string]string
		links map[string]string
		work  string // the working directory
		paths []string
		want  []string // name and, for a bucket, BucketName
		told  string   // a part of the first problem
	}{
		{
			name:  "a module beside the folder, below the folder that was named",
			files: map[string]string{"all/a/main.tf": fill(module, "../b"), "all/b/b.tf": plain, "other/x": ""},
			work:  "other", paths: []string{"../all"},
			want: []string{"module.m.aws_sns_topic.t"},
		},
		{
			name:  "a module beside the folder, of the same repository",
			files: map[string]string{"a/main.tf": fill(module, "../b"), "b/b.tf": plain, ".git/HEAD": ""},
			work:  "a", paths: []string{"."},
			want: []string{"module.m.aws_sns_topic.t"},
		},
		{
			name:  "a module beside the folder, below the working directory",
			files: map[string]string{"a/main.tf": fill(module, "../b"), "b/b.tf": plain},
			paths: []string{"a"},
			told:  "outside the folder",
		},
		{
			name:  "a module beside the folder that is named too",
			files: map[string]string{"a/main.tf": fill(module, "../b"), "b/b.tf": plain},
			paths: []string{"a", "."},
			want:  []string{"module.m.aws_sns_topic.t"},
		},
		{
			name:  "a file beside the folder, below the working directory",
			files: map[string]string{"a/main.tf": fill(bucket, "../secret.txt"), "secret.txt": "hush"},
			paths: []string{"a"},
			want:  []string{"aws_s3_bucket.b ?"},
		},
		{
			name:  "a file of a module of the repository",
			files: map[string]string{"a/main.tf": fill(module, "../b"), "b/b.tf": fill(bucket, "${path.module}/name.txt"), "b/name.txt": "known", ".git/HEAD": ""},
			paths: []string{"a"},
			want:  []string{"module.m.aws_s3_bucket.b known"},
		},
		{
			name:  "a file of the repository",
			files: map[string]string{"a/main.tf": fill(bucket, "../name.txt"), "name.txt": "known", ".git/HEAD": ""},
			work:  "a", paths: []string{"."},
			want: []string{"aws_s3_bucket.b known"},
		},
		{
			name:  "a file behind a symbolic link",
			files: map[string]string{"a/main.tf": fill(bucket, "name.txt"), "secret.txt": "hush"},
			links: map[string]string{"a/name.txt": "../secret.txt"},
			paths: []string{"a"},
			want:  []string{"aws_s3_bucket.b ?"},
		},
		{
			name:  "a configuration behind a symbolic link",
			files: map[string]string{"a/main.tf": plain, "secret/s.tf": fill(bucket, "x")},
			links: map[string]string{"a/s.tf": "../secret/s.tf"},
			work:  "a", paths: []string{"."},
			want: []string{"aws_sns_topic.t"},
			told: "could not be read",
		},
		{
			name:  "a configuration behind a symbolic link that the user named",
			files: map[string]string{"secret/s.tf": plain},
			links: map[string]string{"a/s.tf": "../secret/s.tf"},
			paths: []string{"a/s.tf"},
			want:  []string{"aws_sns_topic.t"},
		},
		{
			name:  "a folder behind a symbolic link that the user named",
			files: map[string]string{"b/main.tf": plain},
			links: map[string]string{"a": "b"},
			paths: []string{"a"},
			want:  []string{"aws_sns_topic.t"},
		},
		{
			name:  "a nested stack outside",
			files: map[string]string{"a/stack.yaml": fill(stack, "../child.yaml"), "child.yaml": topic},
			paths: []string{"a"},
			want:  []string{"Child"},
			told:  "was not read",
		},
		{
			name:  "a nested stack below the folder that was named",
			files: map[string]string{"a/stack.yaml": fill(stack, "../child.yaml"), "child.yaml": topic},
			paths: []string{"."},
			want:  []string{"Child", "Child.Topic"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			written(t, c.files)
			for link, to := range c.links {
				if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(to, link); err != nil {
					t.Fatal(err)
				}
			}
			if c.work != "" {
				t.Chdir(c.work)
			}
			inv := Read(context.Background(), c.paths, Options{})
			var got []string
			for _, r := range inv.Resources {
				text := r.ID
				if r.Type == "AWS::S3::Bucket" {
					if name, ok := r.Properties["BucketName"].(string); ok {
						text += " " + name
					} else {
						text += " ?"
					}
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
			told := ""
			for _, p := range inv.Problems {
				told += p.Summary + " " + p.Detail + "\n"
			}
			if (told == "") != (c.told == "") || !strings.Contains(told, c.told) {
				t.Errorf("problems %q, want %q", told, c.told)
			}
			if strings.Contains(told, "hush") {
				t.Errorf("a file that was not named is shown: %q", told)
			}
		})
	}
}
