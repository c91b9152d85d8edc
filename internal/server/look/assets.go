package look

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/server/chart"
)

// assetPath is below what the files of the look stand, under a version that
// changes with them, so that browsers may keep them for ever.
const assetPath = "/assets/"

// An assetSet is the files that pages load.
type assetSet struct {
	version string
	files   map[string][]byte
}

// assets are made once: the style sheets in the order of their names are one
// file, and so are the scripts.
var assets = sync.OnceValue(func() *assetSet {
	set := &assetSet{files: map[string][]byte{
		"surety.css": slices.Concat(joined("css", ".css"), []byte(extraCSS())),
		"surety.js":  joined("js", ".js"),
		"surety.svg": must(fs.ReadFile(files, "files/surety.svg")),
	}}
	sum := sha256.New()
	for _, name := range AssetNames() {
		sum.Write(set.files[name])
	}
	set.version = hex.EncodeToString(sum.Sum(nil))[:12]
	return set
})

// AssetNames lists the files that pages load.
func AssetNames() []string { return []string{"surety.css", "surety.js", "surety.svg"} }

// Asset is the content of such a file; nil when there is none of that name.
func Asset(name string) []byte { return assets().files[name] }

// must gives what is embedded: whether it is there was decided by the compiler.
func must(data []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return data
}

// joined is all files of one kind, one after the other.
func joined(dir, ext string) []byte {
	entries, err := fs.ReadDir(files, "files/"+dir)
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	for _, e := range entries {
		if path.Ext(e.Name()) == ext {
			b.Write(must(fs.ReadFile(files, "files/"+dir+"/"+e.Name())))
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// Register adds the files to a mux.
func Register(mux *http.ServeMux) {
	mux.HandleFunc("GET "+assetPath+"{version}/{name}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		data := Asset(name)
		if data == nil {
			http.NotFound(w, r)
			return
		}
		// A page of before an upgrade gets the files of now, and keeps them not.
		if r.PathValue("version") == assets().version {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		w.Header().Set("Content-Type", assetTypes[path.Ext(name)])
		w.Write(data) //nolint:errcheck // the browser may have gone
	})
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", assetTypes[".svg"])
		w.Header().Set("Cache-Control", "public, max-age=86400")
		w.Write(Asset("surety.svg")) //nolint:errcheck // the browser may have gone
	})
}

// extraCSS are the styles of packages that make parts of pages.
func extraCSS() string { return strings.Join(styles, "\n") }

// styles are those style sheets.
var styles = []string{chart.CSS, kb.CSS}
