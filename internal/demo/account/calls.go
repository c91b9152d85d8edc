package account

import (
	"context"
	"fmt"
)

// An operation is a call of an SDK client, such as (*s3.Client).PutBucketAcl.
type operation[I, O, P any] = func(context.Context, *I, ...func(*P)) (*O, error)

// A call is an operation with its input, not made yet.
type call func(context.Context) error

// to makes a call of an operation whose answer nothing needs.
func to[I, O, P any](do operation[I, O, P], input *I) call {
	return func(ctx context.Context) error {
		_, err := do(ctx, input)
		return err
	}
}

// each makes a call of the same operation with every input.
func each[I, O, P any](do operation[I, O, P], inputs ...*I) call {
	return func(ctx context.Context) error {
		for i, input := range inputs {
			if _, err := do(ctx, input); err != nil {
				return fmt.Errorf("call %d of %d: %w", i+1, len(inputs), err)
			}
		}
		return nil
	}
}

// inOrder makes calls until one fails.
func inOrder(ctx context.Context, calls ...call) error {
	for _, made := range calls {
		if err := made(ctx); err != nil {
			return err
		}
	}
	return nil
}
