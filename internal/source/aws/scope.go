package aws

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A session is one account as it is read.
type session struct {
	id        string
	partition string
	config    aws.Config // with the meter; region is not set
	options   *Options

	memoMu sync.Mutex
	memos  map[string]*memo
}

type memo struct {
	once  sync.Once
	value any
	err   error
}

// A scope is a collector at work in one account and region.
type scope struct {
	*session
	region    string     // where the calls go
	cfg       aws.Config // for that region
	collector *collector

	mu     sync.Mutex // for the parts, which run side by side
	found  []*cloud.Resource
	faults []error // of the collector's own declaration
	unread map[string][]error
	failed []failedRead // properties that add was given without a value

	absence error // that the region has no host for the service
}

type failedRead struct {
	typ string
	err error
}

// at is the configuration for calls to another region than the scope's.
func (s *session) at(region string) aws.Config {
	cfg := s.config.Copy()
	cfg.Region = region
	return cfg
}

// custom tells whether the user has pointed the SDK at an endpoint of their
// own, which has one host name for all.
func (s *session) custom() bool { return s.config.BaseEndpoint != nil }

// home is the region that answers for what a partition has once.
func (s *session) home() string { return homeRegion(s.partition) }

func homeRegion(partition string) string {
	switch partition {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	case "aws-iso":
		return "us-iso-east-1"
	case "aws-iso-b":
		return "us-isob-east-1"
	}
	return "us-east-1"
}

// once makes a call that several collectors need one time in each account; key
// names it, with the region where that matters.
func once[T any](s *session, key string, call func() (T, error)) (T, error) {
	s.memoMu.Lock()
	m := s.memos[key]
	if m == nil {
		m = &memo{}
		s.memos[key] = m
	}
	s.memoMu.Unlock()
	m.once.Do(func() {
		m.err = errors.New("the answer could not be read") // should call panic
		m.value, m.err = call()
	})
	value, _ := m.value.(T)
	return value, m.err
}

// arn makes the ARN of a resource: service and the part after the account.
func (s *scope) arn(service, resource string) string {
	region := s.region
	if s.collector.global {
		region = ""
	}
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", s.partition, service, region, s.id, resource)
}

// wanted tells whether a rule needs one of the properties of a type, so that a
// call for them alone is worth while.
func (s *scope) wanted(typ string, properties ...string) bool {
	return s.options.wants(typ, properties)
}

// needed tells whether a rule needs the type at all.
func (s *scope) needed(typ string) bool { return s.options.needs(typ) }

// A found resource is what a collector hands over.
type found struct {
	typ     string // may be empty when the collector emits one type
	id      string // what Ref returns
	arn     string
	name    string
	region  string // where it is, if not in the scope's region
	created *time.Time
	tags    map[string]string

	from any   // the API's answer; properties of the same name are taken from it
	set  props // the others
}

// add hands over a resource.
func (s *scope) add(f found) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.typ == "" {
		f.typ = s.collector.types[0].typ
	}
	e := s.collector.emission(f.typ)
	typ, known := schema.Lookup(f.typ)
	if e == nil || !known {
		s.faults = append(s.faults, fmt.Errorf("the collector of %s emits %s, which it does not declare", s.collector.service, f.typ))
		return
	}
	r := &cloud.Resource{
		Type: f.typ, ID: f.id, ARN: f.arn, Name: f.name, Account: s.id, World: s.id,
		Region: f.region, Created: deref(f.created), Tags: f.tags,
	}
	if r.Region == "" {
		r.Region = s.region
		if s.collector.global {
			r.Region = "global"
		}
	}
	properties := map[string]any{}
	given := names(e.gives)
	for _, name := range given {
		if v, ok := f.set[name]; ok {
			put(properties, name, settled(v, func(err error) { s.failed = append(s.failed, failedRead{f.typ, err}) }))
		} else if v, ok := field(f.from, name); ok {
			put(properties, name, v)
		} else {
			s.faults = append(s.faults, fmt.Errorf("the collector of %s does not give %s.%s", s.collector.service, f.typ, name))
		}
	}
	for name := range f.set {
		if !slices.Contains(given, name) {
			s.faults = append(s.faults, fmt.Errorf("the collector of %s gives %s.%s, which it does not declare", s.collector.service, f.typ, name))
		}
	}
	if len(typ.PrimaryIdentifier) == 1 && properties[typ.PrimaryIdentifier[0]] == nil {
		properties[typ.PrimaryIdentifier[0]] = f.id
	}
	r.Properties = properties
	s.found = append(s.found, r)
}

// put sets a property in its plain form; what is nil is left out.
func put(properties map[string]any, name string, v any) {
	switch v := v.(type) {
	case unresolved:
		properties[name] = v
		return
	case []any:
		if v != nil && len(v) == 0 {
			properties[name] = v // there is a list, and nothing in it
			return
		}
		if p := plainValue(reflect.ValueOf(v)); p != nil {
			properties[name] = p
		}
		return
	case map[string]any:
		if p := plainValue(reflect.ValueOf(v)); p != nil {
			properties[name] = p
		}
		return
	}
	if p := plain(v); p != nil {
		properties[name] = p
	}
}

// incomplete says that not all resources of a type could be read; the
// collector goes on with the others.
func (s *scope) incomplete(typ string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unread == nil {
		s.unread = map[string][]error{}
	}
	s.unread[typ] = append(s.unread[typ], err)
}

// unknown is the value of a property whose call failed.
func unknown(err error) *cloud.Unresolved {
	return &cloud.Unresolved{Reason: reason(err)}
}

// answer is what a call gave, or a mark that it failed: for a property that one
// call of several tells.
func answer[T any](v T, err error) any {
	if err != nil {
		return failedValue{err}
	}
	return v
}

// A failedValue stands for a value whose call failed.
type failedValue struct{ err error }

// settled replaces failed values by unresolved ones, and tells of each.
func settled(v any, failed func(error)) any {
	switch v := v.(type) {
	case failedValue:
		failed(v.err)
		return unknown(v.err)
	case map[string]any:
		for name, e := range v {
			v[name] = settled(e, failed)
		}
	case []any:
		for i, e := range v {
			v[i] = settled(e, failed)
		}
	}
	return v
}

// A pager is a paginator of the SDK.
type pager[O, F any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*F)) (*O, error)
}

// each reads all pages of a list.
func each[O, F any](ctx context.Context, pages pager[O, F], do func(*O)) error {
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		do(page)
	}
	return nil
}

var errNotDeclared = errors.New("the collectors' tables are wrong")
