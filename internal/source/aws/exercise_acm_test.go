package aws_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/acm"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestExerciseACM(t *testing.T) {
	moto := awstest.Moto(t)
	config, today := moto.Config("us-east-1"), time.Now()
	client := acm.NewFromConfig(config)
	for name, days := range map[string]int{"month.example.com": 30, "year.example.com": 365} {
		certificate, key := selfSigned(t, name, today.AddDate(0, 0, days))
		made[*acm.ImportCertificateOutput](t)(client.ImportCertificate(t.Context(), &acm.ImportCertificateInput{Certificate: certificate, PrivateKey: key}))
	}
	// Nobody can import a certificate that has expired: it expires afterwards.
	for days, verdict := range map[int]string{29: pass, 31: fail} {
		t.Run("ACM-001", func(t *testing.T) {
			wantVerdicts(t, pages(t), "ACM-001", config, today.AddDate(0, 0, days), want{"month.example.com": verdict, "year.example.com": pass})
		})
	}
}
