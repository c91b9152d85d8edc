package aws

import (
	"context"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// keyAliasPart is a part for properties that the list gives as the ARN of a
// KMS key: where AWS manages the key they become its alias ("alias/aws/rds"),
// by which a rule knows such a key. A region's aliases are listed once.
func keyAliasPart(typ, properties string) part {
	return part{
		typ: typ, gives: properties, calls: "kms:ListAliases",
		read: func(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
			given := props{}
			var failure error
			for _, name := range names(properties) {
				key, _ := r.Properties[name].(string)
				if key == "" {
					given[name] = nil
					continue
				}
				alias, err := keyAlias(ctx, s, key)
				if err != nil {
					failure = err
					continue
				}
				given[name] = alias
			}
			return given, failure
		},
	}
}

// keyAlias is the alias of a key that AWS manages, and the key itself where a
// customer does.
func keyAlias(ctx context.Context, s *scope, key string) (string, error) {
	managed, err := managedKeys(ctx, s)
	if err != nil {
		return "", err
	}
	if alias, ok := managed[key]; ok {
		return alias, nil
	}
	return key, nil
}

// keyOf is the KMS key of a resource under its alias where AWS manages it, for
// what tells of a key by whatever name it was given.
func keyOf(ctx context.Context, s *scope, key string) any {
	if key == "" || strings.HasPrefix(key, "alias/") || strings.Contains(key, ":alias/") {
		return key
	}
	return answer(keyAlias(ctx, s, key))
}
