package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
)

// watched is the one region in which the shop has turned Macie and Inspector
// on; both have something to say there, and neither is set up to the end.
const watched = "us-east-1"

// detected answers the operations of Macie and Inspector: moto has Macie on
// everywhere, and knows nothing of what either finds. ok is false for any
// other operation.
func detected(operation string, r *http.Request) (answer reply, ok bool, err error) {
	service, name, _ := strings.Cut(operation, ".")
	if service != "Macie2" && service != "Inspector2" {
		return reply{}, false, nil
	}
	on := awsmiddleware.GetRegion(r.Context()) == watched
	if service == "Macie2" && !on {
		return reply{403, `{"__type":"AccessDeniedException","message":"Macie is not enabled."}`}, true, nil
	}
	asked := ""
	if r.Body != nil {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return reply{}, false, err
		}
		asked = string(text)
	}
	switch name {
	case "GetMacieSession":
		return reply{200, `{"createdAt":"2025-03-04T09:12:00Z","updatedAt":"2025-03-04T09:12:00Z","findingPublishingFrequency":"SIX_HOURS","status":"ENABLED",` +
			`"serviceRole":"arn:aws:iam::` + demoAccount + `:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"}`}, true, nil
	case "GetAutomatedDiscoveryConfiguration":
		return reply{200, `{"status":"DISABLED","autoEnableOrganizationMembers":"NONE"}`}, true, nil
	case "GetClassificationExportConfiguration":
		return reply{200, `{}`}, true, nil
	case "ListClassificationJobs":
		return reply{200, `{"items":[{"jobId":"1111aaaa2222bbbb3333cccc4444dddd","name":"orders","jobType":"ONE_TIME","jobStatus":"COMPLETE","createdAt":"2025-03-04T09:30:00Z"}]}`}, true, nil
	case "GetFindingStatistics":
		groups := `{"groupKey":"High","count":2},{"groupKey":"Medium","count":1}`
		switch {
		case strings.Contains(asked, `["High"]`):
			groups = `{"groupKey":"harbourline-partner-exchange","count":2}`
		case strings.Contains(asked, `["Medium"]`):
			groups = `{"groupKey":"harbourline-www","count":1}`
		}
		return reply{200, `{"countsByGroup":[` + groups + `]}`}, true, nil

	case "BatchGetAccountStatus":
		status := "DISABLED"
		if on {
			status = "ENABLED"
		}
		return reply{200, fmt.Sprintf(`{"accounts":[{"accountId":"%[1]s","state":{"status":"%[2]s"},"resourceState":{"ec2":{"status":"%[2]s"},"ecr":{"status":"%[2]s"},`+
			`"lambda":{"status":"%[2]s"},"lambdaCode":{"status":"DISABLED"}}}],"failedAccounts":[]}`, demoAccount, status)}, true, nil
	case "ListFindings":
		return reply{200, `{"findings":[{"awsAccountId":"` + demoAccount + `","severity":"HIGH","status":"ACTIVE"},{"awsAccountId":"` + demoAccount + `","severity":"MEDIUM","status":"ACTIVE"}]}`}, true, nil
	}
	return reply{}, false, fmt.Errorf("no answer is prepared to %s", operation)
}
