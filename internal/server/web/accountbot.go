package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// botSettings are how an account is scanned, as the API has them.
type botSettings struct {
	Disabled        bool            `json:"disabled"`
	Delay           int             `json:"delay"` // hours between scans
	DisabledUntil   *int64          `json:"disabledUntil"`
	DisabledRegions map[string]bool `json:"disabledRegions"`
}

// The hours between scans: those where nobody says otherwise, and the most.
const (
	defaultDelay = 1
	longestDelay = 12
)

// paused tells whether scans are paused.
func (s *botSettings) paused() bool { return s != nil && s.Disabled }

// Until is when scans go on; zero until further notice.
func (s *botSettings) Until() time.Time {
	if !s.paused() || s.DisabledUntil == nil {
		return time.Time{}
	}
	return time.UnixMilli(*s.DisabledUntil).UTC()
}

// off lists the regions that are not scanned.
func (s *botSettings) off() []string {
	var list []string
	for _, region := range slices.Sorted(maps.Keys(s.DisabledRegions)) {
		if s.DisabledRegions[region] {
			list = append(list, region)
		}
	}
	return list
}

// The choices of a pause.
const (
	pauseNone   = "none"
	pauseUntil  = "until"
	pauseForNow = "notice" // until further notice
)

// pauseTime is the form of times in fields for date and time.
const pauseTime = "2006-01-02T15:04"

// A botForm is how an account is scanned, as it is typed.
type botForm struct {
	Delay   string
	Delays  []string
	Pause   string
	Until   string
	Regions []regionChoice // of the partition with most accounts
	Others  []regionChoice // of the other partitions
}

// A regionChoice is a region that can be left out of scans.
type regionChoice struct {
	Key, Name string
	Off       bool
}

// OthersOff tells whether a region of another partition is left out.
func (f *botForm) OthersOff() bool {
	return slices.ContainsFunc(f.Others, func(r regionChoice) bool { return r.Off })
}

// newBotForm is the form with what is set.
func (v *visit) newBotForm(s *botSettings) (botForm, error) {
	f := botForm{Delay: strconv.Itoa(s.Delay), Pause: pauseNone}
	for hours := 1; hours <= longestDelay; hours++ {
		f.Delays = append(f.Delays, strconv.Itoa(hours))
	}
	if s.paused() {
		f.Pause = pauseForNow
		if at := s.Until(); !at.IsZero() {
			f.Pause, f.Until = pauseUntil, at.Format(pauseTime)
		}
	}
	var answer many[struct{ Name, Partition string }]
	if err := v.get("/regions", nil, &answer); err != nil {
		return f, err
	}
	for _, r := range answer.Data {
		choice := regionChoice{Key: r.ID, Name: r.Attributes.Name, Off: s.DisabledRegions[r.ID]}
		switch r.Attributes.Partition {
		case "": // what AWS has once for all is always read
		case "aws":
			f.Regions = append(f.Regions, choice)
		default:
			f.Others = append(f.Others, choice)
		}
	}
	return f, nil
}

// take puts in what was sent.
func (f *botForm) take(v *visit) {
	f.Delay, f.Pause, f.Until = v.field("delay"), v.field("pause"), strings.TrimSpace(v.field("until"))
	off := v.r.PostForm["off"]
	for _, list := range [][]regionChoice{f.Regions, f.Others} {
		for i := range list {
			list[i].Off = slices.Contains(off, list[i].Key)
		}
	}
}

// members are what the form says, as the API takes it. What cannot be read goes
// to wrong.
func (f *botForm) members(now time.Time, wrong faults) map[string]any {
	off := map[string]bool{}
	for _, r := range slices.Concat(f.Regions, f.Others) {
		if r.Off {
			off[r.Key] = true
		}
	}
	m := map[string]any{"disabledRegions": off, "disabled": f.Pause != pauseNone, "disabledUntil": nil}
	delay, err := strconv.Atoi(f.Delay)
	if err != nil {
		wrong["delay"] = "Choose the hours between scans."
	}
	m["delay"] = delay
	switch f.Pause {
	case pauseNone, pauseForNow:
	case pauseUntil:
		at, err := time.Parse(pauseTime, f.Until)
		switch {
		case err != nil:
			wrong["until"] = "This is not a time. Write it as 2026-11-30T18:00."
		case !at.After(now):
			wrong["until"] = "This time has passed. It is in UTC."
		}
		m["disabledUntil"] = at.UnixMilli()
	default:
		wrong["pause"] = "Choose whether the account is scanned."
	}
	return m
}

// A botRequest is a request to change how accounts are scanned.
type botRequest struct {
	Data struct {
		Attributes struct {
			Settings struct {
				Bot map[string]any `json:"bot"`
			} `json:"settings"`
		} `json:"attributes"`
	} `json:"data"`
	Meta struct {
		Others []string `json:"otherAccounts,omitempty"`
	} `json:"meta"`
}

func (v *visit) changeBot() error {
	b, err := v.readAccountEdit()
	if err != nil {
		return err
	}
	b.Bot.take(v)
	var request botRequest
	request.Data.Attributes.Settings.Bot = b.Bot.members(v.Now(), b.Faults)
	if len(b.Faults) > 0 {
		return v.showFaults(http.StatusUnprocessableEntity, "account-settings", b.frame(b), b.Faults)
	}
	if err := v.send(http.MethodPatch, b.Path+"/settings/bot", &request, nil); err != nil {
		return v.editRefused(err, b)
	}
	return v.done(b.Path+"/settings", "Scans of "+b.Account.Name+" were changed.")
}
