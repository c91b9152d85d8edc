package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
)

// A domain is registered through the account. Moto registers some, too, but
// locks them all and lets none expire within a year.
type domain struct {
	name                string
	expires             time.Duration // from the recording
	renewed, locked     bool
	registrant, contact bool // whether WHOIS hides the registrant, and the other contacts
}

const dayLong = 24 * time.Hour

// domains are the shop's own, in order, that of last year's sale, which nobody
// looks after, and that of a shop that was bought and forgotten.
var domains = []domain{
	{"harbourline.example", 410 * dayLong, true, true, true, true},
	{"harbourline-sale.example", 19*dayLong + 5*time.Hour, false, false, true, false},
	{"tideandtackle.example", -6 * dayLong, false, true, false, false},
}

// prepared answers the operations of Route 53's registrar and of Service Quotas;
// ok is false for any other.
func prepared(operation string, r *http.Request) (answer reply, ok bool, err error) {
	switch operation {
	case "Route 53 Domains.ListDomains":
		var list []map[string]any
		for _, d := range domains {
			list = append(list, map[string]any{
				"DomainName": d.name, "AutoRenew": d.renewed, "TransferLock": d.locked, "Expiry": time.Now().Add(d.expires).Unix(),
			})
		}
		return told(map[string]any{"Domains": list})
	case "Route 53 Domains.GetDomainDetail":
		var asked struct{ DomainName string }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			return reply{}, false, fmt.Errorf("GetDomainDetail: %w", err)
		}
		for _, d := range domains {
			if d.name != asked.DomainName {
				continue
			}
			status := []string{"ok"}
			if d.locked {
				status = []string{"clientTransferProhibited"}
			}
			return told(map[string]any{
				"DomainName": d.name, "AutoRenew": d.renewed, "ExpirationDate": time.Now().Add(d.expires).Unix(),
				"CreationDate": time.Now().Add(d.expires - 6*365*dayLong).Unix(), "StatusList": status,
				"RegistrantPrivacy": d.registrant, "AdminPrivacy": d.contact, "TechPrivacy": d.contact, "BillingPrivacy": d.contact,
				"RegistrarName": "Amazon Registrar, Inc.",
			})
		}
		return reply{400, `{"__type":"InvalidInput","message":"The domain is not of this account"}`}, true, nil
	case "Service Quotas.ListServiceQuotas":
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return reply{}, false, err
		}
		return told(map[string]any{"Quotas": []any{
			quota(r, "L-DB2E81BA", "G and VT", "G/OnDemand", 0),
			quota(r, "L-1216C47A", "Standard (A, C, D, H, I, M, R, T, Z)", "Standard/OnDemand", 64),
		}})
	}
	return reply{}, false, nil
}

func quota(r *http.Request, code, families, class string, value float64) map[string]any {
	return map[string]any{
		"ServiceCode": "ec2", "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
		"QuotaArn":  "arn:aws:servicequotas:" + awsmiddleware.GetRegion(r.Context()) + ":" + demoAccount + ":ec2/" + code,
		"QuotaCode": code, "QuotaName": "Running On-Demand " + families + " instances",
		"Value": value, "Unit": "None", "Adjustable": true, "GlobalQuota": false,
		"UsageMetric": map[string]any{
			"MetricNamespace": "AWS/Usage", "MetricName": "ResourceCount", "MetricStatisticRecommendation": "Maximum",
			"MetricDimensions": map[string]string{"Class": class, "Resource": "vCPU", "Service": "EC2", "Type": "Resource"},
		},
	}
}

func told(v any) (reply, bool, error) {
	text, err := json.Marshal(v)
	return reply{200, string(text)}, err == nil, err
}
