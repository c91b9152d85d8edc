package aws

import (
	"context"
	"errors"
	"sync"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// errEnough ends a collector that would make a call again that was answered.
var errEnough = errors.New("one call is enough to know")

// collectorKey is the key of the context's value that tells the collector at
// work.
type collectorKey struct{}

// onlyOnce lets each collector make each of its calls one time. A second call
// gets the error of the first, so that it cannot hide it.
type onlyOnce struct {
	mu   sync.Mutex
	sent map[sentCall]*sentAnswer
}

type sentCall struct {
	by     *collector
	action string
}

type sentAnswer struct {
	done chan struct{}
	err  error // once it is done
}

// add puts it in front of a client's calls.
func (o *onlyOnce) add(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("surety.Once", o.handle), middleware.After)
}

func (o *onlyOnce) handle(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
	by, _ := ctx.Value(collectorKey{}).(*collector)
	key := sentCall{by, actionOf(awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx))}
	o.mu.Lock()
	first := o.sent[key]
	if first == nil {
		mine := &sentAnswer{done: make(chan struct{}), err: errors.New("the answer could not be read")}
		o.sent[key] = mine
		o.mu.Unlock()
		defer close(mine.done)
		out, metadata, mine.err = next.HandleInitialize(ctx, in)
		return out, metadata, mine.err
	}
	o.mu.Unlock()
	select {
	case <-first.done:
	case <-ctx.Done():
		return out, metadata, ctx.Err()
	}
	if first.err != nil {
		return out, metadata, first.err
	}
	return out, metadata, errEnough
}

// answered are the actions that were answered to a collector, by what it asked
// for or by an error of AWS's own, which the collector may take for an answer.
func (o *onlyOnce) answered(c *collector) (asked []string, refused []*callError) {
	for key, answer := range o.sent {
		if key.by != c {
			continue
		}
		var call *callError
		var api smithy.APIError
		switch {
		case answer.err == nil:
			asked = append(asked, key.action)
		case errors.As(answer.err, &call) && (call.cause == Denied || call.cause == Malformed) && errors.As(answer.err, &api):
			refused = append(refused, call)
		}
	}
	return asked, refused
}
