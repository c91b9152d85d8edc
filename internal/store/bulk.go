package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// A transaction can write many rows at once, each database in its fastest way.
type transaction struct {
	*sql.Tx
	conn     *sql.Conn
	postgres bool
}

// batch bounds the statements that are sent to PostgreSQL together.
const batch = 1000

// insert writes n rows of a table: by COPY, or a prepared statement. Each row
// is asked for when it is written, so that not all are in memory.
func (tx *transaction) insert(ctx context.Context, table string, columns []string, n int, row func(int) []any) error {
	if n == 0 {
		return nil
	}
	if tx.postgres {
		return tx.raw(func(conn *pgx.Conn) error {
			source := pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil })
			_, err := conn.CopyFrom(ctx, pgx.Identifier{table}, columns, source)
			return err
		})
	}
	places := make([]string, len(columns))
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ", "), strings.Join(places, ", "))
	statement, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer statement.Close()
	for i := range n {
		if _, err := statement.ExecContext(ctx, row(i)...); err != nil {
			return err
		}
	}
	return nil
}

// each runs a statement once for each list of arguments.
func (tx *transaction) each(ctx context.Context, query string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if tx.postgres {
		return tx.raw(func(conn *pgx.Conn) error {
			for len(rows) > 0 {
				n := min(batch, len(rows))
				b := &pgx.Batch{}
				for _, args := range rows[:n] {
					b.Queue(query, args...)
				}
				if err := conn.SendBatch(ctx, b).Close(); err != nil {
					return err
				}
				rows = rows[n:]
			}
			return nil
		})
	}
	statement, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer statement.Close()
	for _, args := range rows {
		if _, err := statement.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// A step is a statement with the arguments of each run.
type step struct {
	query string
	rows  [][]any
}

// all runs steps one after the other, up to the first that fails.
func (tx *transaction) all(ctx context.Context, steps []step) error {
	for _, s := range steps {
		if err := tx.each(ctx, s.query, s.rows); err != nil {
			return err
		}
	}
	return nil
}

// raw gives the connection of PostgreSQL that the transaction is on.
func (tx *transaction) raw(f func(*pgx.Conn) error) error {
	return tx.conn.Raw(func(driver any) error {
		conn, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the driver is %T", driver)
		}
		return f(conn.Conn())
	})
}

// storable takes out of texts what PostgreSQL does not store: the character
// NUL, and what is not UTF-8.
func storable(texts ...*string) {
	for _, text := range texts {
		if strings.IndexByte(*text, 0) >= 0 || !utf8.ValidString(*text) {
			*text = strings.ReplaceAll(strings.ToValidUTF8(*text, "\uFFFD"), "\x00", "\uFFFD")
		}
	}
}
