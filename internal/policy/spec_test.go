package policy

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/surety-cloud/surety/internal/cloud"
)

// TestSpec asks every policy of testdata/*.yaml the questions written beneath
// it. An object {unknown: reason, partial: text} in a policy is a value that
// could not be known; an answer is true, false, or the reasons for neither.
// Anyone can add a policy there without a line of Go.
func TestSpec(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []struct {
			Name   string
			Policy any
			Ask    map[string]string
		}
		if err := yaml.Unmarshal(text, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range cases {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml")+"/"+c.Name, func(t *testing.T) {
				value := resolve(c.Policy)
				if len(c.Ask) == 0 {
					t.Fatal("asks nothing")
				}
				before := fmt.Sprint(value)
				for question, want := range c.Ask {
					if got := ask(t, value, question); got != want {
						t.Errorf("%s: %s, want %s", question, got, want)
					}
				}
				if fmt.Sprint(value) != before {
					t.Error("the policy was changed")
				}
			})
		}
	}
}

// resolve puts Unresolved values where the test data says so.
func resolve(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if reason, ok := v["unknown"].(string); ok {
			u := &cloud.Unresolved{Reason: reason}
			u.Partial, _ = v["partial"].(string)
			return u
		}
		for key, e := range v {
			v[key] = resolve(e)
		}
	case []any:
		for i, e := range v {
			v[i] = resolve(e)
		}
	}
	return v
}

// ask puts one question, "name argument…", to a policy.
func ask(t *testing.T, value any, question string) string {
	words := strings.Fields(question)
	args := words[1:]
	doc := Parse(value)
	arg := func(i int) string {
		if i < len(args) && args[i] != "-" {
			return args[i]
		}
		return ""
	}
	var answer cloud.Truth
	switch words[0] {
	case "public":
		answer = doc.Public(args...)
	case "crossAccount": // own trusted…
		answer = doc.CrossAccount(arg(0), args[min(1, len(args)):])
	case "foreign":
		answer = Foreign(value, arg(0), args[min(1, len(args)):])
	case "externalIDOrMFA": // own trusted…
		answer = doc.RequiresExternalIDOrMFA(arg(0), args[min(1, len(args)):]...)
	case "onlyIf": // action keys…
		answer = doc.AllowsOnlyIf(arg(0), args[1:]...)
	case "serviceFromAnywhere":
		answer = doc.TrustsServiceFromAnywhere(args...)
	case "claim":
		answer = doc.RestrictsClaim(arg(0))
	case "administrator":
		answer = doc.Administrator()
	case "givesAny": // actions…
		answer = doc.GivesAny(args...)
	case "matching": // expression
		answer = doc.AllowsMatching(regexp.MustCompile(arg(0)))
	case "notAction":
		answer = doc.UsesNotAction()
	case "notPrincipal":
		answer = doc.UsesNotPrincipal()
	case "notResource":
		answer = doc.UsesNotResource()
	case "serviceWildcard":
		answer = doc.AllowsServiceWildcard(false)
	case "serviceWildcardEverywhere":
		answer = doc.AllowsServiceWildcard(true)
	case "serviceWildcards":
		actions, unknown := doc.ServiceWildcards()
		return fmt.Sprintf("%s +%d", strings.Join(actions, ","), len(unknown))
	case "allows":
		answer = doc.AllowsAction(arg(0), arg(1))
	case "allowsSome":
		answer = doc.AllowsSome(arg(0), arg(1))
	case "widely":
		answer = doc.AllowsWidely(arg(0))
	case "openEndpoint":
		answer = doc.OpenEndpoint()
	case "writesEverywhere":
		answer = doc.AllowsWritesEverywhere()
	case "deniesHTTP":
		answer = doc.DeniesInsecureTransport(args...)
	case "deniesUnencrypted":
		answer = doc.DeniesUnencryptedUploads()
	case "denies":
		answer = doc.DeniesActions(args...)
	case "locksOut":
		answer = doc.LocksOut(arg(0))
	case "lambdaPublic":
		answer = Parse(FromLambdaPermission(value)).Public()
	case "lambdaCrossAccount":
		answer = Parse(FromLambdaPermission(value)).CrossAccount(arg(0), args[min(1, len(args)):])
	case "lambdaFromAnywhere":
		answer = Parse(FromLambdaPermission(value)).TrustsServiceFromAnywhere()
	case "parties":
		return show(doc.Parties())
	default:
		t.Fatalf("no question is called %s", words[0])
	}
	if answer.IsUnknown() {
		var reasons []string
		for _, u := range answer.Unknown {
			reasons = append(reasons, u.Reason)
		}
		slices.Sort(reasons)
		return strings.Join(reasons, "; ")
	}
	return answer.String()
}

func show(p Parties) string {
	var out []string
	if p.Everyone {
		out = append(out, "everyone")
	}
	for _, list := range []struct {
		name   string
		values []string
	}{
		{"accounts", p.Accounts}, {"services", p.Services}, {"federated", p.Federated},
		{"canonical", p.CanonicalUsers}, {"organizations", p.Organizations}, {"resources", p.Resources},
	} {
		if len(list.values) > 0 {
			out = append(out, list.name+" "+strings.Join(list.values, " "))
		}
	}
	if len(p.Unknown) > 0 {
		out = append(out, fmt.Sprintf("+%d", len(p.Unknown)))
	}
	return strings.Join(out, ", ")
}
