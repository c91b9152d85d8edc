package look

import (
	"fmt"
	"html/template"
)

// icons are drawn in lines on a field of 24 by 24.
var icons = map[string]string{
	"gauge":     `<path d="M4 18a9 9 0 1 1 16 0"/><path d="m12 14 4-5"/><circle cx="12" cy="14" r="1.2"/>`,
	"check":     `<rect x="4" y="4" width="16" height="16" rx="3"/><path d="m8 12 3 3 5-6"/>`,
	"clipboard": `<rect x="5" y="5" width="14" height="16" rx="2"/><path d="M9 5a3 3 0 0 1 6 0"/><path d="M9 11h6M9 15h4"/>`,
	"file":      `<path d="M6 3h8l4 4v14H6z"/><path d="m10 12-2 2 2 2M14 12l2 2-2 2"/>`,
	"book":      `<path d="M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3z"/><path d="M5 17a3 3 0 0 1 3-3h11"/>`,
	"cloud":     `<path d="M7 18a4 4 0 0 1-.5-8 6 6 0 0 1 11.4 1.5A3.5 3.5 0 0 1 17.5 18z"/>`,
	"layers":    `<path d="m12 4 9 5-9 5-9-5z"/><path d="m3 14 9 5 9-5"/>`,
	"sliders":   `<path d="M5 7h6M17 7h2M5 17h2M13 17h6"/><circle cx="14" cy="7" r="2.5"/><circle cx="10" cy="17" r="2.5"/>`,
	"pen":       `<path d="M4 20l1-4L16 5l3 3L8 19z"/><path d="m14 7 3 3"/>`,
	"people":    `<circle cx="9" cy="9" r="3.5"/><path d="M3 20a6 6 0 0 1 12 0"/><path d="M16 6a3.5 3.5 0 0 1 0 6.5M18 14.5a6 6 0 0 1 3 5.5"/>`,
	"clock":     `<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>`,
	"import":    `<path d="M12 4v11M8 11l4 4 4-4"/><path d="M4 16v4h16v-4"/>`,
	"gear":      `<circle cx="12" cy="12" r="3.2"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1"/>`,
	"search":    `<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,
	"copy":      `<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15V6a2 2 0 0 1 2-2h8"/>`,
	"out":       `<path d="M14 4h6v6M20 4l-9 9"/><path d="M18 14v6H4V6h6"/>`,
	"download":  `<path d="M12 4v11M8 11l4 4 4-4M5 20h14"/>`,
	"menu":      `<path d="M4 7h16M4 12h16M4 17h16"/>`,
	"right":     `<path d="m9 5 7 7-7 7"/>`,
	"warning":   `<path d="M12 4 2.5 20h19z"/><path d="M12 10v4M12 17v.5"/>`,
	"info":      `<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8v.5"/>`,
	"fail":      `<circle cx="12" cy="12" r="8.5"/><path d="m9 9 6 6M15 9l-6 6"/>`,
	"pass":      `<circle cx="12" cy="12" r="8.5"/><path d="m8 12 3 3 5-6"/>`,
	"unknown":   `<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7M12 16.5v.5"/>`,
	"muted":     `<circle cx="12" cy="12" r="8.5"/><path d="M8 12h8"/>`,
	"user":      `<circle cx="12" cy="8.5" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>`,
	"play":      `<path d="M7 5v14l12-7z"/>`,
	"plus":      `<path d="M12 5v14M5 12h14"/>`,
	"star":      `<path d="m12 4 2.4 5.3 5.6.6-4.2 3.9 1.2 5.7-5-2.9-5 2.9 1.2-5.7L4 9.9l5.6-.6z"/>`,
}

// icon draws an icon beside a text that says the same.
func icon(name string) (template.HTML, error) {
	drawing, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("there is no icon %s", name)
	}
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">` + drawing + `</svg>`), nil
}
