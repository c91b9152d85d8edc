package api

import (
	"encoding/json"
	"net/mail"
	"strings"
	"time"
	_ "time/tzdata" // a container may have no table of time zones

	"github.com/robfig/cron/v3"

	"github.com/surety-cloud/surety/internal/conformity"
)

// reportConfiguration is what is looked at of the configuration of a report
// config. Further members are kept.
type reportConfiguration struct {
	Title      string          `json:"title"`
	Scheduled  bool            `json:"scheduled"`
	Frequency  string          `json:"frequency"`
	TimeZone   string          `json:"tz"`
	SendEmail  bool            `json:"sendEmail"`
	Emails     []string        `json:"emails"`
	ReportType string          `json:"generateReportType"`
	Checks     bool            `json:"includeChecks"`
	PDF        *bool           `json:"shouldEmailIncludePdf"`
	CSV        *bool           `json:"shouldEmailIncludeCsv"`
	Filter     json.RawMessage `json:"filter"`
}

const (
	genericReport  = "GENERIC"
	standardReport = "COMPLIANCE-STANDARD"
)

// frequencies reads the three fields of a frequency: day of month, month, day
// of week.
var frequencies = cron.NewParser(cron.Dom | cron.Month | cron.Dow)

// maxEmails and maxTitle bound a report config.
const (
	maxEmails = 200
	maxTitle  = 255
)

func reportError(member, format string, args ...any) *Error {
	e := Unprocessable(strings.ReplaceAll(member, "/", ".")+": "+format, args...)
	e.Source = "/data/attributes/" + member
	return e
}

// checkReportConfiguration is an error for the client when a configuration is
// not as it must be.
func (c *Call) checkReportConfiguration(data json.RawMessage) error {
	if isNull(data) {
		return reportError("configuration", "it is missing")
	}
	if len(data) > maxConfiguration {
		return reportError("configuration", "it has %d bytes; at most %d are taken", len(data), maxConfiguration)
	}
	var given reportConfiguration
	if err := parse(data, &given); err != nil {
		return err
	}
	if strings.TrimSpace(given.Title) == "" {
		return reportError("configuration/title", "it is missing or empty")
	}
	if len(given.Title) > maxTitle {
		return reportError("configuration/title", "it has %d bytes; at most %d are taken", len(given.Title), maxTitle)
	}
	if err := given.checkSchedule(); err != nil {
		return err
	}
	filter, err := conformity.ParseFilterJSON(given.Filter)
	if err != nil {
		return reportError("configuration/filter", "%v", err)
	}
	switch given.ReportType {
	case "", genericReport:
	case standardReport:
		if filter.ReportComplianceStandardID == "" {
			return reportError("configuration/filter/reportComplianceStandardId", "it is missing; a report of the type %s is about one standard", standardReport)
		}
	default:
		return reportError("configuration/generateReportType", "%.80q is none; use %s or %s", given.ReportType, genericReport, standardReport)
	}
	return nil
}

func isFrequency(text string) bool {
	if strings.Contains(text, "=") { // a time zone, which stands in tz
		return false
	}
	_, err := frequencies.Parse(text)
	return err == nil
}

// checkSchedule looks at when a report is made, and who gets it.
func (given *reportConfiguration) checkSchedule() error {
	if given.Scheduled && given.Frequency == "" {
		return reportError("configuration/frequency", "it is missing; a scheduled report needs it: day of month, month and day of week, such as * * MON")
	}
	if given.Frequency != "" {
		if !isFrequency(given.Frequency) {
			return reportError("configuration/frequency", "%.80q is not understood; it has three fields of cron: day of month, month and day of week, such as * * MON", given.Frequency)
		}
	}
	if given.TimeZone != "" {
		if _, err := time.LoadLocation(given.TimeZone); err != nil || given.TimeZone == "Local" {
			return reportError("configuration/tz", "%.80q is no time zone; use a name of the IANA database, such as Europe/Berlin", given.TimeZone)
		}
	}
	if len(given.Emails) > maxEmails {
		return reportError("configuration/emails", "there are %d; at most %d are taken", len(given.Emails), maxEmails)
	}
	for _, e := range given.Emails {
		if a, err := mail.ParseAddress(e); err != nil || a.Address != e {
			return reportError("configuration/emails", "%.80q is no address", e)
		}
	}
	if given.SendEmail && len(given.Emails) == 0 {
		return reportError("configuration/emails", "it is missing; sendEmail needs at least one address")
	}
	return nil
}
