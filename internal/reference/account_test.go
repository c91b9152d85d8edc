package reference

import (
	"regexp"
	"testing"
)

func TestAWSOwnedAccount(t *testing.T) {
	for id, want := range map[string]bool{
		"127311923021": true,  // Elastic Load Balancing, us-east-1
		"054676820928": true,  // Elastic Load Balancing, eu-central-1
		"086441151436": true,  // CloudTrail, us-east-1
		"193672423079": true,  // Redshift, us-east-1
		"123456789012": false, // AWS's example of a customer
		"54676820928":  false, // a leading zero lost
		"":             false,
	} {
		if got := AWSOwnedAccount(id); got != want {
			t.Errorf("AWSOwnedAccount(%q) = %t, want %t", id, got, want)
		}
	}
}

func TestAccountTable(t *testing.T) {
	lists, err := awsAccounts()
	if err != nil {
		t.Fatal(err)
	}
	account := regexp.MustCompile(`^\d{12}$`)
	region := regexp.MustCompile(`^[a-z]{2}(-gov)?-[a-z]+-\d$`)
	owner := map[string]string{}
	for _, list := range lists {
		checkSource(t, list.For, list.source)
		for where, ids := range list.Accounts {
			if !region.MatchString(where) || len(ids) == 0 {
				t.Errorf("%s: region %q with accounts %v", list.For, where, ids)
			}
			for _, id := range ids {
				if !account.MatchString(id) {
					t.Errorf("%s: %q in %s is no account id", list.For, id, where)
				}
				if other, ok := owner[id]; ok && other != list.For {
					t.Errorf("account %s is listed for %s and for %s", id, other, list.For)
				}
				owner[id] = list.For
			}
		}
	}
}
