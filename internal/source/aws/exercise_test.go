package aws_test

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// unexercised lists the rules that no test has seen both fail and pass on
// resources made in moto through the AWS API: RULE REASON. A rule that stands
// there and is seen to do both fails the tests, and so does one that neither
// stands there nor is seen to.
//
//go:embed testdata/unexercised.txt
var unexercised string

// exercised is what the tests have seen of each rule on moto.
var exercised struct {
	sync.Mutex
	verdicts map[string]map[string]bool
}

// exercise notes a verdict that a test holds against what it wants.
func exercise(config awssdk.Config, id, verdict string) {
	if !awstest.IsMoto(config) {
		return
	}
	exercised.Lock()
	defer exercised.Unlock()
	if exercised.verdicts == nil {
		exercised.verdicts = map[string]map[string]bool{}
	}
	if exercised.verdicts[id] == nil {
		exercised.verdicts[id] = map[string]bool{}
	}
	exercised.verdicts[id][verdict] = true
}

// TestMain runs the tests and, after all of them, looks at which rules they
// have shown end to end.
func TestMain(m *testing.M) {
	code := m.Run()
	whole := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" && !testing.Short()
	if code == 0 && whole && exercised.verdicts != nil {
		for _, fault := range exerciseFaults() {
			fmt.Println(fault)
			code = 1
		}
	}
	awstest.StopShared()
	os.Exit(code)
}

// exerciseFaults compares what was seen with what testdata/unexercised.txt
// says.
func exerciseFaults() (faults []string) {
	excused := map[string]string{}
	for line := range strings.Lines(unexercised) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, why, _ := strings.Cut(line, " ")
		if why == "" || excused[id] != "" {
			faults = append(faults, fmt.Sprintf("testdata/unexercised.txt: %s has no reason, or stands there twice", id))
		}
		excused[id] = why
	}
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		return []string{err.Error()}
	}
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			return append(faults, err.Error())
		}
		why := excused[id]
		delete(excused, id)
		if lacking, err := aws.Lacking(r); err != nil || len(lacking) > 0 || r.Deprecated != "" {
			continue // TestLive says which rules live accounts cannot be judged by
		}
		if readThroughCloudControl(r.Resource) {
			continue // moto has no Cloud Control
		}
		seen := exercised.verdicts[id]
		switch both := seen["pass"] && seen["fail"]; {
		case both && why != "":
			faults = append(faults, fmt.Sprintf("testdata/unexercised.txt: %s is seen to fail and to pass, though it is listed: %s", id, why))
		case !both && why == "":
			faults = append(faults, fmt.Sprintf("%s: no test has seen it both fail and pass on resources made in moto (seen: %v); add it to one, or to testdata/unexercised.txt with the reason", id, seen))
		}
	}
	for id := range excused {
		faults = append(faults, fmt.Sprintf("testdata/unexercised.txt: there is no rule %s", id))
	}
	return faults
}
