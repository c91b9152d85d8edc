package web

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
)

// isRegions tells whether the choices are the regions of AWS.
func (f *settingField) isRegions() bool {
	return f.setting.Type == "regions" || f.setting.Type == "ignored-regions"
}

func (f *settingField) readChoices(entry jsonMembers) bool {
	elements, ok := listOf(entry)
	if !ok || len(elements) > maxRows {
		return false
	}
	for _, choice := range f.setting.Choices {
		f.Options = append(f.Options, settingOption{Value: choice, Label: choice})
	}
	if f.isRegions() {
		for _, r := range conformity.Regions() {
			o := settingOption{Value: r.Key, Label: r.Name, Note: r.Key}
			if r.Key == conformity.Global {
				o.Note = ""
			}
			f.Options = append(f.Options, o)
		}
	}
	says := slices.ContainsFunc(elements, saysEnabled) && !f.isRegions()
	seen := map[string]bool{}
	for _, e := range elements {
		text, ok := jsonScalar(valueOf(e))
		if !ok || text == "" || seen[text] {
			return false
		}
		seen[text] = true
		m, _ := readMembers(e)
		o := f.option(text)
		if label := m.text("label"); label != "" {
			o.Label = label
		}
		o.Chosen = !isOff(e) && (!says || string(m.get("enabled")) == "true")
		switch f.Kind {
		case "tagged":
			o.Tags, ok = tagsOf(m)
		case "risked":
			o.Risk, ok = riskOf(m)
		}
		if !ok {
			return false
		}
	}
	return true
}

// saysEnabled tells whether an element says of itself whether it is chosen. In
// a list where none does all are.
func saysEnabled(element json.RawMessage) bool {
	m, _ := readMembers(element)
	return slices.ContainsFunc(m, func(e jsonMember) bool { return e.name == "enabled" || e.name == "customised" })
}

// option finds a choice; one that the rule does not have is added.
func (f *settingField) option(value string) *settingOption {
	at := slices.IndexFunc(f.Options, func(o settingOption) bool { return o.Value == value })
	if at < 0 {
		f.Options = append(f.Options, settingOption{Value: value, Label: value})
		at = len(f.Options) - 1
	}
	return &f.Options[at]
}

// The members of a choice that say its own tags or risk level, and the names of
// the settings inside it that do.
var (
	tagMembers   = []string{"customizedTags", "customisedTags", "tags"}
	tagSettings  = []string{"tags-override", "customizedTags"}
	riskMembers  = []string{"customizedRiskLevel", "customisedRiskLevel", "riskLevel"}
	riskSettings = []string{"customizedRiskLevel", "selectedSeverity", "event-risk-level"}
)

// ownOf is what a choice says of itself: by a member, or by a setting inside.
func ownOf(choice jsonMembers, names, settings []string) json.RawMessage {
	if own := choice.get(names...); own != nil {
		return own
	}
	inner, _ := jsonList(choice.get("settings"))
	for _, raw := range inner {
		if m, ok := readMembers(raw); ok && slices.Contains(settings, m.text("name")) {
			return m.get("values", "value")
		}
	}
	return nil
}

func tagsOf(choice jsonMembers) (string, bool) {
	own := ownOf(choice, tagMembers, tagSettings)
	elements, ok := jsonList(own)
	if !ok {
		elements = []json.RawMessage{own}
	}
	texts, _, ok := shownTexts(elements)
	return strings.Join(texts, "\n"), ok
}

func riskOf(choice jsonMembers) (string, bool) {
	own := ownOf(choice, riskMembers, riskSettings)
	if elements, ok := jsonList(own); ok && len(elements) > 0 {
		own = valueOf(elements[0])
	}
	level, ok := jsonScalar(own)
	if level == "NOT_CUSTOMIZED" {
		level = ""
	}
	return level, ok && (level == "" || slices.Contains(settingRisks, level))
}

// settingRisks are those of settings, the highest first.
var settingRisks = []string{"EXTREME", "VERY_HIGH", "HIGH", "MEDIUM", "LOW"}
