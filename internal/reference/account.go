package reference

import (
	"slices"
	"sync"
)

// An accountList holds accounts that are AWS's own and that a bucket policy
// names for a service to deliver to the bucket.
type accountList struct {
	For    string // what the accounts deliver
	source `yaml:",inline"`
	// Accounts by region; a region may have more than one over time.
	Accounts map[string][]string
}

var awsAccounts = sync.OnceValues(func() ([]accountList, error) { return load[[]accountList]("elb-accounts.yaml") })

// AWSOwnedAccount tells whether an account id is one that AWS publishes as its
// own, for a service to write logs into a customer's bucket. To trust it is
// not to trust a stranger.
func AWSOwnedAccount(id string) bool {
	lists, err := awsAccounts()
	if err != nil {
		return false
	}
	for _, list := range lists {
		for _, ids := range list.Accounts {
			if slices.Contains(ids, id) {
				return true
			}
		}
	}
	return false
}
