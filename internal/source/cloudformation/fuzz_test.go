package cloudformation

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

// FuzzRead reads anything: no panic, and what is given stays within its
// bounds.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if cut := dashes.FindIndex(data); cut != nil {
			data = data[:cut[0]]
		}
		f.Add(data)
	}
	for _, seed := range []string{
		"", "{", "{}", "a: &a [*a]", "? - a\n: b", "Resources: {A: {Type: !Ref B}}", `{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}`,
		"Resources:\n  Fn::ForEach::A: [X, [a, b], {'T${X}': {Type: AWS::SNS::Topic}}]",
		"Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function, Properties: {Events: {A: {Type: Api}}}}}",
		"Transform: AWS::Serverless-2016-10-31\nResources: {A: {Type: AWS::Serverless::Api, Properties: {Auth: {Authorizers: {B: {UserPoolArn: []}}}, Domain: [], Cors: {}}}}",
		"# surety:ignore A-1 x\nResources:\n  # surety:ignore A-1 x\n  A: {Type: 'AWS::SNS::Topic'} # surety:ignore A-2 y",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		Recognise(data)
		inv := Read("t.yaml", data, Options{Parameters: map[string]string{"AWS::Region": "us-east-1", "P": "a,b"}, ReadFile: readNested})
		if len(inv.Problems) > 2*maxProblems || len(inv.Resources) > maxResources {
			t.Errorf("%d problems, %d resources", len(inv.Problems), len(inv.Resources))
		}
		for _, r := range inv.Resources {
			if r.Type == "" || r.Source == nil || r.Source.Line < 1 || !r.Template {
				t.Errorf("resource %+v", r)
			}
			checkLocation(t, r.Source, 0)
		}
		if len(inv.Resources) == 0 && len(inv.Problems) == 0 && len(inv.Files) == 0 {
			t.Error("neither resources nor problems")
		}
	})
}

func checkLocation(t *testing.T, l *cloud.Location, depth int) {
	if l == nil || depth > 5*maxDepth {
		return
	}
	if l.EndLine < l.Line {
		t.Errorf("location %+v ends before it begins", l)
	}
	for _, f := range l.Fields {
		checkLocation(t, f, depth+1)
	}
	for _, i := range l.Items {
		checkLocation(t, i, depth+1)
	}
}
