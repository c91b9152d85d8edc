package terraform

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestScratch(t *testing.T) {
	dir := os.Getenv("SCRATCH")
	if dir == "" {
		t.Skip()
	}
	inst, problems, files := evaluate(dir, Options{RepositoryRoot: os.Getenv("SCRATCHROOT")})
	for _, i := range inst {
		b, _ := json.MarshalIndent(i.Values, "", " ")
		t.Logf("%s cond=%q tags=%v ign=%+v\n%s", i.Address, i.Conditional, i.DefaultTags, i.Ignores, b)
	}
	for _, p := range problems {
		t.Log(p.Error())
	}
	t.Log(files)
}

func TestScratchCorpus(t *testing.T) {
	root := os.Getenv("SCRATCHCORPUS")
	if root == "" {
		t.Skip()
	}
	kinds := map[string]int{}
	examples := map[string]string{}
	dirs, n := 0, 0
	checkouts, _ := os.ReadDir(root)
	for _, c := range checkouts {
		checkout := filepath.Join(root, c.Name())
		filepath.WalkDir(checkout, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return nil
			}
			tf, _ := filepath.Glob(filepath.Join(path, "*.tf"))
			if len(tf) == 0 {
				return nil
			}
			dirs++
			start := time.Now()
			inst, problems, _ := evaluate(path, Options{RepositoryRoot: checkout})
			if d := time.Since(start); d > 300*time.Millisecond {
				t.Log("slow", path, d)
			}
			n += len(inst)
			for _, p := range problems {
				kinds[p.Severity.String()+" "+p.Summary]++
				if examples[p.Severity.String()+" "+p.Summary] == "" {
					examples[p.Severity.String()+" "+p.Summary] = path + "\n" + p.Error()
				}
			}
			return nil
		})
	}
	t.Log(dirs, "folders", n, "instances")
	for k, v := range kinds {
		t.Log(v, k)
		t.Log(examples[k])
	}
}
