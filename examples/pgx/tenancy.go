// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Package tenancy has transactions of a tenant with pgx 5 and its pool. Copy it; docs/applications.md says why it is as it is.
package tenancy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	setContext = "select app.set_context($1)"
	attempts   = 5
	pause      = 50 * time.Millisecond // doubles with each attempt
)

// ErrMayBeCommitted says that the connection was lost while a transaction was being committed: nobody here knows whether it was.
var ErrMayBeCommitted = errors.New("the connection was lost while committing")

// MakeToken makes a token for one transaction.
type MakeToken func() string

// Options of Run. The zero value is a transaction like any other.
type Options struct {
	// Tx becomes words of BEGIN, so that nothing of it is left in the pool.
	Tx pgx.TxOptions
	// Repeatable: doing it twice is doing it once, so that it is repeated as well where it may have been committed.
	Repeatable bool
	// Attempts at most; 5 where it is 0.
	Attempts int
}

// Run does work in a transaction of the token's tenant, and all of it again, with a new token, where that is what helps.
// It is committed when work returns no error. Where a statement failed and work passed the error over, pgx says pgx.ErrTxCommitRollback.
func Run(ctx context.Context, pool *pgxpool.Pool, makeToken MakeToken, options Options, work func(pgx.Tx) error) error {
	if options.Attempts == 0 {
		options.Attempts = attempts
	}
	for attempt := 1; ; attempt++ {
		committing, err := once(ctx, pool, makeToken(), options.Tx, work)
		if err == nil {
			return nil
		}
		if committing && isLost(err) && !options.Repeatable {
			return fmt.Errorf("%w: %w", ErrMayBeCommitted, err)
		}
		if attempt >= options.Attempts || ctx.Err() != nil || !(isLost(err) || isConflict(err)) {
			return err
		}
		longest := pause << (attempt - 1)
		select {
		case <-time.After(longest/2 + rand.N(longest/2)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func once(ctx context.Context, pool *pgxpool.Pool, token string, tx pgx.TxOptions, work func(pgx.Tx) error) (committing bool, err error) {
	err = pgx.BeginTxFunc(ctx, pool, tx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, setContext, token); err != nil {
			return err
		}
		if err := work(tx); err != nil {
			return err
		}
		committing = true
		return nil
	})
	return committing, err
}

// InOneRoundTrip is a transaction of one query. What a batch sends is one transaction, rolled back as one when a part of it fails.
func InOneRoundTrip(ctx context.Context, pool *pgxpool.Pool, token, query string, values ...any) ([][]any, error) {
	var found [][]any
	batch := &pgx.Batch{}
	batch.Queue(setContext, token)
	batch.Queue(query, values...).Query(func(rows pgx.Rows) error {
		var err error
		found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
		return err
	})
	return found, pool.SendBatch(ctx, batch).Close()
}

func isConflict(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && (refused.Code == "40001" || refused.Code == "40P01")
}

// isLost says that the connection is gone, or that there was none to be had: the network's errors, class 08, or what a server says that
// goes away. pgx's own errors, as of no rows or of a value that does not fit, are none of it.
func isLost(err error) bool {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return strings.HasPrefix(refused.Code, "08") || slices.Contains([]string{"57P01", "57P02", "57P03"}, refused.Code)
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

// Project is a row of projects.
type Project struct {
	CreatedAt time.Time
	ID        string
	Name      string
}

// Projects are all of a tenant's, page by page; each page is a transaction of its own and costs the same, however far it is.
func Projects(ctx context.Context, pool *pgxpool.Pool, makeToken MakeToken, size int) iter.Seq2[Project, error] {
	return func(yield func(Project, error) bool) {
		after, values := "", []any{size}
		for {
			var page []Project
			err := Run(ctx, pool, makeToken, Options{Repeatable: true}, func(tx pgx.Tx) error {
				rows, err := tx.Query(ctx, "select created_at, id, name from app.projects "+after+" order by created_at, id limit $1", values...)
				if err == nil {
					page, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Project])
				}
				return err
			})
			if err != nil {
				yield(Project{}, err)
				return
			}
			for _, project := range page {
				if !yield(project, nil) {
					return
				}
			}
			if len(page) < size {
				return
			}
			last := page[len(page)-1]
			after, values = "where (created_at, id) > ($2, $3)", []any{size, last.CreatedAt, last.ID}
		}
	}
}

// AddProjects adds many rows in one statement; COPY is refused for tenants' tables.
func AddProjects(ctx context.Context, tx pgx.Tx, names []string) error {
	_, err := tx.Exec(ctx, "insert into app.projects (name) select unnest($1::text[])", names)
	return err
}
