package engine

import (
	"context"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/rules"
)

func TestRun(t *testing.T) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	inv := &cloud.Inventory{Resources: []*cloud.Resource{{Type: "AWS::EC2::SecurityGroup", ID: "sg", Properties: map[string]any{"GroupName": "x"}}}}
	res, err := Run(context.Background(), inv, Options{Library: library, Rules: library.IDs(), Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range res.Checks {
		t.Log(c.Verdict, c.Message)
	}
	t.Log(res.Problems)
}

func BenchmarkColdStart(b *testing.B) {
	for b.Loop() {
		library, _ := rule.NewLibrary(rules.Files, "rules/")
		inv := &cloud.Inventory{Resources: []*cloud.Resource{{Type: "AWS::EC2::SecurityGroup", ID: "sg", Properties: map[string]any{"GroupName": "x"}}}}
		_, _ = Run(context.Background(), inv, Options{Library: library, Rules: library.IDs(), Now: time.Now()})
	}
}
