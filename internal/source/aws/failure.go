package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/surety-cloud/surety/internal/cloud"
)

type unresolved = *cloud.Unresolved

// errGone is returned by a part for a resource that was listed and is no
// longer there: it is left out.
var errGone = errors.New("the resource is gone")

// A Cause is the kind of reason for which a call did not answer.
type Cause string

// The causes.
const (
	Denied      Cause = "denied"
	Throttled   Cause = "throttled"
	Unavailable Cause = "unavailable" // AWS answered with a fault of its own, or not in time
	NotOffered  Cause = "not offered" // the region or partition does not have it, or is not enabled
	Stopped     Cause = "stopped"     // the scan was stopped
	Malformed   Cause = "failed"      // an answer that was not understood, or any other error
)

// callError is the error of one call, with what was called.
type callError struct {
	action, region string
	cause          Cause
	err            error
}

func (e *callError) Error() string {
	where := ""
	if e.region != "" {
		where = " in " + e.region
	}
	switch e.cause {
	case Denied:
		return fmt.Sprintf("%s is denied%s: the permission has to be added", e.action, where)
	case Throttled:
		return fmt.Sprintf("%s was throttled%s each time that it was tried", e.action, where)
	case Stopped:
		return fmt.Sprintf("the scan was stopped before %s was answered", e.action)
	case NotOffered:
		return fmt.Sprintf("%s is not offered%s", e.action, where)
	}
	return fmt.Sprintf("%s failed%s: %s", e.action, where, brief(e.err))
}

func (e *callError) Unwrap() error { return e.err }

// brief is an error as a person wants it: AWS's own code and message, without
// the SDK's account of how it came to it.
func brief(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		text := api.ErrorCode()
		if message := api.ErrorMessage(); message != "" && message != text {
			text += ": " + message
		}
		return shorten(text)
	}
	var decoding *smithy.DeserializationError
	if errors.As(err, &decoding) {
		return "the answer could not be read: " + shorten(decoding.Err.Error())
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	text := err.Error()
	if i := strings.LastIndex(text, "https response error"); i >= 0 {
		text = text[i:]
	}
	return shorten(text)
}

func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	return text
}

// Codes with which AWS refuses a call for want of permission, and those that
// say that an account or region does not have the service.
var (
	deniedCodes = []string{
		"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Client.UnauthorizedOperation",
		"AuthorizationError", "AuthorizationErrorException", "NotAuthorized", "UnauthorizedException",
		"ForbiddenException", "Forbidden", "InsufficientPrivilegesException", "UnauthorizedAccess",
	}
	notOfferedCodes = []string{
		"OptInRequired", "SubscriptionRequiredException", "UnsupportedOperation", "UnknownOperationException",
		"InvalidAction", "UnsupportedActionException", "TypeNotFoundException",
	}
	throttleCodes = []string{
		"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
		"TooManyRequestsException", "RequestLimitExceeded", "RequestThrottled", "SlowDown",
		"EC2ThrottledException", "LimitExceededException", "BandwidthLimitExceeded",
		"ProvisionedThroughputExceededException", "PriorRequestNotComplete", "Client.RequestLimitExceeded",
	}
)

// causeOf classifies the error of a call.
func causeOf(ctx context.Context, err error) Cause {
	var api smithy.APIError
	if errors.As(err, &api) {
		code := api.ErrorCode()
		switch {
		case slices.Contains(deniedCodes, code):
			return Denied
		case slices.Contains(throttleCodes, code):
			return Throttled
		case slices.Contains(notOfferedCodes, code):
			return NotOffered
		}
	}
	if ctx.Err() != nil {
		return Stopped
	}
	if noSuchHost(err) {
		return NotOffered
	}
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		switch status := response.HTTPStatusCode(); {
		case status == 403:
			return Denied
		case status == 429:
			return Throttled
		case status >= 500:
			return Unavailable
		}
	}
	var timeout net.Error
	if errors.As(err, &timeout) || errors.Is(err, context.DeadlineExceeded) {
		return Unavailable
	}
	return Malformed
}

// is tells whether AWS answered with one of the error codes.
func is(err error, codes ...string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains(codes, api.ErrorCode())
}

// reason is the error of a read as a check shows it.
func reason(err error) string {
	var call *callError
	if errors.As(err, &call) {
		return call.Error()
	}
	return shorten(err.Error())
}

// noSuchHost tells whether the host of the service has no name.
func noSuchHost(err error) bool {
	var name *net.DNSError
	return errors.As(err, &name) && name.IsNotFound
}
