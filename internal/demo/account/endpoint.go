package account

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/service/s3control"
	transport "github.com/aws/smithy-go/endpoints"
)

// plainEndpoint leads the calls of S3 Control to the endpoint as it is. Its
// own rules put the account before the host, see awstest.PlainHost.
type plainEndpoint struct{ base *string }

func (e plainEndpoint) ResolveEndpoint(ctx context.Context, params s3control.EndpointParameters) (transport.Endpoint, error) {
	if e.base == nil {
		return s3control.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, params)
	}
	at, err := url.Parse(*e.base)
	if err != nil {
		return transport.Endpoint{}, err
	}
	return transport.Endpoint{URI: *at}, nil
}
