// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// A program that uses examples/pgx; the README of the folder above has its requests.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"example.com/tenancy"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type login struct{ User, Password string }

type config struct {
	Hosts, Addresses []string
	Ports            []int
	Database, CA     string
	Logins           map[string]login
}

type step struct {
	SQL       string
	Values    []any
	Savepoint []step
	Swallow   string
	Fail      bool
	Ask       string
	Until     *int
}

type request struct {
	Do, Profile, SQL, Key, Database, Tenant, Actor string
	Tokens, Names                                  []string
	Serializable, Repeatable                       bool
	ReadOnly                                       bool `json:"read_only"`
	Attempts, Size, Life                           int
	Steps                                          []step
	Values                                         []any
}

var (
	ctx      = context.Background()
	input    = bufio.NewReaderSize(os.Stdin, 1<<20)
	attempts int
	pools    = map[string]*pgxpool.Pool{}
)

func main() {
	var told config
	read(&told)
	for profile, login := range told.Logins {
		pools[profile] = open(told, login)
	}
	tell(map[string]any{"ready": true})
	for {
		var asked request
		if !read(&asked) {
			return
		}
		attempts = 0
		answer, err := answered(asked)
		if err != nil {
			answer = map[string]any{"error": described(err)}
		}
		answer["attempts"] = attempts
		tell(answer)
	}
}

// pgx resolves the name itself; here it is told what it stands for.
func open(told config, login login) *pgxpool.Pool {
	hosts := strings.Join(told.Hosts, ",")
	ports := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(told.Ports)), ","), "[]")
	dsn := fmt.Sprintf("host=%s port=%s dbname=%s user=%s sslmode=verify-full sslrootcert=%s", hosts, ports, told.Database, login.User, told.CA)
	settings := must(pgxpool.ParseConfig(dsn))
	settings.ConnConfig.Password = login.Password
	settings.ConnConfig.LookupFunc = func(context.Context, string) ([]string, error) { return told.Addresses, nil }
	settings.MaxConns = 2
	return must(pgxpool.NewWithConfig(ctx, settings))
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func answered(asked request) (map[string]any, error) {
	makeToken := func() string {
		token := asked.Tokens[0]
		if len(asked.Tokens) > 1 {
			asked.Tokens = asked.Tokens[1:]
		}
		return token
	}
	options := tenancy.Options{Repeatable: asked.Repeatable, Attempts: asked.Attempts}
	if asked.Serializable {
		options.Tx.IsoLevel = pgx.Serializable
	}
	if asked.ReadOnly {
		options.Tx.AccessMode = pgx.ReadOnly
	}
	switch asked.Do {
	case "run":
		var found []any
		err := tenancy.Run(ctx, pools[asked.Profile], makeToken, options, func(tx pgx.Tx) (err error) {
			attempts++
			found, err = done(tx, asked.Steps)
			return err
		})
		return map[string]any{"rows": found}, err
	case "bare":
		connection, err := pools["write"].Acquire(ctx)
		if err != nil {
			return nil, err
		}
		defer connection.Release()
		found, err := query(connection, asked.SQL, nil)
		return map[string]any{"rows": found}, err
	case "pages":
		names := []string{}
		for project, err := range tenancy.Projects(ctx, pools["write"], makeToken, asked.Size) {
			if err != nil {
				return nil, err
			}
			names = append(names, project.Name)
		}
		return map[string]any{"names": names}, nil
	case "bulk":
		err := tenancy.Run(ctx, pools[asked.Profile], makeToken, options, func(tx pgx.Tx) error { return tenancy.AddProjects(ctx, tx, asked.Names) })
		return map[string]any{"count": len(asked.Names)}, err
	case "single":
		found, err := tenancy.InOneRoundTrip(ctx, pools["write"], makeToken(), asked.SQL, asked.Values...)
		return map[string]any{"rows": found}, err
	case "issue":
		token, err := tenancy.Issue(asked.Key, asked.Database, asked.Tenant, asked.Actor, time.Duration(asked.Life)*time.Second)
		return map[string]any{"token": token}, err
	}
	return nil, errors.New("unknown request")
}

type querier interface {
	Query(ctx context.Context, sql string, values ...any) (pgx.Rows, error)
}

// The rows of each query, one after another.
func done(tx pgx.Tx, steps []step) ([]any, error) {
	found := []any{}
	for _, step := range steps {
		switch {
		case step.SQL != "":
			rows, err := query(tx, step.SQL, step.Values)
			if err != nil {
				return nil, err
			}
			found = append(found, rows)
		case step.Savepoint != nil:
			var inner []any
			err := pgx.BeginFunc(ctx, tx, func(nested pgx.Tx) (err error) {
				inner, err = done(nested, step.Savepoint)
				return err
			})
			if err != nil {
				inner = []any{described(err)}
			}
			found = append(found, inner...)
		case step.Swallow != "":
			if _, err := query(tx, step.Swallow, nil); err != nil {
				found = append(found, described(err))
			}
		case step.Fail:
			return nil, errors.New("asked to fail")
		case step.Ask != "" && (step.Until == nil || attempts <= *step.Until):
			tell(map[string]any{"ask": step.Ask})
			must(input.ReadString('\n'))
		}
	}
	return found, nil
}

func query(connection querier, sql string, values []any) ([][]any, error) {
	rows, err := connection.Query(ctx, sql, values...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
}

func described(err error) map[string]any {
	words := map[string]any{"kind": "", "sqlstate": nil, "constraint": nil, "text": err.Error()}
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		words["sqlstate"] = refused.Code
		if refused.ConstraintName != "" {
			words["constraint"] = refused.ConstraintName
		}
	}
	if errors.Is(err, tenancy.ErrMayBeCommitted) {
		words["kind"] = "MayBeCommitted"
	}
	return words
}

func read(into any) bool {
	line, err := input.ReadBytes('\n')
	return err == nil && json.Unmarshal(line, into) == nil
}

func tell(answer map[string]any) {
	fmt.Println(string(must(json.Marshal(answer))))
}
