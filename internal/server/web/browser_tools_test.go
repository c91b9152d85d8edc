package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// template fails S3-016, which has a correction.
const template = `# The shop's orders.
Resources:
  Orders:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: orders
      AccessControl: PublicReadWrite
`

// TestScanTemplate pastes a template, sees what fails at which line, and takes
// the corrected one.
func TestScanTemplate(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	b.follow("Template scanner")
	b.paste("Template", template)
	b.follow("Scan")
	b.sees("What fails")
	marked := b.texts(".tpl-fault, .tpl-hit")
	if len(marked) == 0 || !strings.Contains(strings.Join(marked, " "), "Orders") && !strings.Contains(strings.Join(marked, " "), "AccessControl") {
		t.Errorf("marked are %q", marked)
	}
	b.follow("Correct what can be corrected")
	b.sees("Correction")
	b.press("The corrected template")
	corrected := eval[string](b, `[...document.querySelectorAll(".tpl-fix details code")].find((el) => el.textContent.includes("Resources:")).textContent`)
	if !strings.HasPrefix(corrected, "# The shop's orders.") || strings.Contains(corrected, "PublicReadWrite") {
		t.Errorf("the corrected template is\n%s", corrected)
	}
	b.press("Template and settings")
	b.paste("Template", "Resources: [")
	b.expect(400, 422)
	b.follow("Scan")
	b.sees("could not be")
}

// TestSearchKnowledge searches by the keyboard alone, and copies a command.
func TestSearchKnowledge(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	b.allow("clipboard-write")
	b.allow("clipboard-read")
	b.open("/knowledge-base/")
	meant[chromedp.Void](b, "field", "Search the knowledge base", "el.focus()")
	b.keys("bucket versioning")
	b.until("rules that are found", `document.querySelectorAll("#kb-hits [role=option]").length > 1`)
	b.keys(kb.ArrowDown)
	if got := eval[string](b, `document.querySelector("#kb-hits [aria-selected=true]")?.textContent ?? ""`); !strings.Contains(got, "S3-012") {
		t.Errorf("the first that is found is %q", got)
	}
	b.leave("the rule that was found", func() { b.keys(kb.Enter) })
	b.at("/knowledge-base/aws/S3/bucket-has-versioning-enabled.html")
	b.sees("Bucket has versioning enabled")
	code := eval[string](b, `document.querySelector("figure.code code").textContent.replace(/\n$/, "")`)
	b.press("Copy")
	b.until("the button to say so", `document.querySelector("figure.code .copy").textContent === "Copied"`)
	ctx := b.ctx
	copied, err := chromedp.Run(ctx, chromedp.Evaluate[string](`navigator.clipboard.readText()`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	if copied != code || code == "" {
		t.Errorf("copied was %q, not %q", copied, code)
	}
	// It is open to those who are not signed in.
	other := l.newTab()
	other.open(b.path())
	other.sees("Bucket has versioning enabled")
	other.sees("Sign in")
}

// TestAddAccount goes through the wizard up to the test of the role, which is
// denied something.
func TestAddAccount(t *testing.T) {
	l := newLive(t)
	b := l.as(demoAdmin)
	b.follow("Accounts")
	b.follow("Add an account")
	b.follow("Next: the role")
	b.sees("Deploy it with CloudFormation")
	b.follow("Terraform")
	b.sees("Deploy it with Terraform")
	b.follow("Next: the account")
	b.fill("Name", "Payments")
	b.fill("Environment", "Production")
	b.fill("Role ARN", "arn:aws:iam::999988887777:user/Surety")
	b.expect(400, 422)
	b.follow("Test the access")
	b.until("the fault at the field", `document.querySelector("#role[aria-invalid=true]") !== null`)
	b.expect()
	b.fill("Role ARN", "arn:aws:iam::999988887777:role/SuretyReadOnly")
	b.follow("Test the access")
	b.sees("1 permission is missing")
	b.sees("s3:ListAllMyBuckets")
	if got := meant[string](b, "field", "Name", "el.value"); got != "Payments" {
		t.Errorf("of what was typed is left %q", got)
	}
	if accounts, err := l.store.Accounts(t.Context()); err != nil || len(accounts) != 3 {
		t.Errorf("there are %d accounts, %v", len(accounts), err)
	}
}
