package account

import (
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
)

// watcher is a client of CloudWatch that speaks the Query protocol, which AWS
// goes on taking. The SDK's default is CBOR, and the server has none of it.
func watcher(at *site) *cloudwatch.Client {
	return cloudwatch.NewFromConfig(at.Config, func(o *cloudwatch.Options) {
		o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801)
	})
}
