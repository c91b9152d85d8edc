package aws

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/smithy-go"
)

// probeWorkers bounds the collectors at work.
const probeWorkers = 24

// call makes the list call of every collector in one region, each operation
// once: the first page of each list, and nothing for single resources.
func (p *probe) call(ctx context.Context) {
	p.access.Method = Called
	once := &onlyOnce{sent: map[sentCall]*sentAnswer{}}
	s := p.session(once.add)
	all := append(probeCollectors(), collectors()...)
	results := make([]*scope, len(all))
	workers := make(chan struct{}, probeWorkers)
	var running sync.WaitGroup
	for i := range all {
		c := &all[i]
		region := p.access.Region
		if c.global {
			region = s.home()
		}
		sc := &scope{session: s, region: region, cfg: s.at(region), collector: c}
		results[i] = sc
		workers <- struct{}{}
		running.Go(func() {
			defer func() { <-workers }()
			at := context.WithValue(permit(ctx, c.calls), collectorKey{}, c)
			if err := protect(func() error { return c.read(at, sc) }); err != nil {
				sc.failed = append(sc.failed, failedRead{err: err})
			}
			p.settings(ctx, sc)
		})
	}
	running.Wait()
	p.explain(all)
	for _, sc := range results {
		p.judge(sc, once)
	}
	p.note("Each list call was made once, in %s and for what AWS has once in %s. Calls for single resources were not made, but for the settings of the account and the region.", p.access.Region, s.home())
}

// settings makes the calls for what there is one of in an account or region,
// as the settings of EC2: these are calls for single resources, but few.
func (p *probe) settings(ctx context.Context, s *scope) {
	for _, r := range s.found {
		if r.ID != s.id && r.ID != s.region {
			continue
		}
		for i := range s.collector.parts {
			part := &s.collector.parts[i]
			if s.collector.typeOf(part) != r.Type {
				continue
			}
			at := context.WithValue(permit(ctx, part.calls), collectorKey{}, s.collector)
			var given props
			if err := protect(func() (err error) { given, err = part.read(at, s, r); return err }); err != nil {
				s.failed = append(s.failed, failedRead{err: err})
			}
			for _, v := range given {
				settled(v, func(err error) { s.failed = append(s.failed, failedRead{err: err}) })
			}
		}
	}
}

// judge takes over what a collector could not read.
func (p *probe) judge(s *scope, once *onlyOnce) {
	errs := make([]error, 0, len(s.failed))
	for _, f := range s.failed {
		errs = append(errs, f.err)
	}
	for _, list := range s.unread {
		errs = append(errs, list...)
	}
	failed := map[string]bool{}
	for _, err := range errs {
		for _, call := range callErrors(err) {
			failed[call.action] = true
			p.judgeCall(call)
		}
	}
	answered, refused := once.answered(s.collector)
	for _, action := range answered {
		p.allowed[action] = true
	}
	// What AWS refused and the collector took for an answer is one: a service
	// that is not switched on, for example. A message that names the permission
	// is a denial in any case.
	for _, call := range refused {
		switch {
		case failed[call.action]:
		case call.cause == Denied && actionIn(messageOf(call)) != "":
			p.judgeCall(call)
		default:
			p.allowed[call.action] = true
		}
	}
}

func (p *probe) judgeCall(call *callError) {
	if call.cause == Stopped {
		p.untried[call.action] = "there was no answer before the check's time was over"
		return
	}
	if call.cause != Denied {
		p.untried[call.action] = p.safe(call.Error())
		return
	}
	message := messageOf(call)
	action := call.action
	if named := actionIn(message); named != "" && !strings.EqualFold(named, action) {
		// AWS Cloud Control was let in, and not what it called for us.
		p.untried[action] = "only calls that failed for another permission were made"
		action = named
	}
	p.deny(action, call.region, deniedBy(message), p.safe(shortDenial(message)))
}

// messageOf is AWS's whole message, for the kind of policy stands at its end.
func messageOf(call *callError) string {
	var api smithy.APIError
	if errors.As(call.err, &api) && api.ErrorMessage() != "" {
		return api.ErrorMessage()
	}
	return brief(call.err)
}

// explain gives every action the reason for which it is untried, should it be.
func (p *probe) explain(all []collector) {
	note := func(calls, reason string) {
		for _, action := range names(calls) {
			p.untried[action] = reason
		}
	}
	for _, l := range listedTypes {
		note(l.actions, "AWS Cloud Control makes the call, and does not tell which ones it makes for a list")
	}
	for _, c := range all {
		for _, part := range c.parts {
			note(part.calls, "it is called for single resources")
		}
	}
	for _, c := range all {
		note(c.calls, "nothing was found to call it for, or the list before it failed")
	}
}

// callErrors are the errors of calls in an error.
func callErrors(err error) []*callError {
	var list []*callError
	for err != nil {
		if call, ok := err.(*callError); ok {
			return append(list, call)
		}
		switch e := err.(type) {
		case interface{ Unwrap() []error }:
			for _, part := range e.Unwrap() {
				list = append(list, callErrors(part)...)
			}
			return list
		case interface{ Unwrap() error }:
			err = e.Unwrap()
		default:
			return list
		}
	}
	return list
}

// probeCollectors are the calls of a scan that no collector makes.
func probeCollectors() []collector {
	return []collector{
		{service: "ec2", calls: "ec2:DescribeRegions", read: func(ctx context.Context, s *scope) error {
			return errorOf(ec2.NewFromConfig(s.cfg).DescribeRegions(ctx, &ec2.DescribeRegionsInput{}))
		}},
		{service: "tag", calls: taggingCalls, read: func(ctx context.Context, s *scope) error {
			return errorOf(resourcegroupstaggingapi.NewFromConfig(s.cfg).GetResources(ctx, &resourcegroupstaggingapi.GetResourcesInput{ResourcesPerPage: ptr(int32(1))}))
		}},
		{service: "cloudwatch", calls: metricCalls, read: readOneMetric},
	}
}

func readOneMetric(ctx context.Context, s *scope) error {
	end := s.options.Now
	return errorOf(cloudwatch.NewFromConfig(s.cfg).GetMetricData(ctx, &cloudwatch.GetMetricDataInput{
		StartTime: ptr(end.Add(-time.Hour)), EndTime: &end,
		MetricDataQueries: []cloudwatchtypes.MetricDataQuery{{Id: ptr("probe"), MetricStat: &cloudwatchtypes.MetricStat{
			Metric: &cloudwatchtypes.Metric{Namespace: ptr("AWS/EC2"), MetricName: ptr("CPUUtilization")},
			Period: ptr(int32(3600)), Stat: ptr("Average"),
		}}},
	}))
}

// errorOf is the error of a call whose answer does not matter.
func errorOf[T any](_ T, err error) error { return err }
