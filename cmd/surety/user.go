package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/server/signin"
	"github.com/surety-cloud/surety/internal/store"
)

// newUser makes the commands for those who can reach the database but not sign
// in.
func newUser() *cobra.Command {
	return group("user", "Help users of the assurance server to sign in", newUserList(), newUserLink())
}

func newUserList() *cobra.Command {
	var database string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the users",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := configure(c); err != nil {
				return err
			}
			s, err := openThere(c, database, store.Options{})
			if err != nil {
				return err
			}
			defer s.Close()
			users, err := s.Users(c.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, u := range users {
				fmt.Fprintf(w, "%s\t%s\t%s\n", u.Email, u.Role, u.Status)
			}
			return w.Flush()
		},
	}
	databaseFlag(c, &database)
	configFlag(c)
	return c
}

func newUserLink() *cobra.Command {
	var (
		d         daemon
		publicURL string
	)
	c := &cobra.Command{
		Use:   "link EMAIL",
		Short: "Print a link by which a user sets a new password",
		Long: `Print a one-time link, good for an hour, by which a user sets a new password.
Whoever has the link can do so: give it to the user only. Links from before end.`,
		Example: "  surety user link grace@example.com --public-url https://surety.example.com",
		RunE: func(c *cobra.Command, args []string) error {
			if err := configure(c); err != nil {
				return err
			}
			if len(args) != 1 {
				return usage(c, "name one user by the email address")
			}
			key, err := d.openKey(false)
			if err != nil {
				return err
			}
			s, err := openThere(c, d.database, store.Options{Key: key})
			if err != nil {
				return err
			}
			defer s.Close()
			signing, err := signin.New(signin.Options{Store: s, Box: key, PublicURL: publicURL})
			if err != nil {
				return err
			}
			link, err := signing.ResetLink(c.Context(), args[0])
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), link)
			return nil
		},
	}
	databaseFlag(c, &d.database)
	keyFlag(c, &d.keyFile)
	c.Flags().StringVar(&publicURL, "public-url", "http://127.0.0.1:8080", "`URL` at which users reach the server")
	configFlag(c)
	return c
}
