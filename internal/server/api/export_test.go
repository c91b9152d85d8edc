package api_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

// TestExport exports more checks than are read at once: the same as the list
// has, in the same order.
func TestExport(t *testing.T) {
	s := newServer(t)
	var checks []store.Found
	for i := range 2500 {
		checks = append(checks, bucketCheck(fmt.Sprintf("bucket-%d", i), store.Failure))
	}
	s.merge(s.account, checks)
	s.merge(s.other, checks[:3])
	var want []string
	for page := range 3 {
		want = append(want, ids(s.ok(admin, "GET", fmt.Sprintf("/v1/checks?accountIds=all&page[size]=1000&page[number]=%d", page), ""))...)
	}
	answer := s.do(admin, "GET", "/v1/checks/export?accountIds=all", "")
	if answer.Status != 200 || answer.Header.Get("Content-Type") != "application/x-ndjson" {
		t.Fatalf("the answer is %d %v", answer.Status, answer.Header)
	}
	var got []string
	lines := bufio.NewScanner(bytes.NewReader(answer.Body))
	for lines.Scan() {
		var line struct {
			ID         string
			Attributes map[string]any
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.Attributes["rule-title"] == nil {
			t.Fatalf("a line is %s: %v", lines.Text(), err)
		}
		got = append(got, line.ID)
	}
	if d := cmp.Diff(want, got); d != "" || len(got) != 2503 {
		t.Errorf("%d lines (-list +export):\n%s", len(got), d)
	}
	if body := s.do(reader, "GET", "/v1/checks/export?filter[resource]=bucket-7&accountIds="+s.account.ID, "").Body; bytes.Count(body, []byte("\n")) != 1 {
		t.Errorf("a filtered export is %s", body)
	}
	for query, status := range map[string]int{"": 422, "accountIds=all": 403, "accountIds=" + s.account.ID + "&format=xml": 422, "format=xlsx": 422, "accountIds=" + s.account.ID + "&filter[statuses]=x": 422} {
		caller := reader
		if query == "accountIds=all" {
			caller = outsider
		}
		s.do(caller, "GET", "/v1/checks/export?"+query, "").want(status)
	}
	s.do(reader, "GET", "/v1/checks/export?accountIds="+s.other.ID, "").want(403)
}

func TestExportCSV(t *testing.T) {
	s := newServer(t)
	check := bucketCheck("=cmd()", store.Failure)
	check.Message = "\n=cmd()"
	s.merge(s.account, []store.Found{check}, bucketOf("=cmd()", map[string]string{"a": "1,2"}))
	answer := s.do(reader, "GET", "/v1/checks/export?format=csv&accountIds="+s.account.ID, "")
	records, err := csv.NewReader(bytes.NewReader(answer.Body)).ReadAll()
	if err != nil || len(records) != 2 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/csv") {
		t.Fatalf("the records are %q: %v", records, err)
	}
	row := map[string]string{}
	for i, name := range records[0] {
		row[name] = records[1][i]
	}
	for name, want := range map[string]string{
		"account": s.account.ID, "rule": "S3-001", "status": "FAILURE", "risk": "VERY_HIGH", "resource": "'=cmd()", "message": "'\n=cmd()", "type": "s3-bucket",
		"tags": "a::1,2", "created": "2026-11-01T12:00:00Z", "suppressed": "false", "resolved": "",
	} {
		if row[name] != want {
			t.Errorf("%s is %q, not %q", name, row[name], want)
		}
	}
	s.merge(s.account, nil)
	if body := s.do(reader, "GET", "/v1/checks/export?format=csv&accountIds="+s.account.ID, "").Body; bytes.Count(body, []byte("\n")) != 1 {
		t.Errorf("an export of nothing is %q", body)
	}
}

// TestExportDocument exports one document: the same as the list has.
func TestExportDocument(t *testing.T) {
	s := newServer(t)
	path := "/v1/checks/export?format=json&accountIds=" + s.account.ID
	if body := s.ok(reader, "GET", path, ""); size(body["data"]) != 0 {
		t.Errorf("an export of nothing is %v", body)
	}
	s.merge(s.account, []store.Found{bucketCheck("a", store.Failure), bucketCheck("b", store.Success)}, bucketOf("a", nil))
	answer := s.do(reader, "GET", path, "")
	want := s.ok(reader, "GET", "/v1/checks?accountIds="+s.account.ID, "")["data"]
	if d := cmp.Diff(want, answer.want(200)["data"]); d != "" || size(want) != 2 {
		t.Errorf("(-list +export):\n%s", d)
	}
	for format, file := range map[string]string{"": "checks.jsonl", "jsonl": "checks.jsonl", "json": "checks.json", "csv": "checks.csv", "xlsx": "checks.xlsx"} {
		got := s.do(reader, "GET", "/v1/checks/export?format="+format+"&accountIds="+s.account.ID, "").Header.Get("Content-Disposition")
		if got != `attachment; filename="`+file+`"` {
			t.Errorf("the format %q has the name %q", format, got)
		}
	}
}
