package web

import "slices"

// A checkChange is one of the status of a check. Was is nil for the first.
type checkChange struct {
	At     moment `json:"date"`
	Was    *string
	Status string
}

// A checkNote is what a user said of a check.
type checkNote struct {
	Note string
	By   string `json:"createdBy"`
	At   moment `json:"created-date"`
}

// A happening is one on the timeline of a check: a change of status, or a note.
type happening struct {
	At     moment
	Status string // what the check became; empty for a note
	First  bool   // the check was made
	Note   string
	By     string
}

// timelineShown is how many happenings a page shows.
const timelineShown = 30

// A timeline is what happened to a check, the newest first.
type timeline struct {
	Happenings []happening
	More       int // there were more before
}

// timelineOf puts changes and notes in one order.
func timelineOf(changes []checkChange, notes []checkNote) timeline {
	var all []happening
	for _, c := range changes {
		all = append(all, happening{At: c.At, Status: c.Status, First: c.Was == nil})
	}
	for _, n := range notes {
		all = append(all, happening{At: n.At, Note: n.Note, By: n.By})
	}
	slices.SortStableFunc(all, func(a, b happening) int { return a.At.Compare(b.At.Time) })
	slices.Reverse(all)
	shown := min(len(all), timelineShown)
	return timeline{all[:shown], len(all) - shown}
}
