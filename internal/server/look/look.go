// Package look is what every page of the server has in common: the frame with
// the navigation, the style sheet, the script, the icons and the functions that
// templates may call. The pages themselves stand with the package that answers
// them.
//
// Pages carry no style and no script of their own: all of it comes from files,
// so that the Content-Security-Policy needs no exception. They work without the
// script.
package look

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/auth"
)

//go:embed files
var files embed.FS

// A Frame is a page: what stands around it, and the body that its own template
// shows.
type Frame struct {
	Title string // of the document and its heading
	// Lead is a sentence under the heading; may be empty.
	Lead string
	// Description is what search engines show of the page; may be empty.
	Description string
	// Section is the entry of the navigation that the page belongs to: a
	// path of Navigation.
	Section string
	Crumbs  []Link // the pages above this one, the highest first
	// User is who is signed in; nil shows the page to nobody in particular.
	User *User
	// Bare leaves out the navigation, as on the page on which users sign in.
	Bare   bool
	Error  string // what went wrong
	Notice string // what was done
	// Root leads from a page of a static site to its top: "../../". Empty means
	// that the server answers, and that paths begin with a slash.
	Root string
	Now  time.Time
	Body any
}

// A User is who looks at a page.
type User struct {
	Name  string
	Admin bool
}

// A Link leads to a page.
type Link struct {
	Text string
	Path string
}

// Static tells whether the page is part of a site of files.
func (f *Frame) Static() bool { return f.Root != "" }

// Href is how this page links to a path of the server.
func (f *Frame) Href(to string) string {
	if !f.Static() {
		return to
	}
	to = strings.TrimPrefix(to, "/")
	if before, anchor, ok := strings.Cut(to, "#"); ok {
		return f.Root + index(before) + "#" + anchor
	}
	return f.Root + index(to)
}

// index names the file that a web server would show for a folder.
func index(to string) string {
	if to == "" || strings.HasSuffix(to, "/") {
		return to + "index.html"
	}
	return to
}

// Asset is where a file of the look is.
func (f *Frame) Asset(name string) string {
	if f.Static() {
		return f.Root + "assets/" + name
	}
	return assetPath + assets().version + "/" + name
}

// Pages are the templates of a package, ready to be shown.
type Pages struct {
	pages map[string]*template.Template
}

// Parse reads every page of a folder (*.html), each with the frame. Files whose
// names begin with an underscore hold templates that all pages of the folder
// may use.
func Parse(folder fs.FS, dir string) (*Pages, error) {
	frame, err := template.New("frame.html").Funcs(functions).ParseFS(files, "files/*.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(folder, path.Join(dir, "*.html"))
	if err != nil {
		return nil, err
	}
	p := &Pages{pages: map[string]*template.Template{}}
	var own []string
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			if frame, err = frame.ParseFS(folder, name); err != nil {
				return nil, err
			}
			continue
		}
		own = append(own, name)
	}
	for _, name := range own {
		page, err := frame.Clone()
		if err == nil {
			page, err = page.ParseFS(folder, name)
		}
		if err != nil {
			return nil, err
		}
		p.pages[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return p, nil
}

// Render gives a page as HTML.
func (p *Pages) Render(page string, f *Frame) ([]byte, error) {
	t := p.pages[page]
	if t == nil {
		return nil, fmt.Errorf("there is no page %s", page)
	}
	if f.Now.IsZero() {
		f.Now = time.Now()
	}
	var b bytes.Buffer
	if err := t.Execute(&b, f); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Show answers a request with a page. The error is ours, not the reader's; then
// nothing has been written yet.
func (p *Pages) Show(w http.ResponseWriter, status int, page string, f *Frame) error {
	data, err := p.Render(page, f)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(data) //nolint:errcheck // the browser may have gone
	return nil
}

// UserOf is a principal as pages know it; nil for nobody.
func UserOf(p *auth.Principal) *User {
	if p == nil {
		return nil
	}
	u := &User{Name: p.Name, Admin: p.IsAdmin()}
	if u.Name == "" {
		u.Name = p.Email
	}
	return u
}
