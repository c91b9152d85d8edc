package conformity

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// ProfileSchema and ProfileVersion stand in every file of a profile.
const (
	ProfileSchema  = "https://cloudconformity.com/external/profile.schema.json"
	ProfileVersion = "1.1"
)

// A Profile is a named set of settings of rules, as its file holds it: what
// the product's pages upload and download. In Go it is written and read as
// that JSON.
type Profile struct {
	Name        string
	Description string
	Settings    []Setting // in the order of the file; no rule twice
}

// MarshalJSON is the file of the profile.
func (p Profile) MarshalJSON() ([]byte, error) {
	settings := make([]Setting, len(p.Settings))
	for i, s := range p.Settings {
		s.Configured = nil // the API says that of an account; a file that has it is refused
		settings[i] = s
	}
	return json.Marshal(object{
		{"schema", ProfileSchema}, {"version", ProfileVersion},
		{"name", p.Name}, {"description", p.Description}, {"ruleSettings", settings},
	})
}

// A ProfileError says what is wrong in the file of a profile, and where.
type ProfileError struct {
	File string // may be empty
	Line int    // from 1
	Text string
	Err  error // what is wrong with a setting; may be nil
}

// Error is "profile.json:12: what is wrong".
func (e *ProfileError) Error() string {
	file := e.File
	if file == "" {
		file = "line "
	} else {
		file += ":"
	}
	return fmt.Sprintf("%s%d: %s", file, e.Line, e.Text)
}

// Unwrap is the *SettingError of a setting.
func (e *ProfileError) Unwrap() error { return e.Err }

// ParseProfile reads the file of a profile. file is its name, for errors, which
// are of *ProfileError and tell the line.
func ParseProfile(file string, data []byte) (Profile, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	r := profileFile{file: file, data: data, in: json.NewDecoder(bytes.NewReader(data))}
	if !utf8.Valid(data) {
		return Profile{}, r.fault(nil, "a profile is text in UTF-8")
	}
	if err := r.read(); err != nil {
		return Profile{}, err
	}
	return r.profile, nil
}

// A profileFile reads a profile member by member, so that an error can tell
// its line.
type profileFile struct {
	file    string
	data    []byte
	in      *json.Decoder
	at      int64 // where the value that is read begins
	profile Profile
}

// fault is an error at the value that is being read.
func (r *profileFile) fault(err error, format string, args ...any) error {
	at := min(max(r.at, 0), int64(len(r.data)))
	return &ProfileError{File: r.file, Line: 1 + bytes.Count(r.data[:at], []byte("\n")), Text: fmt.Sprintf(format, args...), Err: err}
}

// broken is the error of what is not JSON.
func (r *profileFile) broken(err error) error {
	r.at = r.in.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		r.at = syntax.Offset
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.fault(err, "the profile ends before it is complete")
	}
	return r.fault(err, "the profile is not JSON: %v", err)
}

// next notes where the next value begins.
func (r *profileFile) next() {
	r.at = r.in.InputOffset()
	for r.at < int64(len(r.data)) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[r.at]) >= 0 {
		r.at++
	}
}

func (r *profileFile) read() error {
	r.next()
	token, err := r.in.Token()
	if err != nil {
		return r.broken(err)
	}
	if token != json.Delim('{') {
		return r.fault(nil, "a profile is a JSON object with schema, version, name, description and ruleSettings")
	}
	hasSettings := false
	for r.in.More() {
		token, err := r.in.Token()
		if err != nil {
			return r.broken(err)
		}
		name, _ := token.(string)
		r.next()
		if name == "ruleSettings" {
			if hasSettings {
				return r.fault(nil, "ruleSettings stands twice")
			}
			hasSettings = true
			if err := r.settings(); err != nil {
				return err
			}
			continue
		}
		var raw json.RawMessage
		if err := r.in.Decode(&raw); err != nil {
			return r.broken(err)
		}
		if err := r.member(name, raw); err != nil {
			return err
		}
	}
	if _, err := r.in.Token(); err != nil {
		return r.broken(err)
	}
	r.next()
	if _, err := r.in.Token(); !errors.Is(err, io.EOF) {
		return r.fault(nil, "a profile is one JSON object; remove what follows it")
	}
	if !hasSettings {
		r.at = 0
		return r.fault(nil, "the profile has no ruleSettings")
	}
	return nil
}

// member reads a member other than ruleSettings. Those that are not known are
// passed over, as the product adds to them.
func (r *profileFile) member(name string, raw json.RawMessage) error {
	var text string
	switch name {
	case "name", "description", "version", "schema":
		if !isNull(raw) && json.Unmarshal(raw, &text) != nil {
			return r.fault(nil, "%s must be text", name)
		}
	}
	switch name {
	case "name":
		r.profile.Name = text
	case "description":
		r.profile.Description = text
	case "version":
		if text != "" && text != "1.0" && text != ProfileVersion {
			return r.fault(nil, "version %q is not understood; it should be %q", shortened(text), ProfileVersion)
		}
	}
	return nil
}

func (r *profileFile) settings() error {
	token, err := r.in.Token()
	if err != nil {
		return r.broken(err)
	}
	if token != json.Delim('[') {
		return r.fault(nil, "ruleSettings must be a list of settings of rules")
	}
	lines := map[string]int{}
	for i := 0; r.in.More(); i++ {
		r.next()
		var raw json.RawMessage
		if err := r.in.Decode(&raw); err != nil {
			return r.broken(err)
		}
		s, err := ParseSetting(raw)
		if err != nil {
			return r.settingFault(i, err)
		}
		if first, twice := lines[s.ID]; twice {
			return r.fault(nil, "ruleSettings[%d]: rule %s stands twice; ruleSettings[%d] has it too", i, s.ID, first)
		}
		lines[s.ID] = i
		r.profile.Settings = append(r.profile.Settings, s)
	}
	if _, err := r.in.Token(); err != nil {
		return r.broken(err)
	}
	return nil
}

func (r *profileFile) settingFault(i int, err error) error {
	text := err.Error()
	var e *SettingError
	if errors.As(err, &e) && e.Hint != "" {
		text += ": " + e.Hint
	}
	return r.fault(err, "ruleSettings[%d]: %s", i, text)
}
