package aws

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/internal/source/cloudformation"
)

// TestUndeclaredCallIsRefused is what makes the generated policy complete: a
// call that no table declares is never sent, in a test or in a scan.
func TestUndeclaredCallIsRefused(t *testing.T) {
	moto := awstest.Moto(t)
	m := newMeter(&Options{})
	client := sqs.NewFromConfig(m.configure(moto.Config("us-east-1"), awstest.Account))
	for _, calls := range []string{"", "sqs:GetQueueAttributes", "sqs:ListQueue"} {
		_, err := client.ListQueues(permit(t.Context(), calls), &sqs.ListQueuesInput{})
		if err == nil || !strings.Contains(err.Error(), "sqs:ListQueues is called and not declared") {
			t.Errorf("with %q permitted: error = %v", calls, err)
		}
	}
	if n := m.calls.Load(); n != 0 {
		t.Errorf("%d calls were sent", n)
	}
	if _, err := client.ListQueues(permit(t.Context(), "sqs:GetQueueAttributes sqs:ListQueues"), &sqs.ListQueuesInput{}); err != nil {
		t.Error(err)
	}
	// An operation that writes is refused like any other.
	if _, err := client.CreateQueue(permit(t.Context(), strings.Join(Actions(), " ")), &sqs.CreateQueueInput{QueueName: ptr("x")}); err == nil {
		t.Error("a queue could be made")
	}
}

func TestPolicyOnlyReads(t *testing.T) {
	text, err := Policy("json")
	if err != nil {
		t.Fatal(err)
	}
	var allowed []string
	for line := range strings.Lines(text) {
		if len(line) > maxPolicy {
			t.Errorf("a policy has %d characters, more than a managed policy holds", len(line))
		}
		var document struct {
			Version   string
			Statement []struct {
				Effect, Resource string
				Action           []string
			}
		}
		if err := json.Unmarshal([]byte(line), &document); err != nil {
			t.Fatal(err)
		}
		for _, s := range document.Statement {
			if s.Effect != "Allow" || s.Resource != "*" {
				t.Errorf("statement = %+v", s)
			}
			allowed = append(allowed, s.Action...)
		}
	}
	if !slices.Equal(allowed, Actions()) {
		t.Errorf("the policies allow %v, want %v", allowed, Actions())
	}
	for _, action := range allowed {
		prefix, operation, _ := strings.Cut(action, ":")
		reads := action == "apigateway:GET" ||
			// Both start a report and change no resource.
			action == "iam:GenerateCredentialReport" || action == "iam:GenerateServiceLastAccessedDetails"
		for _, verb := range []string{"Describe", "Get", "List", "BatchGet", "Search", "Lookup"} {
			reads = reads || strings.HasPrefix(operation, verb)
		}
		if prefix == "" || !reads || strings.Contains(action, "*") {
			t.Errorf("%s does not only read", action)
		}
		// These read what is stored, not how it is configured.
		for _, data := range []string{"s3:GetObject", "secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters", "dynamodb:GetItem", "kinesis:GetRecords", "sqs:ReceiveMessage", "kms:Decrypt", "logs:GetLogEvents"} {
			if action == data {
				t.Errorf("%s reads the user's data", action)
			}
		}
	}
}

// TestPolicyTemplates reads the generated templates as any template is read.
func TestPolicyTemplates(t *testing.T) {
	text, err := Policy("cloudformation")
	if err != nil {
		t.Fatal(err)
	}
	inv := cloudformation.Read("role.yaml", []byte(text), cloudformation.Options{})
	if len(inv.Problems) > 0 || len(inv.Resources) < 2 {
		t.Errorf("%d resources, problems %v", len(inv.Resources), inv.Problems)
	}
	terraform, err := Policy("terraform")
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range Actions() {
		if !strings.Contains(text, "- "+action+"\n") || !strings.Contains(terraform, `"`+action+`"`) {
			t.Errorf("%s is missing from a template", action)
		}
	}
	if _, err := Policy("yaml"); err == nil {
		t.Error("a format that is none gives no error")
	}
}
