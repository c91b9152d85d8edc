package large

import (
	"net/http"
	"strings"
)

// call is a request that is being answered.
type call struct {
	*account
	*request
	w      *encoder
	server *Server
	header http.Header
	// plainText is a content type other than the protocol's.
	plainText string
	// fleeting answers depend on more than the request, and are not kept.
	fleeting bool
}

// region names the region of the call.
func (c *call) regionName() string { return regions[c.region].name }

// operations are what a service answers: an operation writes its result to the
// call's encoder or returns the error that AWS would give.
type operations map[string]func(*call) *fault

// service is one AWS service.
type service struct {
	// name is the name that it signs with, with a suffix where two share one.
	name      string
	protocol  protocol
	namespace string
	// global services are in us-east-1, whatever region a request is signed for.
	global bool
	// bareErrors are S3's: an error without the wrapping of the query services.
	bareErrors bool
	// queryCompatible services were query services before and repeat the code
	// of an error in a header.
	queryCompatible bool
	// throttle is the error for a call beyond the limits.
	throttle   fault
	operations operations
	routes     routes
}

func (s *service) throttled() *fault {
	f := s.throttle
	return &f
}

var (
	throttling         = fault{status: http.StatusBadRequest, code: "Throttling", message: "Rate exceeded"}
	throttlingJSON     = fault{status: http.StatusBadRequest, code: "ThrottlingException", message: "Rate exceeded"}
	tooManyRequests    = fault{status: http.StatusTooManyRequests, code: "TooManyRequestsException", message: "Too Many Requests"}
	throttlingRestJSON = fault{status: http.StatusTooManyRequests, code: "ThrottlingException", message: "Rate exceeded"}
)

// services are those that the account has, by name.
func services() map[string]*service {
	all := []*service{
		{name: "ec2", protocol: ec2Protocol, namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
			throttle:   fault{status: http.StatusServiceUnavailable, code: "RequestLimitExceeded", message: "Request limit exceeded."},
			operations: ec2Operations()},
	}
	byName := make(map[string]*service, len(all))
	routes := readRoutes()
	for _, s := range all {
		s.routes = routes[s.name]
		byName[s.name] = s
	}
	return byName
}

// serviceOf finds the service of a request from the name it is signed with and,
// where services share a name, from what else tells them apart.
func (s *Server) serviceOf(signed string, q *request) *service {
	name := signed
	switch signed {
	case "elasticloadbalancing":
		if q.form.Get("Version") == "2015-12-01" {
			name = "elasticloadbalancingv2"
		}
	case "s3", "s3express":
		name = "s3"
		if strings.HasPrefix(q.path, "/v20180820/") {
			name = "s3control"
		}
	case "apigateway":
		if strings.HasPrefix(q.path, "/v2/") {
			name = "apigatewayv2"
		}
	}
	return s.services[name]
}

// empty writes the result of an operation that has nothing to tell.
func (c *call) empty() {
	if c.protocol == restXMLProtocol {
		c.w.obj(c.operation+"Result", func() {})
	}
}

// nothing answers an operation of which this account has none.
func nothing(c *call) *fault {
	c.empty()
	return nil
}

// none are operations that this account has nothing for.
func (o operations) none(names ...string) operations {
	for _, name := range names {
		o[name] = nothing
	}
	return o
}

// join puts the operations of several files together.
func join(parts ...operations) operations {
	all := operations{}
	for _, part := range parts {
		for name, operate := range part {
			all[name] = operate
		}
	}
	return all
}
