package aws_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/inspector2"
	inspectortypes "github.com/aws/aws-sdk-go-v2/service/inspector2/types"
	"github.com/aws/aws-sdk-go-v2/service/macie2"
	macietypes "github.com/aws/aws-sdk-go-v2/service/macie2/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/surety-cloud/surety/internal/prove"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestVerdictsOfMacie(t *testing.T) {
	moto := awstest.Moto(t)
	client := macie2.NewFromConfig(moto.Config("us-east-1"))
	mustEC2(t, errorOf(client.DisableMacie(t.Context(), &macie2.DisableMacieInput{})))
	judge(t, moto, "Macie-001", want{"us-east-1": fail})
	mustEC2(t, errorOf(client.EnableMacie(t.Context(), &macie2.EnableMacieInput{Status: macietypes.MacieStatusPaused})))
	judge(t, moto, "Macie-001", want{"us-east-1": fail})
	mustEC2(t, errorOf(client.EnableMacie(t.Context(), &macie2.EnableMacieInput{Status: macietypes.MacieStatusEnabled})))
	judge(t, moto, "Macie-001", want{"us-east-1": pass})
}

// besidePaths is moto's account with answers to operations that moto does not
// have, by method and path; where one has several, the first whose word stands
// in the request is given. They are written after the Amazon Macie API
// Reference.
func besidePaths(t *testing.T, moto *awstest.Server, answers map[string][][2]string) awssdk.Config {
	t.Helper()
	target, err := url.Parse(moto.URL)
	mustEC2(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		for _, answer := range answers[r.Method+" "+r.URL.Path] {
			if strings.Contains(string(body), answer[0]) {
				w.Header().Set("Content-Type", "application/json")
				if strings.HasPrefix(answer[1], `{"__type"`) {
					w.WriteHeader(http.StatusForbidden)
				}
				fmt.Fprint(w, answer[1])
				return
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	config := moto.Config("us-east-1")
	config.BaseEndpoint = &server.URL
	return config
}

func TestVerdictsOfMacieSettings(t *testing.T) {
	moto := awstest.Moto(t)
	library, today := pages(t), time.Now()
	always := func(body string) [][2]string { return [][2]string{{"", body}} }
	for _, test := range []struct{ id, operation, answer, want string }{
		{"Macie-200", "GET /automated-discovery/configuration", `{"status":"DISABLED"}`, fail},
		{"Macie-200", "GET /automated-discovery/configuration", `{"status":"ENABLED"}`, pass},
		{"Macie2-002", "GET /classification-export-configuration", `{}`, fail},
		{"Macie2-002", "GET /classification-export-configuration", `{"configuration":{}}`, fail},
		{"Macie2-002", "GET /classification-export-configuration",
			`{"configuration":{"s3Destination":{"bucketName":"results","kmsKeyArn":"arn:aws:kms:us-east-1:123456789012:key/1"}}}`, pass},
		{"Macie2-003", "POST /jobs/list", `{"items":[]}`, fail},
		{"Macie2-003", "POST /jobs/list", `{"items":[{"jobId":"1","name":"old","jobStatus":"CANCELLED","jobType":"ONE_TIME"}]}`, fail},
		{"Macie2-003", "POST /jobs/list", `{"items":[{"jobId":"2","name":"once","jobStatus":"COMPLETE","jobType":"ONE_TIME"}]}`, pass},
		{"Macie-001", "GET /macie", `{"__type":"AccessDeniedException","message":"Macie is not enabled."}`, fail},
		{"Macie2-003", "GET /macie", `{"__type":"AccessDeniedException","message":"Macie is not enabled."}`, unchecked},
	} {
		t.Run(test.id+" "+test.want, func(t *testing.T) {
			config := besidePaths(t, moto, map[string][][2]string{test.operation: always(test.answer)})
			resource := awstest.Account
			if test.id == "Macie-001" {
				resource = "us-east-1"
			}
			wantVerdicts(t, library, test.id, config, today, want{resource: test.want})
		})
	}
}

func TestVerdictsOnMacieFindings(t *testing.T) {
	moto := awstest.Moto(t)
	client := s3.NewFromConfig(moto.Config("us-east-1"), func(o *s3.Options) { o.UsePathStyle = true })
	for _, name := range []string{"orders", "site"} {
		mustEC2(t, errorOf(client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name})))
	}
	statistics := func(severities, high string) awssdk.Config {
		return besidePaths(t, moto, map[string][][2]string{"POST /findings/statistics": {
			{`"groupBy":"severity.description"`, `{"countsByGroup":[` + severities + `]}`},
			{`"severity.description":{"eq":["High"]}`, `{"countsByGroup":[` + high + `]}`},
		}})
	}
	const id = "S3-029"
	library, today := pages(t), time.Now()
	wantVerdicts(t, library, id, statistics("", ""), today, want{"orders": pass, "site": pass})
	wantVerdicts(t, library, id, statistics(`{"groupKey":"High","count":2}`, `{"groupKey":"orders","count":2}`), today, want{"orders": fail, "site": pass})
	// An answer that leaves findings out decides nothing on the other buckets.
	wantVerdicts(t, library, id, statistics(`{"groupKey":"High","count":3}`, `{"groupKey":"orders","count":2}`), today, want{"orders": fail, "site": unknown})
	off := besidePaths(t, moto, map[string][][2]string{"GET /macie": {{"", `{"__type":"AccessDeniedException","message":"Macie is not enabled."}`}}})
	wantVerdicts(t, library, id, off, today, want{"orders": unchecked, "site": unchecked})
}

// TestMacieUnclear: an error that does not say that Macie is off leaves all
// that is judged by it unknown.
func TestMacieUnclear(t *testing.T) {
	moto := awstest.Moto(t)
	client := s3.NewFromConfig(moto.Config("us-east-1"), func(o *s3.Options) { o.UsePathStyle = true })
	mustEC2(t, errorOf(client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: awssdk.String("orders")})))
	config := besidePaths(t, moto, map[string][][2]string{"GET /macie": {{"", `{"__type":"AccessDeniedException","message":"Access denied"}`}}})
	library := pages(t)
	for _, id := range []string{"Macie-001", "Macie-200", "Macie2-002", "Macie2-003", "S3-029"} {
		r, err := library.Rule(id)
		mustEC2(t, err)
		reads, err := r.Reads()
		mustEC2(t, err)
		inv, _ := aws.Read(t.Context(), aws.Options{
			Accounts: []aws.Account{{ID: awstest.Account, Partition: "aws", Config: config}},
			Regions:  []string{"us-east-1"}, Needs: reads, Now: time.Now(), Attempts: 1,
		})
		checks, err := prove.Judge(library, r, inv, time.Now())
		mustEC2(t, err)
		if len(checks) != 1 || checks[0].Verdict != unknown || !strings.Contains(checks[0].Message, "macie2:GetMacieSession is denied") {
			t.Errorf("%s: %v", id, checks)
		}
	}
}

func TestVerdictsOfInspector(t *testing.T) {
	moto := awstest.Moto(t)
	client := inspector2.NewFromConfig(moto.Config("us-east-1"))
	scans := map[string]inspectortypes.ResourceScanType{
		"Inspector-201": inspectortypes.ResourceScanTypeEc2, "Inspector-202": inspectortypes.ResourceScanTypeEcr,
		"Inspector-203": inspectortypes.ResourceScanTypeLambdaCode, "Inspector-204": inspectortypes.ResourceScanTypeLambda,
	}
	var all []inspectortypes.ResourceScanType
	for _, scan := range scans {
		all = append(all, scan)
	}
	account := []string{awstest.Account}
	mustEC2(t, errorOf(client.Disable(t.Context(), &inspector2.DisableInput{AccountIds: account, ResourceTypes: all})))
	judge(t, moto, "Inspector-200", want{"us-east-1": fail})
	judge(t, moto, "Inspector-001", want{"us-east-1": unchecked})
	for id, scan := range scans {
		mustEC2(t, errorOf(client.Enable(t.Context(), &inspector2.EnableInput{AccountIds: account, ResourceTypes: []inspectortypes.ResourceScanType{scan}})))
		for other := range scans {
			verdict := fail
			if other == id {
				verdict = pass
			}
			judge(t, moto, other, want{"us-east-1": verdict})
		}
		judge(t, moto, "Inspector-200", want{"us-east-1": pass})
		mustEC2(t, errorOf(client.Disable(t.Context(), &inspector2.DisableInput{AccountIds: account, ResourceTypes: all})))
	}
	mustEC2(t, errorOf(client.Enable(t.Context(), &inspector2.EnableInput{AccountIds: account, ResourceTypes: all})))
	judge(t, moto, "Inspector-001", want{"us-east-1": pass})
}

// TestVerdictsOnInspectorFindings: moto gives the findings that a test leaves
// with it to whoever asks first.
func TestVerdictsOnInspectorFindings(t *testing.T) {
	moto := awstest.Moto(t)
	mustEC2(t, errorOf(inspector2.NewFromConfig(moto.Config("us-east-1")).Enable(t.Context(), &inspector2.EnableInput{
		AccountIds: []string{awstest.Account}, ResourceTypes: []inspectortypes.ResourceScanType{inspectortypes.ResourceScanTypeEc2},
	})))
	findings := `{"results":[[{"awsAccountId":"123456789012","severity":"MEDIUM","status":"ACTIVE"}]]}`
	response, err := http.Post(moto.URL+"/moto-api/static/inspector2/findings-results", "application/json", strings.NewReader(findings))
	mustEC2(t, err)
	response.Body.Close()
	judge(t, moto, "Inspector-001", want{"us-east-1": fail})
}
