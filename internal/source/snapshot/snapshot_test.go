package snapshot

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/surety-cloud/surety/internal/cloud"
)

var taken = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

func sample() *cloud.Inventory {
	return &cloud.Inventory{
		Resources: []*cloud.Resource{
			{
				Type: "AWS::EC2::Volume", ID: "vol-1", Name: "data", Account: "123456789012", World: "123456789012",
				ARN: "arn:aws:ec2:us-east-1:123456789012:volume/vol-1", Region: "us-east-1", Created: taken,
				Tags: map[string]string{"Name": "data", "a<b": "&"},
				Properties: map[string]any{
					"Encrypted": true, "Size": int64(9007199254740993), "VolumeId": "vol-1",
					"KmsKeyId": &cloud.Unresolved{Reason: "ec2:DescribeVolumes is denied", Partial: "arn:", Many: true},
				},
			},
			{
				Type: "AWS::IAM::Role", ID: "admin", Account: "123456789012", World: "123456789012", Region: "global",
				TagsUnresolved: "tag:GetResources is denied",
				Properties: map[string]any{"AssumeRolePolicyDocument": map[string]any{
					"Statement": []any{map[string]any{"Effect": "Allow", mark: "unresolved", "n": 1.5}},
				}},
			},
		},
		Given:    map[string]map[string]bool{"AWS::EC2::Volume": {"Encrypted": true, "AWS::EC2::Volume.X.Y": false}},
		Unread:   []cloud.Unread{{Type: "AWS::S3::Bucket", Account: "123456789012", Region: "global", Reason: "denied"}},
		Problems: []cloud.Problem{{Severity: cloud.Error, Summary: "s", Detail: "d"}},
	}
}

func TestThereAndBack(t *testing.T) {
	var file bytes.Buffer
	inv := sample()
	if err := Write(&file, inv, Header{Taken: taken, By: "v1", Accounts: []string{"123456789012"}, Regions: []string{"us-east-1"}}); err != nil {
		t.Fatal(err)
	}
	got, h, err := Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(inv, got); diff != "" {
		t.Errorf("inventory (-want +got):\n%s", diff)
	}
	if h.Version != Version || !h.Taken.Equal(taken) || h.By != "v1" || len(h.Accounts) != 1 || len(h.Regions) != 1 {
		t.Errorf("header = %+v", h)
	}
}

func packed(t *testing.T, lines ...string) *bytes.Buffer {
	t.Helper()
	var file bytes.Buffer
	w, err := zstd.NewWriter(&file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write([]byte(strings.Join(lines, "\n") + "\n"))
	if closeErr := w.Close(); err != nil || closeErr != nil {
		t.Fatal(err, closeErr)
	}
	return &file
}

func TestBadFiles(t *testing.T) {
	const header = `{"surety":"snapshot","version":1}`
	var whole bytes.Buffer
	if err := Write(&whole, sample(), Header{Taken: taken}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		file *bytes.Buffer
		want string
	}{
		{"empty", &bytes.Buffer{}, "this is no snapshot"},
		{"text", bytes.NewBufferString("AWSTemplateFormatVersion: 2010-09-09\n"), "this is no snapshot"},
		{"other JSON", packed(t, `{"a":1}`), "this is no snapshot"},
		{"newer", packed(t, `{"surety":"snapshot","version":2}`), "use a newer one"},
		{"version 0", packed(t, `{"surety":"snapshot"}`), "there never was"},
		{"no end", packed(t, header, `{"type":"AWS::EC2::Volume","id":"v"}`), "was cut off"},
		{"wrong number", packed(t, header, `{"end":3}`), "should have 3 resources and has 0"},
		{"damaged", packed(t, header, `{"type":`), "line 2 of the snapshot is damaged"},
		{"no type", packed(t, header, `{"id":"x"}`), "has no type"},
		{"unknown field", packed(t, header, `{"type":"AWS::EC2::Volume","idd":"x"}`), "line 2 of the snapshot is damaged"},
		{"half", bytes.NewBuffer(whole.Bytes()[:whole.Len()/2]), "could not be read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := Read(test.file)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want %q", err, test.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	var whole bytes.Buffer
	if err := Write(&whole, sample(), Header{Taken: taken}); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _, _ = Read(bytes.NewReader(data)) // must not panic
	})
}

// TestOneResource writes each resource alone, as the store keeps it.
func TestOneResource(t *testing.T) {
	for _, r := range sample().Resources {
		data, err := Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Unmarshal(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", r.ID, diff)
		}
	}
	for _, text := range []string{"", "[]", "{}", `{"type":"AWS::S3::Bucket","more":1}`, `{"end":3}`} {
		if got, err := Unmarshal([]byte(text)); err == nil {
			t.Errorf("%q was read as %+v", text, got)
		}
	}
}
