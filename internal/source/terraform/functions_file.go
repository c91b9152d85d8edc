package terraform

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// maxFilesInSet bounds how many entries fileset looks at.
const maxFilesInSet = 20_000

// readRegular reads a file of the operating system that is a file, and not too
// large: a pipe would never end.
func readRegular(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New(name + " is no regular file")
	case info.Size() > maxFile:
		return nil, fmt.Errorf("%s has more than %d bytes", name, maxFile)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile))
}

// fileFunctions are the functions that read files. A file that cannot be read,
// because it is built later or lies outside the repository, makes the result
// unknown and is no error.
func fileFunctions() map[string]impureFunction {
	content := func(f func(data []byte) (string, bool)) impureFunction {
		return func(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
			data, unknown, diags := e.fileArgument(x, args)
			if data == nil || diags.HasErrors() {
				return unknown, diags
			}
			text, ok := f(data)
			if !ok {
				name, _ := textArgument(args[0])
				return unknownOf(cty.String, x.Name+"("+name+")", "the file "+name+" is not UTF-8 text"), nil
			}
			return cty.StringVal(text), nil
		}
	}
	sum := func(hash func([]byte) []byte, encode func([]byte) string) impureFunction {
		return content(func(data []byte) (string, bool) { return encode(hash(data)), true })
	}
	sha256sum := func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
	sha512sum := func(b []byte) []byte { s := sha512.Sum512(b); return s[:] }
	return map[string]impureFunction{
		"file":             content(func(data []byte) (string, bool) { return string(data), utf8.Valid(data) }),
		"filebase64":       content(func(data []byte) (string, bool) { return base64.StdEncoding.EncodeToString(data), true }),
		"filemd5":          sum(func(b []byte) []byte { s := md5.Sum(b); return s[:] }, hex.EncodeToString),
		"filesha1":         sum(func(b []byte) []byte { s := sha1.Sum(b); return s[:] }, hex.EncodeToString),
		"filesha256":       sum(sha256sum, hex.EncodeToString),
		"filesha512":       sum(sha512sum, hex.EncodeToString),
		"filebase64sha256": sum(sha256sum, base64.StdEncoding.EncodeToString),
		"filebase64sha512": sum(sha512sum, base64.StdEncoding.EncodeToString),
		"fileexists":       callFileExists,
		"fileset":          callFileSet,
		"abspath":          callAbsPath,
		"templatefile":     callTemplateFile,
		"templatestring":   callTemplateString,
	}
}

// pathOf is where a path that a configuration names lies: Terraform takes it
// from the folder that it runs in, the root module's.
func (e *evaluator) pathOf(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(e.rootDir, filepath.FromSlash(name))
}

// fileArgument reads the file that the first argument names. When data is nil,
// the value says why.
func (e *evaluator) fileArgument(x *hclsyntax.FunctionCallExpr, args []cty.Value) ([]byte, cty.Value, hcl.Diagnostics) {
	if len(args) == 0 {
		return nil, cty.DynamicVal, wrongCount(x, 1)
	}
	name, ok := textArgument(args[0])
	if !ok {
		if args[0].IsNull() {
			return nil, cty.DynamicVal, fault(x.Range(), x.Name+"() needs a path", "The path is null.")
		}
		return nil, relabelled(cty.UnknownVal(cty.String), x.Name, args), nil
	}
	text := x.Name + "(" + shortened(name) + ")"
	at := e.pathOf(name)
	if !e.readable(at) {
		return nil, unknownOf(cty.String, text, "the file "+name+" lies outside the folder that is scanned"), nil
	}
	data, err := e.options.ReadFile(at)
	if err != nil {
		return nil, unknownOf(cty.String, text, "the file "+name+" could not be read"), nil
	}
	if data == nil {
		data = []byte{}
	}
	return data, cty.NilVal, nil
}

func callFileExists(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
	if len(args) != 1 {
		return cty.DynamicVal, wrongCount(x, 1)
	}
	name, ok := textArgument(args[0])
	if !ok {
		return relabelled(cty.UnknownVal(cty.Bool), "fileexists", args), nil
	}
	at := e.pathOf(name)
	if !e.readable(at) {
		return unknownOf(cty.Bool, "fileexists("+name+")", "the file "+name+" lies outside the folder that is scanned"), nil
	}
	entries, err := e.options.ReadDir(filepath.Dir(at))
	if err != nil {
		return cty.False, nil
	}
	for _, entry := range entries {
		if entry.Name() == filepath.Base(at) {
			return cty.BoolVal(!entry.IsDir()), nil
		}
	}
	return cty.False, nil
}

func callAbsPath(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
	if len(args) != 1 {
		return cty.DynamicVal, wrongCount(x, 1)
	}
	name, ok := textArgument(args[0])
	if !ok {
		return relabelled(cty.UnknownVal(cty.String), "abspath", args), nil
	}
	abs, err := filepath.Abs(e.pathOf(name))
	if err != nil {
		abs = e.pathOf(name)
	}
	return cty.StringVal(filepath.ToSlash(abs)), nil
}

// callFileSet evaluates fileset(path, pattern).
func callFileSet(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
	if len(args) != 2 {
		return cty.DynamicVal, wrongCount(x, 2)
	}
	folder, ok := textArgument(args[0])
	pattern, ok2 := textArgument(args[1])
	if !ok || !ok2 {
		return relabelled(cty.UnknownVal(cty.Set(cty.String)), "fileset", args), nil
	}
	root := e.pathOf(path.Join(folder))
	text := "fileset(" + shortened(folder) + ")"
	if !e.readable(root) {
		return unknownOf(cty.Set(cty.String), text, "the folder "+folder+" lies outside the folder that is scanned"), nil
	}
	match, err := regexp.Compile(globExpression(pattern))
	if err != nil {
		return cty.DynamicVal, fault(x.Range(), "The pattern is not understood", fmt.Sprintf("%q is no pattern for files.", pattern))
	}
	var found []cty.Value
	left := maxFilesInSet
	var walk func(dir, rel string, depth int) bool
	walk = func(dir, rel string, depth int) bool {
		entries, err := e.options.ReadDir(dir)
		if err != nil || depth > 64 {
			return depth <= 64
		}
		for _, entry := range entries {
			if left--; left < 0 {
				return false
			}
			name := path.Join(rel, entry.Name())
			if entry.IsDir() {
				if (strings.Contains(pattern, "/") || strings.Contains(pattern, "**")) && !walk(filepath.Join(dir, entry.Name()), name, depth+1) {
					return false
				}
				continue
			}
			if match.MatchString(name) {
				found = append(found, cty.StringVal(name))
			}
		}
		return true
	}
	if !walk(root, "", 0) {
		return unknownOf(cty.Set(cty.String), text, "the folder "+folder+" holds too many files"), nil
	}
	if len(found) == 0 {
		return cty.SetValEmpty(cty.String), nil
	}
	return cty.SetVal(found), nil
}

// globExpression is a pattern of fileset (*, ?, **, [abc], {a,b}) as a regular
// expression.
func globExpression(pattern string) string {
	var b strings.Builder
	b.WriteString(`\A`)
	groups := 0
	for rest := pattern; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString(`(?:[^/]*/)*`)
			size = 3
		case strings.HasPrefix(rest, "**"):
			b.WriteString(`.*`)
			size = 2
		case r == '*':
			b.WriteString(`[^/]*`)
		case r == '?':
			b.WriteString(`[^/]`)
		case r == '{':
			b.WriteString(`(?:`)
			groups++
		case r == '}' && groups > 0:
			b.WriteString(`)`)
			groups--
		case r == ',' && groups > 0:
			b.WriteString(`|`)
		case strings.HasPrefix(rest, "[!"):
			b.WriteString(`[^`)
			size = 2
		case r == '[' || r == ']' || r == '-':
			b.WriteRune(r)
		case r == '\\' && len(rest) > 1:
			_, next := utf8.DecodeRuneInString(rest[1:])
			b.WriteString(regexp.QuoteMeta(rest[1 : 1+next]))
			size = 1 + next
		default:
			b.WriteString(regexp.QuoteMeta(rest[:size]))
		}
		rest = rest[size:]
	}
	b.WriteString(`\z`)
	return b.String()
}

// callTemplateFile evaluates templatefile(path, vars).
func callTemplateFile(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, env *env) (cty.Value, hcl.Diagnostics) {
	if len(args) != 2 {
		return cty.DynamicVal, wrongCount(x, 2)
	}
	data, unknown, diags := e.fileArgument(x, args)
	if data == nil || diags.HasErrors() {
		return unknown, diags
	}
	name, _ := textArgument(args[0])
	at := e.pathOf(name)
	if !utf8.Valid(data) {
		return unknownOf(cty.String, "templatefile("+name+")", "the file "+name+" is not UTF-8 text"), nil
	}
	if e.sources[at] == nil {
		e.sources[at] = &sourceFile{name: at, data: data}
	}
	return e.render(x, string(data), at, hcl.InitialPos, args[1], env)
}

// callTemplateString evaluates templatestring(text, vars).
func callTemplateString(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, env *env) (cty.Value, hcl.Diagnostics) {
	if len(args) != 2 {
		return cty.DynamicVal, wrongCount(x, 2)
	}
	text, ok := textArgument(args[0])
	if !ok {
		return relabelled(cty.UnknownVal(cty.String), "templatestring", args), nil
	}
	rng := x.Args[0].Range()
	return e.render(x, text, rng.Filename, rng.Start, args[1], env)
}

// render evaluates a template with variables.
func (e *evaluator) render(x *hclsyntax.FunctionCallExpr, text, name string, start hcl.Pos, vars cty.Value, outer *env) (cty.Value, hcl.Diagnostics) {
	given, marks := vars.Unmark()
	switch {
	case !given.IsKnown():
		return relabelled(cty.UnknownVal(cty.String), x.Name, []cty.Value{vars}), nil
	case given.IsNull() || !(given.Type().IsObjectType() || given.Type().IsMapType()):
		return cty.DynamicVal, fault(x.Args[1].Range(), "The variables of a template must be a map", fmt.Sprintf("They are %s.", given.Type().FriendlyName()))
	}
	expr := e.templates[name]
	if expr == nil || x.Name == "templatestring" {
		var diags hcl.Diagnostics
		if expr, diags = parseTemplate(text, name, start); diags.HasErrors() {
			return cty.DynamicVal, diags
		}
		if x.Name == "templatefile" {
			e.templates[name] = expr
		}
	}
	inner := &env{tentative: outer.tentative}
	for it := given.ElementIterator(); it.Next(); {
		key, v := it.Element()
		inner = inner.with(key.AsString(), v.WithMarks(marks))
	}
	v, diags := e.eval(expr, inner)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if v.IsKnown() && v.Type() == cty.String {
		return v, diags
	}
	result, textMarks, more := textOf(v, expr.Range())
	if more.HasErrors() {
		return cty.DynamicVal, append(diags, more...)
	}
	return cty.StringVal(result).WithMarks(textMarks), diags
}
