package aws

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Key Management Service: the keys that customers manage, as CloudFormation
// has them, and the aliases of all keys, those of AWS among them.
var kmsCollectors = []collector{
	{
		service: "kms",
		types: []emits{
			{typ: "AWS::KMS::Key", gives: "Arn KeyId", tagged: "kms:key"},
			{typ: "AWS::KMS::Alias", gives: "AliasArn AliasName TargetKeyId", tagged: "-"},
		},
		calls: "kms:ListKeys kms:ListAliases",
		read:  readKeys,
		parts: []part{
			{
				typ: "AWS::KMS::Key",
				gives: "CreationDate CustomKeyStoreId DeletionDate Description Enabled ExpirationModel KeyManager KeySpec " +
					"KeyState KeyUsage MultiRegion MultiRegionConfiguration Origin ValidTo",
				calls: "kms:DescribeKey",
				read:  readKey,
			},
			{
				typ:   "AWS::KMS::Key",
				gives: "EnableKeyRotation RotationPeriodInDays",
				calls: "kms:GetKeyRotationStatus",
				read:  readKeyRotation,
			},
			{
				typ:   "AWS::KMS::Key",
				gives: "KeyPolicy",
				calls: "kms:GetKeyPolicy",
				read:  readKeyPolicy,
			},
		},
	},
}

func readKeys(ctx context.Context, s *scope) error {
	aliases, err := keyAliases(ctx, s)
	if err != nil {
		return err
	}
	named := map[string][]string{} // key id → names of its aliases
	for _, a := range aliases {
		name, target := deref(a.AliasName), deref(a.TargetKeyId)
		if target != "" {
			named[target] = append(named[target], name)
		}
		s.add(found{
			typ: "AWS::KMS::Alias", id: name, arn: deref(a.AliasArn), name: strings.TrimPrefix(name, "alias/"),
			created: a.CreationDate, from: a,
		})
	}
	if !s.needed("AWS::KMS::Key") {
		return nil
	}
	pages := kms.NewListKeysPaginator(kms.NewFromConfig(s.cfg), &kms.ListKeysInput{Limit: ptr(int32(1000))})
	return each(ctx, pages, func(page *kms.ListKeysOutput) {
		for _, k := range page.Keys {
			id, name := deref(k.KeyId), ""
			if names := named[id]; len(names) > 0 {
				if slices.ContainsFunc(names, awsAlias) {
					continue // a key of AWS's own
				}
				name = strings.TrimPrefix(slices.Min(names), "alias/")
			}
			s.add(found{
				typ: "AWS::KMS::Key", id: id, arn: deref(k.KeyArn), name: name,
				set: props{"Arn": k.KeyArn, "KeyId": id},
			})
		}
	})
}

// keyAliases lists the aliases of a region, once for all that ask. The
// collector that calls it declares kms:ListAliases.
func keyAliases(ctx context.Context, s *scope) ([]types.AliasListEntry, error) {
	return once(s.session, "kms:ListAliases "+s.region, func() ([]types.AliasListEntry, error) {
		var aliases []types.AliasListEntry
		pages := kms.NewListAliasesPaginator(kms.NewFromConfig(s.cfg), &kms.ListAliasesInput{Limit: ptr(int32(100))})
		err := each(ctx, pages, func(page *kms.ListAliasesOutput) { aliases = append(aliases, page.Aliases...) })
		return aliases, err
	})
}

// managedKeys gives the alias ("alias/aws/rds") of each key of the scope's
// region that AWS manages, by the key's id and by its ARN: services tell of a
// key by its ARN, from which nobody sees whose it is. The collector that calls
// it declares kms:ListAliases.
func managedKeys(ctx context.Context, s *scope) (map[string]string, error) {
	aliases, err := keyAliases(ctx, s)
	if err != nil {
		return nil, err
	}
	managed := map[string]string{}
	for _, a := range aliases {
		name, target := deref(a.AliasName), deref(a.TargetKeyId)
		if target == "" || !awsAlias(name) {
			continue // an alias that is reserved and has no key yet
		}
		managed[target] = name
		if prefix, ok := strings.CutSuffix(deref(a.AliasArn), name); ok {
			managed[prefix+"key/"+target] = name
		}
	}
	return managed, nil
}

// awsAlias tells whether an alias is of the ones reserved for the keys that
// AWS makes.
func awsAlias(name string) bool { return strings.HasPrefix(name, "alias/aws/") }

func readKey(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := kms.NewFromConfig(s.cfg).DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &r.ID})
	if is(err, "NotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	k := out.KeyMetadata
	if k.KeyManager == types.KeyManagerTypeAws {
		return nil, errGone // of AWS, whatever became of its alias
	}
	r.Created = deref(k.CreationDate)
	return props{
		"CreationDate":             k.CreationDate,
		"CustomKeyStoreId":         k.CustomKeyStoreId,
		"DeletionDate":             k.DeletionDate,
		"Description":              k.Description,
		"Enabled":                  k.Enabled,
		"ExpirationModel":          k.ExpirationModel,
		"KeyManager":               k.KeyManager,
		"KeySpec":                  k.KeySpec,
		"KeyState":                 k.KeyState,
		"KeyUsage":                 k.KeyUsage,
		"MultiRegion":              k.MultiRegion,
		"MultiRegionConfiguration": k.MultiRegionConfiguration,
		"Origin":                   k.Origin,
		"ValidTo":                  k.ValidTo,
	}, nil
}

func readKeyRotation(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	never := props{"EnableKeyRotation": false, "RotationPeriodInDays": nil}
	// KMS refuses to answer for keys that cannot rotate by themselves.
	if spec, ok := r.Properties["KeySpec"].(string); ok && spec != string(types.KeySpecSymmetricDefault) {
		return never, nil
	}
	if origin, ok := r.Properties["Origin"].(string); ok && origin != string(types.OriginTypeAwsKms) {
		return never, nil
	}
	out, err := kms.NewFromConfig(s.cfg).GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: &r.ID})
	switch {
	case is(err, "UnsupportedOperationException"):
		return never, nil
	case is(err, "NotFoundException"):
		return nil, errGone
	case err != nil:
		return nil, err
	}
	return props{"EnableKeyRotation": out.KeyRotationEnabled, "RotationPeriodInDays": out.RotationPeriodInDays}, nil
}

func readKeyPolicy(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	// The only policy that a key has is named "default".
	out, err := kms.NewFromConfig(s.cfg).GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: &r.ID, PolicyName: ptr("default")})
	if is(err, "NotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"KeyPolicy": out.Policy}, nil
}
