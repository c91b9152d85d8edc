package chart

import (
	"math"
	"testing"
	"time"
)

// FuzzCharts draws every chart from anything, and reads it again.
func FuzzCharts(f *testing.F) {
	f.Add("Security", "/checks?service=EC2", 87.3, 12.0, int64(5), int64(7), 30)
	f.Add(`"><script>alert(1)</script>`, "javascript:alert(1)", math.NaN(), math.Inf(-1), int64(math.MaxInt64), int64(math.MinInt64), -1)
	f.Add("\x00\x1b\xff\ufffe{{.}}", "//\x7f%zz\" onclick=\"x", 0.0, 100.0, int64(0), int64(1), math.MaxInt)
	f.Fuzz(func(t *testing.T, text, href string, a, b float64, m, n int64, days int) {
		values := []*float64{&a, nil, &b, &a, &b, nil, nil, &a}
		first := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
		wellMade(t, Lines(Evolution{Title: text + ".", First: first, Days: days, Series: []Series{{text, values}, {href, values[2:]}}}))
		wellMade(t, Lines(Evolution{Title: text + ".", First: first, Days: 8, Series: []Series{{text, values}, {href, values[2:]}}}))
		wellMade(t, Ring(Gauge{Label: text, Value: &a, Note: href, Tone: Tone(text)}))
		parts := []Part{{text, m, Tone(text), href}, {href, n, Extreme, text}, {"one", 1, Low, ""}}
		wellMade(t, Stack(Split{Title: text, Parts: parts, Bare: m > n}))
		bars := []Bar{{Label: text, Href: href, Count: m, Percent: &a, Tone: Tone(href)}, {Label: href, Href: text, Count: n, Percent: &b}}
		wellMade(t, Bars(Ranking{Title: text, LabelHead: text, CountHead: href, PercentHead: text, Scores: m > n, Bars: bars}))
		wellMade(t, Spark(Trend{Title: text, Values: values, Tone: Tone(text)}))
	})
}
