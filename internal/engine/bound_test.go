package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

// crowd is a template in which each of n VPCs has each of n flow logs.
func crowd(world string, n int) []*cloud.Resource {
	var resources []*cloud.Resource
	for i := range n {
		v := vpc(world, fmt.Sprint("V", i), nil)
		v.Properties["VpcId"] = "vpc-1"
		resources = append(resources, v, flowLog(world, fmt.Sprint("L", i), "vpc-1"))
	}
	return resources
}

// TestCrowd: where resources name one another, each with each, they are not
// compared, those that have few are, and neither the order nor another
// template makes a difference.
func TestCrowd(t *testing.T) {
	l := library(t, map[string]string{"VPC-900": hasFlowLog})
	few := vpc("w", "few", nil)
	for _, first := range []bool{true, false} {
		resources := crowd("w", 10_000)
		if first {
			resources = append([]*cloud.Resource{few, flowLog("w", "F", "${few}")}, resources...)
		} else {
			resources = append(resources, few, flowLog("w", "F", "${few}"))
		}
		resources = append(resources, crowd("other", 200)...)
		got, _ := said(t, l, nil, resources...)
		count := map[string]int{}
		for _, line := range got {
			_, verdict, _ := strings.Cut(line, " ")
			verdict, _, _ = strings.Cut(verdict, ",")
			if !strings.HasPrefix(verdict, "few ") {
				_, verdict, _ = strings.Cut(verdict, " ")
			}
			count[verdict]++
		}
		want := map[string]int{
			"few pass": 1, "pass": 200,
			"unknown: the template joins more than a million pairs of resources of type AWS::EC2::VPC and AWS::EC2::FlowLog": 10_000,
		}
		if fmt.Sprint(count) != fmt.Sprint(want) {
			t.Errorf("%v, want %v", count, want)
		}
	}
}

// TestCrowdOfUnknowns: ten thousand that may belong to each of ten thousand.
func TestCrowdOfUnknowns(t *testing.T) {
	l := library(t, map[string]string{"VPC-900": hasFlowLog})
	var resources []*cloud.Resource
	for i := range 10_000 {
		resources = append(resources, vpc("w", fmt.Sprint("V", i), nil), flowLog("w", fmt.Sprint("L", i), &cloud.Unresolved{Reason: "computed"}))
	}
	got, _ := said(t, l, nil, resources...)
	if len(got) != 10_000 || !strings.HasPrefix(got[0], "VPC-900 V0 unknown: ResourceId of L0: computed") {
		t.Errorf("%d checks, the first %q", len(got), got[0])
	}
}
