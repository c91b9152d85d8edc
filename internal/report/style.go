package report

import (
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// Colours as terminals number them; the terminal's own palette decides how
// they look, on a dark ground and on a light one.
const (
	red         = "31"
	brightRed   = "1;31"
	whiteOnRed  = "1;97;41"
	green       = "32"
	yellow      = "33"
	blue        = "34"
	cyan        = "36"
	boldStyle   = "1"
	faintStyle  = "2"
	escapeStart = "\x1b["
	escapeEnd   = "\x1b[0m"
)

func riskColor(r rule.Risk) string {
	switch r {
	case rule.Extreme:
		return whiteOnRed
	case rule.VeryHigh:
		return brightRed
	case rule.High:
		return red
	case rule.Medium:
		return yellow
	}
	return blue
}

// style paints text for a terminal, or leaves it as it is.
type style struct{ on bool }

func (s style) paint(color, text string) string {
	if !s.on {
		return text
	}
	return escapeStart + color + "m" + text + escapeEnd
}

func (s style) bold(text string) string  { return s.paint(boldStyle, text) }
func (s style) faint(text string) string { return s.paint(faintStyle, text) }

// check paints the label of a check by its verdict and risk.
func (s style) check(c *engine.Check, text string) string {
	switch {
	case c.Suppressed != nil:
		return s.faint(text)
	case c.Verdict == engine.Fail:
		return s.paint(riskColor(c.Risk), text)
	case c.Verdict == engine.Pass:
		return s.paint(green, text)
	}
	return s.paint(cyan, text)
}
