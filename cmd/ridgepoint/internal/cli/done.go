package cli

import "context"

// done is the error of a context that was cancelled, for loops between long steps.
func done(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
