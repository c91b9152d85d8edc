package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
)

// A settingForm is the setting of a rule as a form: of an account or of a
// profile.
type settingForm struct {
	Rule    string
	Enabled bool
	Risk    string // "HIGH"; empty for the rule's own
	OwnRisk string // of the rule's page
	// RiskFixed is a rule whose risk depends on what it finds: it has no level of
	// its own.
	RiskFixed bool
	// MayInherit offers the rule's own level as a choice, as profiles have it.
	MayInherit bool
	Fields     []settingField
	// Tags, FilterTags and Resources are the exceptions, in lines.
	Tags, FilterTags, Resources string
	// HasNote asks for a note; Note is what was typed.
	HasNote bool
	Note    string
	// Was stands for the setting that the form was made of, so that a change by
	// somebody else in the meantime is noticed.
	Was string
	// Faults say what was refused, by the key of a field.
	Faults map[string]string

	base    conformity.Setting
	page    *rule.Rule // nil when the library has no such rule
	sources []settingSource
}

// A settingSource is where the value of a field stands in the setting that the form
// was made of.
type settingSource struct {
	at    int             // in extraSettings; -1 for a setting that has its default
	entry json.RawMessage // the value, or the default's
	shown settingField
}

// newSettingForm makes the form of a setting. page is nil for a rule that the
// library does not have.
func newSettingForm(s conformity.Setting, page *rule.Rule, profile bool) *settingForm {
	f := &settingForm{
		Rule: s.ID, Enabled: s.Enabled, Risk: s.RiskLevel, MayInherit: profile, HasNote: !profile,
		Was: fingerprint(s), Faults: map[string]string{}, base: s, page: page,
	}
	if s.Exceptions != nil {
		f.Tags, f.FilterTags, f.Resources = joinLines(s.Exceptions.Tags), joinLines(s.Exceptions.FilterTags), joinLines(s.Exceptions.Resources)
	}
	taken := map[int]bool{}
	if page == nil {
		f.MayInherit = true
	} else {
		info := conformity.RuleInfo(page)
		f.OwnRisk, f.RiskFixed = info.RiskLevel, info.MultiRiskLevel
		if f.Risk == "" && !profile && !f.RiskFixed {
			f.Risk = f.OwnRisk
		}
		for i, setting := range page.Settings {
			f.addSetting(setting, info.Settings[i], taken)
		}
	}
	for i, entry := range s.ExtraSettings {
		if !taken[i] {
			m, _ := readMembers(entry)
			field := jsonField(settingField{Key: "x." + strconv.Itoa(i), Label: m.text("name"), Idle: true}, entry)
			f.Fields = append(f.Fields, field)
			f.sources = append(f.sources, settingSource{i, entry, field})
		}
	}
	return f
}

// addSetting adds the field of one of the rule's settings. standard is the
// entry of its default.
func (f *settingForm) addSetting(s rule.Setting, standard json.RawMessage, taken map[int]bool) {
	m, _ := readMembers(standard)
	from := settingSource{at: -1, entry: m.without("readOnly", "read-only", "hidden").raw()}
	inWords := newField(s, from.entry)
	for i, entry := range f.base.ExtraSettings {
		if e, _ := readMembers(entry); from.at < 0 && !taken[i] && settingKey(e.text("name")) == settingKey(s.Name) {
			from.at, from.entry, taken[i] = i, entry, true
		}
	}
	from.shown = newField(s, from.entry)
	field := from.shown
	if s.Default != nil {
		if field.Default = inWords.Words(); field.Default == "" {
			field.Default = "none"
		}
	}
	f.Fields = append(f.Fields, field)
	f.sources = append(f.sources, from)
}

// settingKey is how the names of settings are compared: ignored-regions and
// ignoredRegions are one name.
func settingKey(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
}

// fingerprint stands for a setting.
func fingerprint(s conformity.Setting) string {
	raw, err := json.Marshal(s)
	if err != nil { // a setting was read from JSON
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

func joinLines(list []string) string { return strings.Join(list, "\n") }

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// take reads what was typed. The setting is what the API is to be sent; the
// form says what cannot be sent, and keeps what was typed.
func (f *settingForm) take(form url.Values) (conformity.Setting, error) {
	s := f.base
	s.Configured = nil
	f.Enabled, f.Note = form.Get("enabled") != "", strings.TrimSpace(form.Get("note"))
	s.Enabled = f.Enabled
	if !f.RiskFixed {
		f.Risk = form.Get("risk")
		s.RiskLevel = f.Risk
	}
	s.Exceptions = f.takeExceptions(form)
	entries := slices.Clone(f.base.ExtraSettings)
	for i := range f.Fields {
		from, was := f.sources[i], f.Fields[i]
		f.Fields[i] = was.take(form)
		entry, fault := f.Fields[i].write(from.entry, &from.shown)
		switch {
		case fault != "":
			f.Fields[i].Fault = fault
		case from.at >= 0:
			entries[from.at] = entry
		case string(entry) != string(from.entry):
			entries = append(entries, entry)
		}
	}
	s.ExtraSettings = slices.DeleteFunc(entries, func(e json.RawMessage) bool { return e == nil }) // what was removed
	for _, field := range f.Fields {
		if field.Fault != "" {
			return s, &Failure{Status: http.StatusUnprocessableEntity, Detail: "Nothing was saved: " + field.Label + " is not right"}
		}
	}
	if was := form.Get("was"); was != f.Was {
		return s, &Failure{Status: http.StatusConflict, Detail: "Nothing was saved: somebody changed this setting while you were at it. What you typed is below; save again to put it in the place of theirs"}
	}
	return s, nil
}

// takeExceptions reads the exceptions; lists that were not changed stay as they
// were.
func (f *settingForm) takeExceptions(form url.Values) *conformity.Exceptions {
	var e conformity.Exceptions
	if f.base.Exceptions != nil {
		e = *f.base.Exceptions
	}
	for _, list := range []struct {
		key  string
		text *string
		into *[]string
	}{
		{"exceptions.tags", &f.Tags, &e.Tags}, {"exceptions.filterTags", &f.FilterTags, &e.FilterTags}, {"exceptions.resources", &f.Resources, &e.Resources},
	} {
		typed := textLines(form.Get(list.key))
		if !slices.Equal(typed, textLines(*list.text)) {
			*list.into = typed
		}
		*list.text = strings.Join(typed, "\n")
	}
	if len(e.Tags)+len(e.FilterTags)+len(e.Resources) == 0 {
		return nil
	}
	return &e
}

// refuse puts what the API says to the field that it is about.
func (f *settingForm) refuse(no *Failure) {
	for i := range f.Fields {
		name := f.Fields[i].setting.Name
		if name != "" && strings.HasPrefix(no.Detail, "Setting "+name+" of rule ") {
			_, reason, _ := strings.Cut(no.Detail, " is invalid: ")
			reason, _, _ = strings.Cut(reason, " (the rule's page says") // which the field's own hint does
			f.Fields[i].Fault = reason + "."                             // it may begin with the value, which stays as it was typed
		}
	}
	switch {
	case strings.HasPrefix(no.Detail, "Rule risk level"):
		f.Faults["risk"] = sentence(no.Detail)
	case strings.HasPrefix(no.Detail, "note "):
		f.Faults["note"] = sentence(no.Detail)
	}
}

// Risks are the levels to choose from.
func (*settingForm) Risks() []string { return settingRisks }
func (settingField) Risks() []string { return settingRisks }

// Excepted are the exceptions, in words.
func (f *settingForm) Excepted() []string {
	var texts []string
	for _, tag := range slices.Concat(textLines(f.Tags), textLines(f.FilterTags)) {
		texts = append(texts, "tag "+tag)
	}
	return append(texts, textLines(f.Resources)...)
}

// Example is a value of a setting that has no default.
func (f settingField) Example() string {
	values, ok := f.setting.Example.([]any)
	if !ok {
		values = []any{f.setting.Example}
	}
	var texts []string
	for _, v := range values {
		switch v.(type) {
		case string, int, int64, uint64:
			texts = append(texts, fmt.Sprint(v))
		}
	}
	return strings.Join(texts, ", ")
}

// Words is the value for a reader.
func (f settingField) Words() string {
	texts := f.Values()
	if most := 12; len(texts) > most {
		texts = append(slices.Clip(texts[:most]), "and "+strconv.Itoa(len(texts)-most)+" more")
	}
	return strings.Join(texts, ", ")
}

// Values are the value's parts for a reader; none where there is no value.
func (f settingField) Values() []string {
	var texts []string
	switch f.Kind {
	case "lines":
		return textLines(f.Text)
	case "objects", "mappings":
		for _, row := range f.Rows {
			texts = append(texts, strings.Join(row, " → "))
		}
	case "choices", "tagged", "risked":
		for _, o := range f.Options {
			if !o.Chosen {
				continue
			}
			text := o.Label
			if o.Note != "" {
				text = o.Note
			}
			if o.Tags != "" {
				text += " (" + strings.Join(textLines(o.Tags), ", ") + ")"
			}
			if o.Risk != "" {
				text += " (" + strings.ToLower(strings.ReplaceAll(o.Risk, "_", " ")) + ")"
			}
			texts = append(texts, text)
		}
	default:
		if f.Text != "" {
			texts = []string{f.Text}
		}
	}
	return texts
}

// Cell names the cells of a column.
func (f settingField) Cell(column int) string { return cellKey(f.Key, column) }

// Blank is one row of cells to fill in.
func (f settingField) Blank() []string { return make([]string, f.width()) }

// Lines is how tall a field of lines is.
func (f settingField) Lines() int { return min(12, max(3, strings.Count(f.Text, "\n")+2)) }
