package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/surety-cloud/surety/internal/source/aws"
)

// progress shows on a terminal how far a reading is; in a pipe it is silent.
// The zero progress shows nothing.
type progress struct {
	bars *mpb.Progress
	bar  *mpb.Bar
	last atomic.Pointer[aws.Progress]
}

// startProgress begins to show a reading, where the stream is a terminal.
func startProgress(w io.Writer) *progress {
	p := &progress{}
	if screenOf(w, true).width == 0 {
		return p
	}
	p.bars = mpb.New(mpb.WithOutput(w), mpb.WithWidth(30), mpb.WithRefreshRate(150*time.Millisecond))
	p.bar = p.bars.New(0, mpb.BarStyle().Lbound("").Rbound("").Filler("━").Tip("━").Padding("─"),
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name("Reading ")),
		mpb.AppendDecorators(
			decor.Percentage(),
			decor.Any(func(decor.Statistics) string {
				l := p.last.Load()
				if l == nil {
					return ""
				}
				return fmt.Sprintf("  %d accounts, %d regions, %s, %d resources, %d calls", l.Accounts, l.Regions, l.Service, l.Resources, l.Calls)
			}),
			decor.AverageETA(decor.ET_STYLE_GO, decor.WC{W: 8}),
		),
	)
	return p
}

func (p *progress) update(now aws.Progress) {
	if p.bar == nil {
		return
	}
	p.last.Store(&now)
	p.bar.SetTotal(now.Collectors, false)
	p.bar.SetCurrent(now.CollectorsDone)
}

// end takes the bar off the screen.
func (p *progress) end() {
	if p.bar == nil {
		return
	}
	p.bar.Abort(true)
	p.bars.Wait()
}
