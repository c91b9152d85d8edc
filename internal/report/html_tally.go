package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/surety-cloud/surety/internal/engine"
)

// An htmlScore is the share of the checks with a verdict that pass. What is
// unknown is neither passed nor failed, and so is in neither part of it.
type htmlScore struct {
	Figure                            string // "69%"; empty when nothing was decided
	Pass, Fail, Unknown, Suppressed   int
	PassWidth, FailWidth, UnknownFrom float64 // of 100
	UnknownWidth                      float64
}

func newHTMLScore(t tally) htmlScore {
	s := htmlScore{Pass: t.pass, Fail: t.fail, Unknown: t.unknown, Suppressed: t.suppressed}
	if decided := t.pass + t.fail; decided > 0 {
		s.Figure = percent(t.pass, decided)
	}
	if all := float64(t.pass + t.fail + t.unknown); all > 0 {
		s.PassWidth = hundredths(float64(t.pass) / all)
		s.FailWidth = hundredths(float64(t.fail) / all)
		s.UnknownFrom = s.PassWidth + s.FailWidth
		s.UnknownWidth = hundredths(float64(t.unknown) / all)
	}
	return s
}

// percent is rounded down, so that 100% is nothing less, and 0% nothing more.
func percent(part, whole int) string {
	p := part * 100 / whole
	if p == 0 && part > 0 {
		return "<1%"
	}
	return fmt.Sprintf("%d%%", p)
}

// hundredths is a share as a width of 100, short enough to read in the source.
func hundredths(share float64) float64 { return float64(int(share*10_000)) / 100 }

// An htmlBar is a line of a breakdown.
type htmlBar struct {
	Name    string
	Failed  int
	Unknown int
	Passed  int
	Width   float64 // of 100, by what failed
	Kind    string  // "service" or "place": what the line filters by
	Number  int     // of the line among those to choose from
	Listed  bool    // whether a finding of that risk is listed
}

// riskBars is what failed by risk, the worst first.
func riskBars(t tally) []htmlBar {
	var bars []htmlBar
	for _, risk := range worstFirst() {
		bars = append(bars, htmlBar{Name: string(risk), Failed: t.failed[risk]})
	}
	widths(bars)
	return bars
}

func widths(bars []htmlBar) {
	most := 0
	for _, b := range bars {
		most = max(most, b.Failed)
	}
	for i := range bars {
		if most > 0 {
			bars[i].Width = hundredths(float64(bars[i].Failed) / float64(most))
		}
	}
}

// An htmlBreakdown is the checks by service, or by where they are. What has
// the most failures comes first.
type htmlBreakdown struct {
	Title string    // of the column
	Noun  string    // "service"
	First []htmlBar // what is shown at once
	More  []htmlBar // what is folded
	Names []htmlBar // all, by name, to choose from
}

// htmlFirst is how many lines of a breakdown are not folded.
const htmlFirst = 8

// numbers gives the number of each name.
func (b htmlBreakdown) numbers() map[string]int {
	numbers := map[string]int{}
	for _, bar := range b.Names {
		numbers[bar.Name] = bar.Number
	}
	return numbers
}

// breakdowns counts the checks that are not suppressed by service and by
// place.
func (r *Report) breakdowns() (service, place htmlBreakdown) {
	services, places := map[string]*htmlBar{}, map[string]*htmlBar{}
	templates := false
	for _, c := range r.Checks {
		count(services, plain(c.Rule.Service), c)
		count(places, htmlPlace(c), c)
		templates = templates || !live(c)
	}
	service = newHTMLBreakdown("service", services)
	service.Title, service.Noun = "Service", "service"
	place = newHTMLBreakdown("place", places)
	place.Title, place.Noun = "Account and region", "account and region"
	if templates {
		place.Title, place.Noun = "File", "file"
	}
	return service, place
}

func count(bars map[string]*htmlBar, name string, c *engine.Check) {
	bar := bars[name]
	if bar == nil {
		bar = &htmlBar{Name: name}
		bars[name] = bar
	}
	switch {
	case c.Suppressed != nil:
	case c.Verdict == engine.Fail:
		bar.Failed++
	case c.Verdict == engine.Pass:
		bar.Passed++
	default:
		bar.Unknown++
	}
}

func newHTMLBreakdown(kind string, of map[string]*htmlBar) htmlBreakdown {
	var b htmlBreakdown
	for i, name := range slices.Sorted(maps.Keys(of)) {
		of[name].Kind, of[name].Number = kind, i
		b.Names = append(b.Names, *of[name])
	}
	widths(b.Names)
	lines := slices.Clone(b.Names)
	slices.SortStableFunc(lines, func(x, y htmlBar) int {
		return cmp.Or(cmp.Compare(y.Failed, x.Failed), cmp.Compare(y.Unknown, x.Unknown))
	})
	// A fold for one line more would be longer than the line.
	if len(lines) <= htmlFirst+1 {
		b.First = lines
	} else {
		b.First, b.More = lines[:htmlFirst], lines[htmlFirst:]
	}
	return b
}

// htmlPlace is where a check is, as reports are read by it: the file, or the
// account and region.
func htmlPlace(c *engine.Check) string {
	if file, _ := place(c); file != "" {
		return plain(file)
	}
	return plain(where(c.Resource))
}
