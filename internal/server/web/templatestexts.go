package web

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"path"
	"slices"
	"strings"
)

// The bounds of what is judged at a time. The API refuses a template above
// tplLargest; a form is no larger than maxLarge.
const (
	tplMost    = 20
	tplLargest = 10 << 20
)

// errTplLarge is for a file that is not read to its end.
var errTplLarge = fmt.Errorf("it is larger than %d MB", tplLargest>>20)

// tplTexts are the templates of the form: those in its fields, and the files.
// fault says what cannot be read.
func (v *visit) tplTexts() (texts []tplText, fault string) {
	names := v.r.PostForm["name"]
	for i, contents := range v.r.PostForm["contents"] {
		if strings.TrimSpace(contents) == "" {
			continue
		}
		// Browsers send the ends of lines of a field as CR LF.
		t := tplText{Contents: strings.ReplaceAll(contents, "\r\n", "\n")}
		if i < len(names) {
			t.Name = names[i]
		}
		texts = append(texts, t)
	}
	unread := 0
	if v.r.MultipartForm != nil {
		left := maxLarge
		for _, header := range v.r.MultipartForm.File["files"] {
			if len(texts) > tplMost {
				unread++ // for no more are judged
				continue
			}
			more, err := tplFile(header, &left)
			if err != nil {
				return texts, fmt.Sprintf("%s cannot be read: %v.", header.Filename, err)
			}
			texts = append(texts, more...)
		}
	}
	if len(texts) > tplMost {
		return texts[:tplMost], fmt.Sprintf("There are %d templates; at most %d are scanned at a time.", len(texts)+unread, tplMost)
	}
	return texts, ""
}

// tplFile reads a file that was uploaded: a template, or an archive of some, of
// which no more than left bytes are unpacked.
func tplFile(header *multipart.FileHeader, left *int) ([]tplText, error) {
	file, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if strings.EqualFold(path.Ext(header.Filename), ".zip") {
		return tplZip(file, header.Size, left)
	}
	text, err := tplRead(file)
	if err != nil || strings.TrimSpace(text) == "" && header.Filename == "" {
		return nil, err
	}
	return []tplText{{Name: header.Filename, Contents: text}}, nil
}

func tplRead(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, tplLargest+1))
	if err == nil && len(data) > tplLargest {
		err = errTplLarge
	}
	return string(data), err
}

// tplExtensions are those of templates in an archive.
var tplExtensions = []string{".yaml", ".yml", ".json", ".template", ".tf"}

// tplZip reads the templates of an archive, by name. However well they are
// packed, no more is unpacked of all archives than a form may hold: left bytes
// of it are left.
func tplZip(file io.ReaderAt, size int64, left *int) ([]tplText, error) {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, errors.New("it is no zip archive")
	}
	var texts []tplText
	for _, f := range archive.File {
		if f.FileInfo().IsDir() || !slices.Contains(tplExtensions, strings.ToLower(path.Ext(f.Name))) || tplForeign(f.Name) {
			continue
		}
		if len(texts) > tplMost {
			return nil, fmt.Errorf("it has more than %d templates", tplMost)
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%s in it: %w", f.Name, err)
		}
		text, err := tplRead(r)
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("%s in it: %w", f.Name, err)
		}
		if *left -= len(text); *left < 0 {
			return nil, fmt.Errorf("unpacked it, or all archives together, is larger than %d MB", maxLarge>>20)
		}
		texts = append(texts, tplText{Name: f.Name, Contents: text})
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("it has no file that ends in %s", strings.Join(tplExtensions, ", "))
	}
	slices.SortFunc(texts, func(a, b tplText) int { return strings.Compare(a.Name, b.Name) })
	return texts, nil
}

// tplForeign tells whether a file of an archive is not the user's own.
func tplForeign(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		return part == "node_modules" || part == "__MACOSX" || strings.HasPrefix(part, ".")
	})
}
