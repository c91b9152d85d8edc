package remedy

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/rules"
)

// hostile are ids that must be inert in a shell.
var hostile = []string{
	"; rm -rf /", "$(touch /tmp/x)", "`id`", "a'b", `a"b`, "a b", "a\\", "$HOME", "!!", "*", "~", "-x", "--help", "a&b>d",
	"'; exit 1; '", "{a,b}", "#x", "a=b", "é",
}

func TestQuote(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	for _, value := range hostile {
		out, err := exec.Command(sh, "-c", "printf %s "+quote(value)).Output()
		if value == "-x" || value == "--help" {
			out, err = exec.Command(sh, "-c", "printf %s x"+quote(value)).Output()
			value = "x" + value
		}
		if err != nil || string(out) != value {
			t.Errorf("quote(%q) = %s gives %q, %v", value, quote(value), out, err)
		}
	}
}

// TestHostile puts hostile ids into a command, which a shell then runs with an
// aws that prints its arguments.
func TestHostile(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	for _, value := range hostile {
		m := remedyOf(t, "RDS-004", &cloud.Resource{Type: "AWS::RDS::DBInstance", ID: value, Account: "$(id)", Region: "; reboot"})
		c := m.Repair[0]
		out, err := exec.Command(sh, "-c", `aws() { printf '<%s>' "$@"; }; `+c.Text).Output()
		want := "<rds><create-db-snapshot><--db-instance-identifier><" + value + "><--db-snapshot-identifier><orders-plain>"
		if strings.HasPrefix(value, "-") {
			want = strings.Replace(want, "identifier><-", "identifier=-", 1)
		}
		if err != nil || string(out) != want {
			t.Errorf("%q: %s\ngives %s\nwant  %s (%v)", value, c.Text, out, want, err)
		}
	}
}

// TestRefused tries values that may stand in no command.
func TestRefused(t *testing.T) {
	for _, value := range []string{
		"", "file:///etc/passwd", "FILEB://x", "http://169.254.169.254/", "a\nb", "a\x1b[201~b", "a\u202eb", "a\u200bb", "\xff",
		strings.Repeat("a", maxValue+1),
	} {
		m := remedyOf(t, "RDS-004", &cloud.Resource{Type: "AWS::RDS::DBInstance", ID: value})
		if c := m.Repair[0]; c.Filled() || !c.Open() || value != "" && strings.Contains(c.Text, value) {
			t.Errorf("%q stands in %s", value, c.Text)
		}
		if value != "" && fillable(value) {
			t.Errorf("%q is fillable", value)
		}
	}
	// What is not plain does not stand within a structure.
	m := remedyOf(t, "EC2-075", &cloud.Resource{Type: "AWS::EC2::SecurityGroup", ID: "sg-1,sg-2"})
	if m.Audit[0].Filled() {
		t.Errorf("a comma stands in %s", m.Audit[0].Text)
	}
}

// TestDash gives every page's resource a name that the AWS CLI would take for an
// option: IAM lets people choose such names.
func TestDash(t *testing.T) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	const name = "--debug"
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		res := liveExample(t, r)
		if res == nil {
			continue // TestPages tells
		}
		for property, v := range res.Properties {
			if v == any(res.ID) || v == any(res.Name) {
				res.Properties[property] = name
			}
		}
		res.ID, res.Name = name, name
		m, err := For(Input{Rule: r, Resource: res, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range slices.Concat(m.Audit, m.Repair) {
			before := ""
			for _, p := range c.Parts() {
				before += p.Text
				word := before[strings.LastIndexAny(before, " \t\n")+1:]
				if p.Kind == Own && strings.HasPrefix(strings.TrimLeft(word, `'"`), "-") && strings.HasSuffix(word, name) && !strings.Contains(word, "=") {
					t.Errorf("%s: %s is an option in %s", id, p.Text, c.Text)
				}
			}
		}
	}
}
