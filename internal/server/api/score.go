package api

import (
	"math"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/store"
)

// riskWeights are how much a check counts in the risk-weighted score. Each
// level weighs twice the one below, so that what is fixed first pays most, and
// yet many small failures are not drowned by one: an extreme one weighs as much
// as sixteen low ones. The numbers are Surety's choice; the levels themselves
// have only an order.
var riskWeights = map[rule.Risk]int64{rule.Low: 1, rule.Medium: 2, rule.High: 4, rule.VeryHigh: 8, rule.Extreme: 16}

// checkCounts are numbers of checks. Each check is in one of them: whatever its
// status, a suppressed one is only that, and one that only informs likewise.
type checkCounts struct {
	Successes  int64 `json:"success"`
	Failures   int64 `json:"failure"`
	Unknown    int64 `json:"unknown"`
	Suppressed int64 `json:"suppressed"`
	NotScored  int64 `json:"not-scored"`
	// Score is successes in a hundred of successes and failures, null without
	// either; Weighted is that by riskWeights.
	Score    *float64 `json:"score"`
	Weighted *float64 `json:"risk-weighted-score"`

	weightedSuccesses, weightedTotals int64
}

// add counts checks that are alike.
func (n *checkCounts) add(t store.Tally) {
	weight := t.N * riskWeights[riskOf(t.Risk)]
	switch {
	case t.Suppressed:
		n.Suppressed += t.N
	case t.NotScored:
		n.NotScored += t.N
	case t.Status == store.Success:
		n.Successes += t.N
		n.weightedSuccesses += weight
		n.weightedTotals += weight
	case t.Status == store.Failure:
		n.Failures += t.N
		n.weightedTotals += weight
	default:
		n.Unknown += t.N
	}
}

// scored fills in the scores.
func (n *checkCounts) scored() {
	n.Score = percent(n.Successes, n.Successes+n.Failures)
	n.Weighted = percent(n.weightedSuccesses, n.weightedTotals)
}

// percent is a part of a whole in a hundred, with two decimals, null of
// nothing. It is cut rather than rounded: it is a hundred when nothing is
// missing.
func percent(part, whole int64) *float64 {
	if whole == 0 {
		return nil
	}
	p := math.Floor(float64(part)/float64(whole)*10_000) / 100
	return &p
}
