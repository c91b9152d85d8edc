package look

// An Entry is one of the navigation.
type Entry struct {
	Text string
	Path string
	Icon string
	// Admin is for administrators only.
	Admin bool
}

// A Part is some entries of the navigation that belong together.
type Part struct {
	Text    string
	Entries []Entry
}

// Navigation is what the pages lead to.
var Navigation = []Part{
	{"Posture", []Entry{
		{Text: "Dashboard", Path: "/", Icon: "gauge"},
		{Text: "Checks", Path: "/checks", Icon: "check"},
		{Text: "Standards", Path: "/standards", Icon: "clipboard"},
		{Text: "Template scanner", Path: "/templates", Icon: "file"},
		{Text: "Knowledge base", Path: "/knowledge-base/", Icon: "book"},
	}},
	{"Configuration", []Entry{
		{Text: "Accounts", Path: "/accounts", Icon: "cloud"},
		{Text: "Groups", Path: "/groups", Icon: "layers"},
		{Text: "Profiles", Path: "/profiles", Icon: "sliders", Admin: true},
		{Text: "Custom rules", Path: "/custom-rules", Icon: "pen"},
	}},
	{"Administration", []Entry{
		{Text: "Users", Path: "/users", Icon: "people", Admin: true},
		{Text: "Events", Path: "/events", Icon: "clock"},
		{Text: "Imports", Path: "/imports", Icon: "import", Admin: true},
		{Text: "Jobs", Path: "/jobs", Icon: "gear", Admin: true},
	}},
}

// Parts are those of the navigation that the page's reader may see.
func (f *Frame) Parts() []Part {
	if f.Static() || f.User == nil {
		return nil
	}
	var parts []Part
	for _, p := range Navigation {
		var entries []Entry
		for _, e := range p.Entries {
			if !e.Admin || f.User.Admin {
				entries = append(entries, e)
			}
		}
		if len(entries) > 0 {
			parts = append(parts, Part{p.Text, entries})
		}
	}
	return parts
}
