package web_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const bucketTemplate = `Resources:
  Orders:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: orders-<script>
`

// tplForm is the form of the scanner with one template.
func tplForm(contents string, more ...string) url.Values {
	f := url.Values{"contents": {contents}, "name": {""}, "settings": {""}, "parameters": {""}, "do": {"judge"}}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func TestTemplatesForm(t *testing.T) {
	s := newSite(t)
	s.get(nobody, "/templates").wantRedirect("/sign-in?return=%2Ftemplates")
	s.get(admin, "/templates").want(http.StatusOK, "payments (Production)", `value="account:`+s.other.ID+`"`)
	s.get(reader, "/templates").want(http.StatusOK, "payments (Production)").lacks(s.other.ID)
	s.get(outsider, "/templates").want(http.StatusOK, "Scan and correct").lacks("Settings of rules")
	for _, name := range []string{"cloudformation", "terraform"} {
		page := s.get(admin, "/templates?example="+name).want(http.StatusOK, "A web server with its database")
		if strings.Contains(page.Body, "What fails") {
			t.Errorf("the example of %s is judged before it is sent", name)
		}
	}
}

func TestTemplateIsJudged(t *testing.T) {
	s := newSite(t)
	page := s.post(outsider, "/templates", tplForm(strings.ReplaceAll(bucketTemplate, "\n", "\r\n")))
	page.want(http.StatusOK, "What fails", "CloudFormation, 5 lines, 1 resource", "Bucket Orders does not keep earlier versions", `href="#t0-2"`, `id="t0-2"`, "S3-012",
		"orders-&lt;script&gt;", "Correct what can be corrected").lacks("orders-<script>", "Correction<", "\r")
	terraform := s.post(admin, "/templates", tplForm("resource \"aws_s3_bucket\" \"b\" {\n}\n"))
	terraform.want(http.StatusOK, "Terraform configuration", "aws_s3_bucket.b")
	unknown := bucketTemplate + "      VersioningConfiguration: {Status: !Ref Mode}\nParameters:\n  Mode: {Type: String}\n"
	s.post(admin, "/templates", tplForm(unknown)).want(http.StatusOK, "unknown check", "It depends on")
	s.post(admin, "/templates", tplForm(unknown, "parameters", "Mode = Suspended\n")).want(http.StatusOK, "does not keep earlier versions", "Mode = Suspended")
}

func TestTemplateIsCorrected(t *testing.T) {
	s := newSite(t)
	form := tplForm(bucketTemplate, "do", "correct", "name", "a/<b>.yaml")
	s.post(admin, "/templates", form).want(http.StatusOK, "Correction", "&#43;&#43;&#43; b/a/&lt;b&gt;.yaml", "Status: Enabled", "Download the corrected template", `value="0"`).lacks("<b>")
	form.Set("only", "0")
	saved := s.post(admin, "/templates/corrected", form).want(http.StatusOK, "BucketName: orders-<script>", "Status: Enabled")
	if got := saved.Header.Get("Content-Disposition"); got != `attachment; filename="-b-.yaml"` {
		t.Errorf("it is saved as %s", got)
	}
	if got := saved.Header.Get("Content-Type"); got != "application/octet-stream" {
		t.Errorf("it is %s", got)
	}
	form.Set("only", "1")
	s.post(admin, "/templates/corrected", form).want(http.StatusUnprocessableEntity, "not in the form")
}

func TestTemplateRefused(t *testing.T) {
	s := newSite(t)
	for name, test := range map[string]struct {
		caller string
		form   url.Values
		status int
		texts  []string
	}{
		"nothing":             {admin, tplForm(" "), 422, []string{"Paste a template, or choose a file.", `id="contents-fault"`, `aria-invalid="true"`}},
		"no parameter":        {admin, tplForm(bucketTemplate, "parameters", "Mode"), 422, []string{`id="parameters-fault"`, "“Mode” is not Name=Value.", "orders-&lt;script&gt;"}},
		"another's account":   {reader, tplForm(bucketTemplate, "settings", "account:"+s.other.ID), 403, []string{`id="settings-fault"`, "orders-&lt;script&gt;"}},
		"no profile":          {admin, tplForm(bucketTemplate, "settings", "profile:none"), 404, []string{`id="settings-fault"`}},
		"no template":         {admin, tplForm("hello"), 200, []string{"could not be scanned", "not a template that Surety knows", "on Pasted template"}},
		"a fault with a line": {admin, tplForm("resource \"aws_s3_bucket\" \"b\" {\n  bucket = \n}\n", "name", "m.tf"), 200, []string{"could not be scanned", "on m.tf:2", "tpl-fault"}},
		"too many":            {admin, url.Values{"contents": strings.Split(strings.Repeat("Resources: {},", 21), ",")}, 422, []string{"There are 21 templates; at most 20"}},
		"no resources":        {admin, tplForm("Resources:\n  Q:\n    Type: Custom::Thing\n"), 200, []string{"Custom::Thing"}},
	} {
		t.Run(name, func(t *testing.T) { s.post(test.caller, "/templates", test.form).want(test.status, test.texts...) })
	}
}

// TestLargeTemplates: however large templates are, the page is not, and says
// what is left out.
func TestLargeTemplates(t *testing.T) {
	s := newSite(t)
	var b strings.Builder
	b.WriteString("Resources:\n")
	for i := range 400 {
		fmt.Fprintf(&b, "  Bucket%d:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: '%s%d'\n      Tags:\n%s", i, hostile, i,
			strings.Repeat("        - {Key: a, Value: '\"\"\"\"\"\"\"\"\"\"\"\"'}\n", 5))
	}
	page := s.post(admin, "/templates", tplForm(b.String(), "do", "correct")).want(http.StatusOK, "lines left out", "not listed here", "Correction").lacks(hostile)
	if len(page.Body) > 300<<10 {
		t.Errorf("the page has %d bytes", len(page.Body))
	}
	if strings.Contains(page.Body, "Download the corrected template") {
		t.Error("a template that the page does not hold can be saved")
	}
}

// A file is one of an upload.
type upload struct {
	name string
	data []byte
}

// upload sends files in the form of the scanner.
func (s *site) upload(files ...upload) *shown {
	s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range files {
		part, err := w.CreateFormFile("files", f.name)
		if err == nil {
			_, err = part.Write(f.data)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequest("POST", s.url+"/templates", &body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Caller", admin)
	r.Header.Set("Content-Type", w.FormDataContentType())
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	var out bytes.Buffer
	if _, err := out.ReadFrom(response.Body); err != nil {
		s.t.Fatal(err)
	}
	return &shown{t: s.t, call: "upload", Status: response.StatusCode, Body: out.String()}
}

func packed(t *testing.T, files ...upload) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		part, err := w.Create(f.name)
		if err == nil {
			_, err = part.Write(f.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTemplateFiles(t *testing.T) {
	s := newSite(t)
	template := []byte(bucketTemplate)
	s.upload(upload{"a.yaml", template}, upload{"b.tf", []byte("resource \"aws_s3_bucket\" \"b\" {}\n")}, upload{"c.yaml", []byte("hello")}).
		want(http.StatusOK, "3 templates", ">a.yaml<", ">b.tf<", "Not scanned", "on c.yaml", `name="name" value="b.tf"`)
	s.upload(upload{"t.zip", packed(t, upload{"infra/a.yaml", template}, upload{"README.md", template}, upload{".git/b.yaml", template}, upload{"infra/", nil})}).
		want(http.StatusOK, "infra/a.yaml").lacks("README.md", ".git", "2 templates")
	s.upload(upload{"t.zip", template}).want(422, "t.zip cannot be read: it is no zip archive.")
	s.upload(upload{"t.zip", packed(t, upload{"README.md", template})}).want(422, "it has no file that ends in .yaml")
	bomb := make([]byte, 11<<20)
	s.upload(upload{"t.zip", packed(t, upload{"a.yaml", bomb})}).want(422, "a.yaml in it: it is larger than 10 MB.")
	s.upload(upload{"a.yaml", bytes.Repeat([]byte("#"), 26<<20)}).want(http.StatusRequestEntityTooLarge, "larger than 25 MB")
}
