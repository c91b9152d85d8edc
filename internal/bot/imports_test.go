package bot

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/internal/store"
)

// TestImport follows an organisation that accounts join and leave.
func TestImport(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		client := organizations.NewFromConfig(f.moto.Config("us-east-1"))
		if _, err := client.CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll}); err != nil {
			t.Fatal(err)
		}
		join := func(name string) string {
			t.Helper()
			email := name + "@example.com"
			out, err := client.CreateAccount(t.Context(), &organizations.CreateAccountInput{AccountName: &name, Email: &email})
			if err != nil {
				t.Fatal(err)
			}
			return *out.CreateAccountStatus.AccountId
		}
		shop, web, sandbox := join("shop"), join("web"), join("sandbox")
		// One account of the organisation was added by hand, and one is of
		// another.
		f.addAccount(web)
		f.addAccount(number)
		i := store.Import{
			Name: "Group", RoleARN: "arn:aws:iam::" + awstest.Account + ":role/Lister", ExternalID: "secret-8", RoleName: "SuretyReadOnly",
			Environment: "Production", Tags: []string{"group"}, Exclude: []string{sandbox, awstest.Account},
		}
		if err := f.store.AddImport(t.Context(), &i); err != nil {
			t.Fatal(err)
		}
		b := f.make()
		run := func(failure string, want ...string) {
			t.Helper()
			if err := b.runImport(t.Context(), i.ID); err != nil {
				t.Fatal(err)
			}
			now, err := f.store.Import(t.Context(), i.ID)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(now.Failure, failure) || failure == "" && now.Failure != "" || now.LastRun.IsZero() || !now.NextRun.After(now.LastRun) {
				t.Errorf("the import is %+v", now)
			}
			accounts, err := f.store.Accounts(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range accounts {
				got = append(got, a.AWSID)
			}
			slices.Sort(got)
			slices.Sort(want)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("accounts (-want +got):\n%s", d)
			}
		}
		run("", number, web, shop)
		accounts, err := f.store.Accounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		organisation, err := f.store.Organisation(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		added := accounts[2]
		if added.Name != "shop" || added.RoleARN != "arn:aws:iam::"+shop+":role/SuretyReadOnly" || added.ExternalID != organisation.ExternalID ||
			added.Environment != "Production" || added.ImportID != i.ID || added.NextScan.IsZero() || !slices.Equal(added.Tags, i.Tags) {
			t.Errorf("the account that was added is %+v", added)
		}
		if called := strings.Join(f.called, " "); !strings.Contains(called, "secret-8") {
			t.Error("the role that lists was assumed without its external id")
		}

		// Without an answer nothing changes.
		pay := join("pay")
		f.refuse("ListAccounts")
		run("could not be listed", number, web, shop)
		f.refuse()
		run("", number, web, shop, pay)

		// An account that this import has added goes when it is closed, one
		// that it has not stays.
		for _, id := range []string{shop, web} {
			if _, err := client.CloseAccount(t.Context(), &organizations.CloseAccountInput{AccountId: &id}); err != nil {
				t.Fatal(err)
			}
		}
		run("", number, web, pay)

		// What a deleted import has added stays, and is nobody's.
		if err := f.store.DeleteImport(t.Context(), i.ID); err != nil {
			t.Fatal(err)
		}
		if err := b.runImport(t.Context(), i.ID); err != nil {
			t.Errorf("the run of a deleted import: %v", err)
		}
		accounts, err = f.store.Accounts(t.Context())
		if err != nil || len(accounts) != 3 || slices.ContainsFunc(accounts, func(a store.Account) bool { return a.ImportID != "" }) {
			t.Errorf("the accounts are %+v, %v", accounts, err)
		}
	})
}

// TestImportIsDue has the sweep run an import.
func TestImportIsDue(t *testing.T) {
	f := newFixture(t, t.TempDir()+"/surety.db")
	i := store.Import{Name: "Group", RoleName: "SuretyReadOnly", Environment: "Production"}
	if err := f.store.AddImport(t.Context(), &i); err != nil {
		t.Fatal(err)
	}
	f.start()
	f.until("the import has run", func() bool {
		now, err := f.store.Import(t.Context(), i.ID)
		return err == nil && !now.LastRun.IsZero()
	})
	if now, err := f.store.Import(t.Context(), i.ID); err != nil || !strings.Contains(now.Failure, "no active account") {
		t.Errorf("an import that finds nothing: %+v, %v", now, err)
	}
}
