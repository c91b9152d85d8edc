package web

import (
	"net/url"
	"slices"
	"strings"
)

// take is the field with what was typed into a form.
func (f settingField) take(form url.Values) settingField {
	first := func(key string) string { return form.Get(key) }
	switch f.Kind {
	case "number":
		f.Text = strings.TrimSpace(first(f.Key))
	case "text", "code", "choice":
		f.Text = first(f.Key)
	case "json":
		f.Text = strings.TrimSpace(first(f.Key))
	case "lines":
		f.Text = strings.Join(textLines(first(f.Key)), "\n")
	case "objects", "mappings":
		f.Rows = takeRows(form, f.Key, f.width())
	}
	f.Options = slices.Clone(f.Options)
	for i := range f.Options {
		o := &f.Options[i]
		o.Chosen = slices.Contains(form[f.Key], o.Value)
		switch f.Kind {
		case "tagged":
			o.Tags = strings.Join(textLines(first(f.Key+".tags."+o.Value)), "\n")
		case "risked":
			o.Risk = first(f.Key + ".risk." + o.Value)
		}
	}
	return f
}

// width is the number of cells in a row.
func (f *settingField) width() int {
	if f.Kind == "mappings" {
		return 2
	}
	return len(f.Columns)
}

// takeRows reads rows of cells, each column a name that is repeated. Rows
// without anything are left out.
func takeRows(form url.Values, key string, width int) [][]string {
	var rows [][]string
	for at := 0; ; at++ {
		row, more := make([]string, width), false
		for i := range row {
			if cells := form[cellKey(key, i)]; at < len(cells) {
				row[i], more = strings.ReplaceAll(strings.Join(textLines(cells[at]), "\n"), "\x00", ""), true
			}
		}
		if !more {
			return rows
		}
		if strings.Join(row, "") != "" {
			rows = append(rows, row)
		}
	}
}

// A table or a list of choices with more rows or columns is shown as JSON.
const (
	maxRows    = 200
	maxColumns = 26
)

// cellKey names the cells of a column.
func cellKey(key string, column int) string { return key + "." + string(rune('a'+column)) }
