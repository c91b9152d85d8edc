package conformity

import (
	"fmt"
	"slices"
)

// A Mode says how a profile is applied to the settings that an account has.
type Mode string

// The modes. In all of them the profile's rules that the account has no
// setting of are added.
const (
	FillGaps  Mode = "fill-gaps" // the account's own settings stay
	Overwrite Mode = "overwrite" // the profile's take their place; others stay
	Replace   Mode = "replace"   // the account has the profile's and no others
)

// ParseMode reads the mode of a request.
func ParseMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case FillGaps, Overwrite, Replace:
		return m, nil
	}
	return "", fmt.Errorf("%q is no mode: use %s, %s or %s", shortened(s), FillGaps, Overwrite, Replace)
}

// Merge applies a profile to the settings of an account and returns what they
// are then; neither argument is changed. Settings that stay or are overwritten
// keep their place, added ones follow in the profile's order; with Replace all
// have the profile's order. Applying again changes nothing.
//
// includeExceptions has an effect with Overwrite only: without it an account's
// rules keep the exceptions that they have, and added ones get none.
func Merge(account, profile []Setting, mode Mode, includeExceptions bool) ([]Setting, error) {
	if _, err := ParseMode(string(mode)); err != nil {
		return nil, err
	}
	if mode == Replace {
		return Put(nil, profile...), nil
	}
	own := make(map[string]Setting, len(account))
	for _, s := range account {
		own[s.ID] = s
	}
	var changes []Setting
	for _, s := range profile {
		before, there := own[s.ID]
		if mode == FillGaps && there {
			continue
		}
		if mode == Overwrite && !includeExceptions {
			s.Exceptions = before.Exceptions
		}
		changes = append(changes, s)
	}
	return Put(Put(nil, account...), changes...), nil
}

// Put is a list with settings in the place of those of the same rules, or at
// its end: what PATCH means for accounts and profiles. list is not changed.
func Put(list []Setting, settings ...Setting) []Setting {
	out := slices.Clone(list)
	at := make(map[string]int, len(out)+len(settings))
	for i, s := range out {
		at[s.ID] = i
	}
	for _, s := range settings {
		if i, ok := at[s.ID]; ok {
			out[i] = s
			continue
		}
		at[s.ID] = len(out)
		out = append(out, s)
	}
	return out
}
