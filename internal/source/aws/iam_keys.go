package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/surety-cloud/surety/internal/cloud"
)

const accessKeyType = "AWS::IAM::AccessKey"

// readAccessKeys hands over the access keys of a user by their ids, which the
// credential report does not have.
func readAccessKeys(ctx context.Context, s *scope, user *cloud.Resource) (props, error) {
	client := iam.NewFromConfig(s.cfg)
	pages := iam.NewListAccessKeysPaginator(client, &iam.ListAccessKeysInput{UserName: &user.ID, MaxItems: ptr(int32(iamPage))})
	err := each(ctx, pages, func(page *iam.ListAccessKeysOutput) {
		for _, k := range page.AccessKeyMetadata {
			out, err := client.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: k.AccessKeyId})
			if is(err, "NoSuchEntity") {
				continue // deleted meanwhile
			}
			key := found{
				typ: accessKeyType, id: deref(k.AccessKeyId), name: deref(k.UserName), created: k.CreateDate, from: k,
				set: props{"Id": k.AccessKeyId, "LastUsedDate": nil, "LastUsedRegion": nil, "LastUsedService": nil},
			}
			if err != nil {
				for _, name := range []string{"LastUsedDate", "LastUsedRegion", "LastUsedService"} {
					key.set[name] = answer[any](nil, err)
				}
			} else if used := out.AccessKeyLastUsed; used != nil && used.LastUsedDate != nil {
				key.set["LastUsedDate"] = used.LastUsedDate
				key.set["LastUsedRegion"] = used.Region
				key.set["LastUsedService"] = used.ServiceName
			}
			s.add(key)
		}
	})
	if is(err, "NoSuchEntity") {
		return nil, errGone
	}
	return nil, err
}
