package aws

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/opensearch/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// OpenSearch Service. Every domain is an AWS::OpenSearchService::Domain, which
// has an EngineVersion for Elasticsearch too. One that runs Elasticsearch is an
// AWS::Elasticsearch::Domain besides, where a rule judges that type.
var openSearchCollectors = []collector{
	{
		service: "opensearch",
		types: []emits{
			{
				typ: "AWS::OpenSearchService::Domain",
				gives: "AIMLOptions AccessPolicies AdvancedOptions AdvancedSecurityOptions Arn AutoTuneOptions ClusterConfig CognitoOptions " +
					"DeploymentStrategyOptions DomainArn DomainEndpoint DomainEndpointOptions DomainEndpointV2 DomainEndpoints DomainName " +
					"EBSOptions EncryptionAtRestOptions EngineVersion IPAddressType Id IdentityCenterOptions LogPublishingOptions " +
					"NodeToNodeEncryptionOptions OffPeakWindowOptions Processing ServiceSoftwareOptions SnapshotOptions " +
					"SoftwareUpdateOptions VPCOptions",
				lacks: "AWS::OpenSearchService::Domain.AdvancedSecurityOptionsInput.MasterUserOptions " +
					"AWS::OpenSearchService::Domain.SAMLOptions.MasterBackendRole AWS::OpenSearchService::Domain.SAMLOptions.MasterUserName",
				tagged: "es:domain",
			},
			{
				typ: "AWS::Elasticsearch::Domain",
				gives: "AccessPolicies AdvancedOptions AdvancedSecurityOptions Arn CognitoOptions DomainArn DomainEndpoint " +
					"DomainEndpointOptions DomainName EBSOptions ElasticsearchClusterConfig ElasticsearchVersion EncryptionAtRestOptions " +
					"LogPublishingOptions NodeToNodeEncryptionOptions SnapshotOptions VPCOptions",
				lacks:  "AWS::Elasticsearch::Domain.AdvancedSecurityOptionsInput.MasterUserOptions",
				tagged: "es:domain",
			},
		},
		calls: "es:ListDomainNames es:DescribeDomains",
		read:  readDomains,
		parts: []part{
			{typ: "AWS::OpenSearchService::Domain", gives: "EncryptionAtRestOptions", calls: "kms:ListAliases", read: readDomainKey},
			{typ: "AWS::Elasticsearch::Domain", gives: "EncryptionAtRestOptions", calls: "kms:ListAliases", read: readDomainKey},
		},
	},
	{
		service: "opensearch",
		types: []emits{{
			typ: "AWS::OpenSearchService::ReservedInstance",
			gives: "Duration FixedPrice InstanceCount InstanceType PaymentOption RecurringCharges ReservationName ReservedInstanceId " +
				"ReservedInstanceOfferingId StartTime State UsagePrice",
			tagged: "-",
		}},
		calls: "es:DescribeReservedInstances",
		read:  readReservedSearchInstances,
	},
}

// maxDomains is how many domains one call of DescribeDomains takes, and
// domainCalls how many of these calls are made at a time.
const (
	maxDomains  = 5
	domainCalls = 8
)

func readDomains(ctx context.Context, s *scope) error {
	client := opensearch.NewFromConfig(s.cfg)
	out, err := client.ListDomainNames(ctx, &opensearch.ListDomainNamesInput{})
	if err != nil {
		return err
	}
	var domains []string
	for _, d := range out.DomainNames {
		if d.EngineType == types.EngineTypeElasticsearch || s.needed("AWS::OpenSearchService::Domain") {
			domains = append(domains, deref(d.DomainName))
		}
	}
	var running sync.WaitGroup
	var mu sync.Mutex
	var failure error
	slots := make(chan struct{}, domainCalls)
	for some := range slices.Chunk(domains, maxDomains) {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			err := protect(func() error {
				out, err := client.DescribeDomains(ctx, &opensearch.DescribeDomainsInput{DomainNames: some})
				if err != nil {
					return err
				}
				for i := range out.DomainStatusList {
					s.addDomain(&out.DomainStatusList[i])
				}
				return nil
			})
			if err != nil {
				mu.Lock()
				failure = err
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return failure
}

// addDomain hands over a domain under the names of its types.
func (s *scope) addDomain(d *types.DomainStatus) {
	f := found{
		typ: "AWS::OpenSearchService::Domain", id: deref(d.DomainName), arn: deref(d.ARN), name: deref(d.DomainName), from: d,
		set: props{
			"Arn": d.ARN, "DomainArn": d.ARN, "DomainEndpoint": d.Endpoint, "DomainEndpointV2": d.EndpointV2, "DomainEndpoints": d.Endpoints,
			"Id": d.DomainId,
		},
	}
	if s.needed(f.typ) {
		s.add(f)
	}
	version, ok := strings.CutPrefix(deref(d.EngineVersion), "Elasticsearch_")
	if !ok || !s.needed("AWS::Elasticsearch::Domain") {
		return
	}
	f.typ = "AWS::Elasticsearch::Domain"
	f.set = props{
		"Arn": d.ARN, "DomainArn": d.ARN, "DomainEndpoint": d.Endpoint,
		"ElasticsearchVersion": version, "ElasticsearchClusterConfig": elasticsearchConfig(d.ClusterConfig),
	}
	s.add(f)
}

// elasticsearchConfig is a domain's cluster configuration under the names of
// the older type, in which instance types end in another word.
func elasticsearchConfig(c *types.ClusterConfig) any {
	if c == nil {
		return nil
	}
	m := without(object(c), "MultiAZWithStandbyEnabled", "NodeOptions")
	for name, v := range m {
		if text, ok := v.(string); ok && strings.HasSuffix(name, "Type") {
			if family, ok := strings.CutSuffix(text, ".search"); ok {
				m[name] = family + ".elasticsearch"
			}
		}
	}
	return m
}

// readDomainKey gives the key that encrypts the domain under its alias where
// AWS manages it.
func readDomainKey(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	options, _ := r.Properties["EncryptionAtRestOptions"].(map[string]any)
	key, _ := options["KmsKeyId"].(string)
	if key == "" {
		return props{"EncryptionAtRestOptions": options}, nil
	}
	with := maps.Clone(options)
	alias, err := keyAlias(ctx, s, key)
	with["KmsKeyId"] = answer(alias, err)
	return props{"EncryptionAtRestOptions": with}, err
}

func readReservedSearchInstances(ctx context.Context, s *scope) error {
	pages := opensearch.NewDescribeReservedInstancesPaginator(opensearch.NewFromConfig(s.cfg), &opensearch.DescribeReservedInstancesInput{MaxResults: 100})
	return each(ctx, pages, func(page *opensearch.DescribeReservedInstancesOutput) {
		for _, r := range page.ReservedInstances {
			s.add(found{id: deref(r.ReservedInstanceId), name: deref(r.ReservationName), created: r.StartTime, from: r})
		}
	})
}
