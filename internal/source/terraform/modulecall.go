package terraform

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A calledModule is what a module block was found to call.
type calledModule struct {
	module *module // nil when it cannot be read
	reason string  // why not
}

// resolve finds and reads the module that a call in s names. Nothing is
// downloaded: a module from a registry or a repository is read where
// `terraform init` put it.
func (e *evaluator) resolve(s *scope, block *moduleCall) *calledModule {
	path := s.modulePath(block.name)
	if call := e.called[path]; call != nil {
		return call
	}
	call := &calledModule{}
	e.called[path] = call
	e.find(s, block, path, call)
	return call
}

func (e *evaluator) find(s *scope, block *moduleCall, path string, call *calledModule) {
	rng := block.block.TypeRange
	attribute := block.block.Body.Attributes["source"]
	source, ok := "", false
	if attribute != nil {
		rng = attribute.Expr.Range()
		source, ok = literalString(attribute.Expr)
	}
	if !ok {
		call.reason = fmt.Sprintf("module.%s has no source that could be read", block.name)
		e.report(cloud.Error, rng, fmt.Sprintf("Module %q has no readable source", block.name), "Give it a source that is plain text.")
		return
	}
	dir := ""
	if isLocal(source) {
		dir = filepath.Join(s.module.dir, source)
	} else if dir = e.downloaded(path); dir == "" {
		call.reason = fmt.Sprintf("module.%s is not downloaded", block.name)
		e.report(cloud.Warning, rng, fmt.Sprintf("module %q (source %s) is not downloaded; run terraform init", block.name, source),
			"Its resources are not judged, and what it puts out is not known.")
		return
	}
	if !e.readable(dir) {
		call.reason = fmt.Sprintf("module.%s lies outside the folder that is scanned", block.name)
		e.report(cloud.Error, rng, fmt.Sprintf("Module %q lies outside the folder that is scanned", block.name),
			fmt.Sprintf("Its source is %s. Scan a folder that holds both.", source))
		return
	}
	m, err := e.loadModule(dir)
	if err != nil {
		call.reason = fmt.Sprintf("module.%s could not be read", block.name)
		e.report(cloud.Error, rng, fmt.Sprintf("Module %q could not be read", block.name), err.Error())
		return
	}
	if len(m.files) == 0 && !m.broken {
		call.reason = fmt.Sprintf("module.%s has no configuration files", block.name)
		e.report(cloud.Error, rng, fmt.Sprintf("Module %q has no configuration files", block.name),
			fmt.Sprintf("There is no .tf file in %s.", dir))
		return
	}
	call.module = m
}

func isLocal(source string) bool {
	return source == "." || source == ".." || strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") ||
		strings.HasPrefix(source, `.\`) || strings.HasPrefix(source, `..\`)
}

// downloaded is the folder of a module that `terraform init` has fetched, or
// empty.
func (e *evaluator) downloaded(path string) string {
	if e.manifest == nil {
		e.manifest = map[string]string{}
		file := filepath.Join(e.rootDir, ".terraform", "modules", "modules.json")
		data, err := e.options.ReadFile(file)
		if err != nil {
			return "" // never initialised
		}
		var manifest struct {
			Modules []struct{ Key, Dir string }
		}
		if err := json.Unmarshal(data, &manifest); err != nil {
			e.tell(cloud.Problem{Severity: cloud.Warning, File: file, Summary: "The list of downloaded modules could not be read", Detail: err.Error() + "\nRun terraform init again."})
			return ""
		}
		for _, m := range manifest.Modules {
			if m.Key != "" && m.Dir != "" {
				e.manifest[m.Key] = filepath.Join(e.rootDir, filepath.FromSlash(m.Dir))
			}
		}
	}
	return e.manifest[path]
}
