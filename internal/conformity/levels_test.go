package conformity

import (
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

func TestRiskLevel(t *testing.T) {
	for _, tt := range []struct {
		risk          rule.Risk
		level, pretty string
	}{
		{rule.Low, "LOW", "Low"},
		{rule.Medium, "MEDIUM", "Medium"},
		{rule.High, "HIGH", "High"},
		{rule.VeryHigh, "VERY_HIGH", "Very High"},
		{rule.Extreme, "EXTREME", "Extreme"},
	} {
		if got := RiskLevel(tt.risk); got != tt.level {
			t.Errorf("RiskLevel(%s) = %s, want %s", tt.risk, got, tt.level)
		}
		if got := PrettyRiskLevel(tt.risk); got != tt.pretty {
			t.Errorf("PrettyRiskLevel(%s) = %s, want %s", tt.risk, got, tt.pretty)
		}
		for _, text := range []string{tt.level, tt.pretty, string(tt.risk), strings.ToLower(tt.level)} {
			if got, err := ParseRiskLevel(text); got != tt.risk || err != nil {
				t.Errorf("ParseRiskLevel(%q) = %s, %v", text, got, err)
			}
		}
	}
	for _, text := range []string{"", "VERYHIGH", "CRITICAL"} {
		if got, err := ParseRiskLevel(text); err == nil || !strings.Contains(err.Error(), "LOW, MEDIUM, HIGH, VERY_HIGH, EXTREME") {
			t.Errorf("ParseRiskLevel(%q) = %s, %v", text, got, err)
		}
	}
}

func TestStatus(t *testing.T) {
	for verdict, status := range map[engine.Verdict]string{
		engine.Pass: "SUCCESS", engine.Fail: "FAILURE", engine.Unknown: "UNKNOWN",
	} {
		if got := StatusOf(verdict); got != status {
			t.Errorf("StatusOf(%s) = %s, want %s", verdict, got, status)
		}
		if got, err := VerdictOf(strings.ToLower(status)); got != verdict || err != nil {
			t.Errorf("VerdictOf(%s) = %s, %v", status, got, err)
		}
	}
	if got := StatusOf("odd"); got != "UNKNOWN" {
		t.Errorf("a verdict that is none is %s", got)
	}
	if got, err := VerdictOf("PASS"); err == nil {
		t.Errorf("PASS is %s", got)
	}
}
