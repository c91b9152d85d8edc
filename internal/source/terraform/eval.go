package terraform

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
)

// Options say how a configuration is evaluated. The zero value is usable.
type Options struct {
	// Vars are values of root variables, as with -var: plain text for a
	// variable of a primitive type, an HCL expression for any other.
	Vars map[string]string

	// VarFiles are read after the automatic ones, in order.
	VarFiles []string

	// RepositoryRoot is the folder outside which no module and no file is
	// read; empty means the folder that is scanned.
	RepositoryRoot string

	// MaxInstances bounds how many resources and module calls count and
	// for_each may make in all; 0 means 100,000.
	MaxInstances int

	// ReadFile and ReadDir read the file system. The caller confines them and
	// bounds what they return; nil means the operating system's, with a bound
	// on the size of a file.
	ReadFile func(string) ([]byte, error)
	ReadDir  func(string) ([]os.DirEntry, error)
}

const (
	defaultMaxInstances = 100_000
	maxModuleDepth      = 32

	// maxFile is the size up to which the default ReadFile reads.
	maxFile = 16 << 20
)

// Recognise tells whether a file is part of a Terraform configuration.
func Recognise(name string, data []byte) bool {
	head := data[:min(len(data), 4096)]
	switch {
	case strings.HasSuffix(name, ".tf.json"):
		return bytes.HasPrefix(bytes.TrimSpace(head), []byte("{"))
	case strings.HasSuffix(name, ".tf"):
		return !bytes.Contains(head, []byte{0})
	}
	return false
}

// ReadDir evaluates the root module in dir, or the one file that dir names,
// and translates what it declares.
func ReadDir(dir string, options Options) *cloud.Inventory {
	instances, problems, files := evaluate(dir, options)
	resources, more, unmapped := translate(instances)
	return &cloud.Inventory{
		Resources: resources,
		Problems:  append(problems, more...),
		Files:     files,
		Unmapped:  unmapped,
	}
}

// evaluate reads the root module in dir, or the one file that dir names, and
// every module that it calls, and returns the resources of AWS that Terraform
// would hold in its state. files are the configuration files that were
// understood.
func evaluate(dir string, options Options) (instances []*instance, problems []cloud.Problem, files []string) {
	e := newEvaluator(dir, options)
	root := e.loadRoot(dir)
	if root == nil {
		return nil, e.problems, e.files
	}
	s := e.newScope(root, nil, nil)
	e.rootVariables(s)
	instances = e.collect(s)
	slices.SortStableFunc(e.problems, func(a, b cloud.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return instances, e.problems, e.files
}

// newEvaluator prepares the evaluation of dir.
func newEvaluator(dir string, options Options) *evaluator {
	if options.MaxInstances <= 0 {
		options.MaxInstances = defaultMaxInstances
	}
	if options.ReadFile == nil {
		options.ReadFile = readRegular
	}
	if options.ReadDir == nil {
		options.ReadDir = os.ReadDir
	}
	e := &evaluator{
		options:   options,
		rootDir:   dir,
		modules:   map[string]*module{},
		called:    map[string]*calledModule{},
		sources:   map[string]*sourceFile{},
		templates: map[string]hclsyntax.Expression{},
		told:      map[string]bool{},
		impure:    impureFunctions(),
		names:     map[*hclsyntax.Body][]string{},
		facts:     map[string]*fact{},
	}
	if strings.HasSuffix(dir, ".tf") || strings.HasSuffix(dir, ".tf.json") {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			e.rootDir, e.onlyFile = filepath.Dir(dir), filepath.Base(dir)
		}
	}
	e.allowed = []string{canonical(e.rootDir)}
	if options.RepositoryRoot != "" {
		e.allowed = append(e.allowed, canonical(options.RepositoryRoot))
	}
	return e
}

// collect evaluates every resource of s and of the modules it calls, in the
// order in which they are written.
func (e *evaluator) collect(s *scope) []*instance {
	var all []*instance
	for _, r := range s.module.resources {
		if r.data || !isAWS(r.typ) {
			continue
		}
		for _, inst := range e.expand(s, r).instances {
			all = append(all, e.finish(s, inst))
		}
	}
	for _, call := range s.module.calls {
		for _, child := range e.expandCall(s, call).scopes {
			all = append(all, e.collect(child)...)
		}
	}
	return all
}

func isAWS(typ string) bool {
	return strings.HasPrefix(typ, "aws_") || strings.HasPrefix(typ, "awscc_")
}
