package engine

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestCovers(t *testing.T) {
	r := &cloud.Resource{
		ID: "sg-1", ARN: "arn:aws:ec2:::sg-1", Name: "web",
		Tags: map[string]string{"Environment": "Dev", "empty": ""},
	}
	tests := map[string]struct {
		resources, tags []string
		want            bool
	}{
		"nothing":              {},
		"id":                   {resources: []string{"sg-2", "sg-1"}, want: true},
		"ARN":                  {resources: []string{"arn:aws:ec2:::sg-1"}, want: true},
		"name":                 {resources: []string{"web"}, want: true},
		"id in another case":   {resources: []string{"SG-1"}},
		"part of an id":        {resources: []string{"sg"}},
		"empty id":             {resources: []string{""}},
		"key":                  {tags: []string{"Environment"}, want: true},
		"key, another case":    {tags: []string{"ENVIRONMENT"}, want: true},
		"value":                {tags: []string{"Dev"}, want: true},
		"value, another case":  {tags: []string{"dev"}, want: true},
		"whole":                {tags: []string{"Environment::Dev"}, want: true},
		"whole, another case":  {tags: []string{"environment::DEV"}, want: true},
		"key of an empty tag":  {tags: []string{"empty::"}, want: true},
		"part of a key":        {tags: []string{"Environ"}},
		"more than a value":    {tags: []string{"devops"}},
		"key of another value": {tags: []string{"Environment::Prod"}},
		"empty tag":            {tags: []string{""}},
		"the second":           {tags: []string{"x", "dev"}, want: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := Exceptions{Resources: test.resources, Tags: test.tags}
			if got := e.Covers(r); got != test.want {
				t.Errorf("%+v covers: %v, want %v", e, got, test.want)
			}
		})
	}
}
