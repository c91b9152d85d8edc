package api

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// TestWorkbook: more checks than a sheet takes go on in another, each with its
// header, and what looks like a formula is text.
func TestWorkbook(t *testing.T) {
	b, err := newWorkbook(3, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer b.file.Close()
	created := time.Date(2026, 11, 1, 12, 30, 0, 0, time.UTC).UnixMilli()
	for i, message := range []string{"=HYPERLINK(\"http://evil\")", "a\nb\x01 <&", strings.Repeat("x", 40_000), "", "+1"} {
		r := &Resource{ID: fmt.Sprint(i), Attributes: &checkAttributes{Message: message, Created: &created}}
		if err := b.add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.finish(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.write(&out); err != nil {
		t.Fatal(err)
	}
	first := partsOf(t, out.Bytes())["xl/worksheets/sheet1.xml"]
	for _, part := range []string{`<autoFilter ref="$A$1:$U$3">`, `<cols><col min="1" max="1" width="40" customWidth="1"/><col min="2"`} {
		if !strings.Contains(first, part) {
			t.Errorf("the first sheet has no %s: %s", part, first)
		}
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if d := cmp.Diff([]string{"Checks", "Checks 2", "Checks 3"}, f.GetSheetList()); d != "" {
		t.Fatal(d)
	}
	var ids, messages []string
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if rows[0][0] != "id" || len(rows[0]) != len(exportColumns) {
			t.Errorf("%s begins with %q", sheet, rows[0])
		}
		for i, row := range rows[1:] {
			ids, messages = append(ids, row[0]), append(messages, row[11])
			if row[15] != "2026-11-01 12:30:00" {
				t.Errorf("it was made at %q", row[15])
			}
			if formula, err := f.GetCellFormula(sheet, fmt.Sprintf("L%d", i+2)); formula != "" || err != nil {
				t.Errorf("a formula: %q, %v", formula, err)
			}
			// A time is a number, which a spreadsheet can sort and compare.
			if typ, err := f.GetCellType(sheet, fmt.Sprintf("P%d", i+2)); err != nil || typ != excelize.CellTypeNumber && typ != excelize.CellTypeUnset {
				t.Errorf("a time is of the type %v, %v", typ, err)
			}
		}
		if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("the panes of %s are %+v, %v", sheet, panes, err)
		}
		style, err := f.GetCellStyle(sheet, "A1")
		if err != nil {
			t.Fatal(err)
		}
		if s, err := f.GetStyle(style); err != nil || s.Font == nil || !s.Font.Bold {
			t.Errorf("the header of %s is not bold: %v", sheet, err)
		}
		if width, err := f.GetColWidth(sheet, "L"); err != nil || width != 70 {
			t.Errorf("the messages of %s are %v wide, %v", sheet, width, err)
		}
	}
	if d := cmp.Diff([]string{"0", "1", "2", "3", "4"}, ids); d != "" {
		t.Error(d)
	}
	want := []string{"=HYPERLINK(\"http://evil\")", "a\nb\uFFFD <&", strings.Repeat("x", 32_767), "", "+1"}
	if d := cmp.Diff(want, messages); d != "" {
		t.Error(d)
	}
	filters := map[string]string{}
	for _, name := range f.GetDefinedName() {
		if strings.Contains(name.Name, "_FilterDatabase") {
			filters[name.Scope] = name.RefersTo
		}
	}
	if d := cmp.Diff(map[string]string{"Checks": "'Checks'!$A$1:$U$3", "Checks 2": "'Checks 2'!$A$1:$U$3", "Checks 3": "'Checks 3'!$A$1:$U$2"}, filters); d != "" {
		t.Errorf("the filters: %s", d)
	}
}

// partsOf are the files in a workbook.
func partsOf(t *testing.T, data []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, file := range archive.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[file.Name] = string(text)
	}
	return parts
}

// TestWorkbookText: a sheet that has much text ends before its rows do.
func TestWorkbookText(t *testing.T) {
	b, err := newWorkbook(100, 50)
	if err != nil {
		t.Fatal(err)
	}
	defer b.file.Close()
	for range 4 {
		if err := b.add(&Resource{Attributes: &checkAttributes{Message: strings.Repeat("x", 40)}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(b.file.GetSheetList()); got != 2 {
		t.Errorf("there are %d sheets", got)
	}
}
