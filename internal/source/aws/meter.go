package aws

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// A meter stands in every call: it refuses what the collector at work has not
// declared, keeps to the limits of the API, and counts.
type meter struct {
	calls, retries, throttles atomic.Int64

	// answered says in which account and region any call was answered, so
	// that a service whose host does not exist there can be told from a
	// network without names.
	answered sync.Map // place → true

	mu       sync.Mutex
	buckets  map[bucketKey]*bucket
	inFlight chan struct{}

	unlimited bool

	attempts int
	backoff  time.Duration
	client   aws.HTTPClient // where the configuration has none
}

type place struct{ account, region string }

func newMeter(options *Options) *meter {
	m := &meter{
		buckets: map[bucketKey]*bucket{}, inFlight: make(chan struct{}, maxInFlight),
		unlimited: options.Unlimited, attempts: options.Attempts, backoff: options.Backoff, client: transport(),
	}
	if m.attempts == 0 {
		m.attempts = 8
	}
	if m.backoff == 0 {
		m.backoff = 5 * time.Second
	}
	return m
}

// maxInFlight bounds the calls that wait for an answer at one time, and with
// them connections and memory.
const maxInFlight = 256

// configure makes a configuration of the SDK use the meter for the calls of an
// account.
func (m *meter) configure(cfg aws.Config, account string) aws.Config {
	cfg = cfg.Copy()
	custom := cfg.BaseEndpoint != nil
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = m.client
	}
	cfg.HTTPClient = checked{cfg.HTTPClient}
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = m.attempts
			o.Backoff = retry.BackoffDelayerFunc(m.pause)
			o.RateLimiter = ratelimit.None // the buckets do that, for all clients of a service
			o.Retryables = append(o.Retryables, retry.RetryableErrorCode{Codes: codeSet(throttleCodes)})
		})
	}
	cfg.APIOptions = append(slices.Clone(cfg.APIOptions), func(stack *middleware.Stack) error {
		guard := middleware.InitializeMiddlewareFunc("surety.Guard", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			return m.guard(ctx, in, next, account, custom)
		})
		if err := stack.Initialize.Add(guard, middleware.After); err != nil {
			return err
		}
		attempt := middleware.FinalizeMiddlewareFunc("surety.Attempt", func(
			ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
		) (middleware.FinalizeOutput, middleware.Metadata, error) {
			return m.attempt(ctx, in, next, account)
		})
		return stack.Finalize.Insert(attempt, "Retry", middleware.After)
	})
	return cfg
}

// pause is how long to wait before another attempt: twice as long each time,
// less a part by chance, so that calls that failed together do not come back
// together.
func (m *meter) pause(attempt int, _ error) (time.Duration, error) {
	most := min(200*time.Millisecond<<min(attempt, 20), m.backoff)
	return most/2 + rand.N(most/2+1), nil
}

func codeSet(codes []string) map[string]struct{} {
	set := make(map[string]struct{}, len(codes))
	for _, code := range codes {
		set[code] = struct{}{}
	}
	return set
}

// permittedKey is the key of the context's value that lists the IAM actions
// that the collector at work has declared.
type permittedKey struct{}

func permit(ctx context.Context, calls string) context.Context {
	return context.WithValue(ctx, permittedKey{}, names(calls))
}

func (m *meter) guard(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler, account string, custom bool) (middleware.InitializeOutput, middleware.Metadata, error) {
	action := actionOf(awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx))
	region := awsmiddleware.GetRegion(ctx)
	permitted, _ := ctx.Value(permittedKey{}).([]string)
	if !slices.Contains(permitted, action) {
		return middleware.InitializeOutput{}, middleware.Metadata{},
			fmt.Errorf("%s is called and not declared: it was not sent", action)
	}
	if custom {
		// The account would stand before the name of the host, which a custom
		// endpoint has no such names for.
		ctx = smithyhttp.DisableEndpointHostPrefix(ctx, true)
	}
	m.calls.Add(1)
	var tries int
	ctx = context.WithValue(ctx, triesKey{}, &tries)
	out, metadata, err := next.HandleInitialize(ctx, in)
	if tries > 1 {
		m.retries.Add(int64(tries - 1))
	}
	if err == nil {
		m.answered.Store(place{account, region}, true)
		return out, metadata, nil
	}
	return out, metadata, &callError{action: action, region: region, cause: causeOf(ctx, err), err: err}
}

type triesKey struct{}

func (m *meter) attempt(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler, account string) (out middleware.FinalizeOutput, metadata middleware.Metadata, err error) {
	if tries, ok := ctx.Value(triesKey{}).(*int); ok {
		*tries++
	}
	b := m.bucket(account, awsmiddleware.GetRegion(ctx), awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx))
	if !m.unlimited {
		if err := b.wait(ctx); err != nil {
			return out, metadata, err
		}
	}
	select {
	case m.inFlight <- struct{}{}:
		defer func() { <-m.inFlight }()
	case <-ctx.Done():
		return out, metadata, ctx.Err()
	}
	out, metadata, err = next.HandleFinalize(ctx, in)
	cause := Cause("")
	if err != nil {
		cause = causeOf(ctx, err)
	}
	if cause == Throttled {
		m.throttles.Add(1)
		b.throttled()
		return out, metadata, err
	}
	b.served()
	if tries, ok := ctx.Value(triesKey{}).(*int); ok && cause == Unavailable && *tries >= maxFaults {
		err = finalError{err}
	}
	return out, metadata, err
}

// maxFaults is how often a call is tried that AWS answers with a fault of its
// own, or not in time: what does not pass by then rarely passes soon.
const maxFaults = 4

// A finalError is not to be tried again.
type finalError struct{ error }

// RetryableError is what the SDK asks.
func (finalError) RetryableError() bool { return false }

func (e finalError) Unwrap() error { return e.error }
