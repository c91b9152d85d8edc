package web_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// An id of an address that leads upwards makes no other call of a page's.
func TestIDsDoNotClimb(t *testing.T) {
	s := newSite(t)
	s.bucketChecks()
	for _, id := range []string{"%2e%2e", "%2e", "..%2f..%2fusers", "..%2fusers", "%2e%2e%2f%2e%2e", "a%2f..%2f..", "%252e%252e"} {
		for _, path := range []string{
			"/accounts/" + id, "/accounts/" + id + "/rules", "/accounts/" + s.account.ID + "/rules/" + id, "/groups/" + id, "/profiles/" + id,
			"/custom-rules/" + id, "/standards/" + id, "/standards/" + id + "/edit", "/users/" + id, "/imports/" + id,
		} {
			s.asked.take()
			got := s.get(admin, path)
			if got.Status != http.StatusNotFound && got.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: the status is %d", got.call, got.Status)
			}
			for _, c := range s.asked.take() {
				if c.Path == "/v1/users" || c.Path == "/v1" || c.Path == "/v1/" {
					t.Errorf("%s asks for %s", got.call, c.Path)
				}
			}
		}
	}
	// The trailing slash of a list is no id.
	for _, path := range []string{"/checks/", "/resources/"} {
		s.get(admin, path).want(http.StatusNotFound)
	}
}

// A rule that is taken out of a profile under a name that leads upwards does
// not take the profile with it.
func TestRemovedRuleDoesNotClimb(t *testing.T) {
	s := newSite(t)
	p := store.Profile{Name: "base"}
	if err := s.store.AddProfile(t.Context(), &p, nil); err != nil {
		t.Fatal(err)
	}
	s.post(admin, "/profiles/"+p.ID, url.Values{"action": {"remove"}, "rule": {".."}})
	s.get(admin, "/profiles/"+p.ID).want(http.StatusOK, "base")
	s.post(admin, "/accounts/"+s.account.ID+"/rules", url.Values{"action": {"reset"}, "rule": {"..", "."}})
	s.post(admin, "/jobs/%2e%2e/delete", nil).want(http.StatusNotFound)
	s.post(admin, "/views/%2e%2e", url.Values{"do": {"delete"}}).want(http.StatusNotFound)
}

// What is kept on disk of an upload goes with the request.
func TestUploadLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := newSite(t)
	for range 2 {
		s.upload(upload{"a.yaml", bytes.Repeat([]byte("# nothing\n"), 300_000)}).want(http.StatusOK)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if strings.HasPrefix(f.Name(), "multipart-") {
			t.Errorf("%s is left", f.Name())
		}
	}
}

// However many archives there are, no more is unpacked than a form may hold.
func TestArchivesTogether(t *testing.T) {
	s := newSite(t)
	var files []upload
	for i := range 15 {
		var packed bytes.Buffer
		w := zip.NewWriter(&packed)
		f, err := w.Create("a.yaml")
		if err == nil {
			_, err = f.Write(bytes.Repeat([]byte("# nothing\n"), 200_000))
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, upload{fmt.Sprintf("%d.zip", i), packed.Bytes()})
	}
	s.upload(files...).want(http.StatusUnprocessableEntity, "larger than 25 MB")
}

// A page that there is not is no fault of the server.
func TestPageNumbers(t *testing.T) {
	s := newSite(t)
	s.bucketChecks()
	for _, number := range []string{"9223372036854775807", "92233720368547760", "184467440737095518", "2147483648", "-1", "99999999999999999999"} {
		for _, path := range []string{
			"/knowledge-base/aws/", "/checks", "/checks?by=rule", "/checks?by=resource", "/groups", "/events", "/accounts", "/profiles/apply", "/standards/CISAWSF-5_0",
			"/accounts/" + s.account.ID + "/rules", "/accounts/" + s.account.ID + "/scans", "/accounts/" + s.account.ID + "/bot/copy", "/users/new", "/custom-rules",
		} {
			to := "?"
			if strings.Contains(path, "?") {
				to = "&"
			}
			s.get(admin, path+to+"page="+number).want(http.StatusOK)
		}
	}
}

// What a form says of filters is no longer than an address can be.
func TestLongFilterOfForm(t *testing.T) {
	s := newSite(t)
	s.bucketChecks()
	var values []string
	for i := range 40_000 {
		values = append(values, fmt.Sprint(i))
	}
	query := url.Values{"filter[regions]": {strings.Join(values, ",")}}.Encode()
	s.asked.take()
	s.post(admin, "/checks/suppress", url.Values{"do": {"suppress-all"}, "query": {query}}).want(http.StatusRequestEntityTooLarge)
	s.post(outsider, "/views", url.Values{"name": {"x"}, "query": {query}}).want(http.StatusRequestEntityTooLarge)
	if asked := s.asked.take(); len(asked) > 0 {
		t.Errorf("the API is asked: %v", asked)
	}
}
