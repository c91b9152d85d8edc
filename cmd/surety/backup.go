package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/store"
)

// databaseFlag names the database of the commands that need one.
func databaseFlag(c *cobra.Command, database *string) {
	c.Flags().StringVar(database, "database", "surety.db", "`file` of the SQLite database, or postgres://user@host/name")
}

// openThere opens a database that has to be there already: opening a file that
// is not would make it.
func openThere(c *cobra.Command, database string, options store.Options) (*store.Store, error) {
	if !store.IsPostgres(database) {
		if _, err := os.Stat(database); err != nil {
			return nil, fmt.Errorf("--database: %w", err)
		}
	}
	return store.Open(c.Context(), database, options)
}

// newBackup makes the command that copies the database.
func newBackup() *cobra.Command {
	var database, output string
	c := &cobra.Command{
		Use:   "backup",
		Short: "Copy the server's SQLite database while it is in use",
		Long: `Write a copy of the database as it is at this moment. The server may go on
running. Keep the key file as well: without it the secrets in the copy (external
ids, tokens) cannot be opened. PostgreSQL has pg_dump for this.`,
		Example: "  surety backup --database surety.db -o surety-2026-11-30.db",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := configure(c); err != nil {
				return err
			}
			if output == "" {
				return usage(c, "name the file to write with -o")
			}
			if store.IsPostgres(database) {
				return errors.New("surety backup copies SQLite databases; of PostgreSQL, pg_dump makes a backup")
			}
			s, err := openThere(c, database, store.Options{})
			if err != nil {
				return err
			}
			defer s.Close()
			return s.Backup(c.Context(), output)
		},
	}
	databaseFlag(c, &database)
	outputFlag(c, &output)
	configFlag(c)
	return c
}

// newRestore makes the command that brings a copy back.
func newRestore() *cobra.Command {
	var (
		database string
		force    bool
	)
	c := &cobra.Command{
		Use:   "restore BACKUP",
		Short: "Make a database of what surety backup has written",
		Long: `Make the server's database of a copy that surety backup has written, once it has
been found to be whole. Stop the server before.`,
		Example: "  surety restore surety-2026-11-30.db --database surety.db",
		RunE: func(c *cobra.Command, files []string) error {
			if err := configure(c); err != nil {
				return err
			}
			if len(files) != 1 {
				return usage(c, "name one backup")
			}
			if store.IsPostgres(database) {
				return errors.New("surety restore makes SQLite databases; into PostgreSQL, pg_restore brings a backup")
			}
			if err := store.Restore(c.Context(), files[0], database, force); err != nil {
				return err
			}
			fmt.Fprintf(c.ErrOrStderr(), "%s is restored from %s\n", database, files[0])
			return nil
		},
	}
	databaseFlag(c, &database)
	c.Flags().BoolVar(&force, "force", false, "replace a database that is there; it is kept beside, with .old in its name")
	configFlag(c)
	return c
}
