package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/expr"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
)

// newKey is a key with its token, as it is printed once.
type newKey struct {
	tenant.Key
	Account string `json:"account"`
	Token   string `json:"token"`
}

func (a *app) keyCommand() *cobra.Command {
	list := &cobra.Command{
		Use: "list ACCOUNT", Short: "List an account's keys, the newest first", Args: takes("ACCOUNT"),
		RunE: a.run(func(ctx context.Context, args []string) error {
			account, err := a.account(ctx, args[0])
			if err != nil {
				return err
			}
			catalog, err := a.catalog(ctx)
			if err != nil {
				return err
			}
			keys, err := catalog.Keys(ctx, account.ID)
			if err != nil {
				return away(err, a.config.catalogURL)
			}
			return a.printKeys(keys)
		}),
	}
	return group("key", "Keep the API keys of accounts", a.keyCreateCommand(), list, a.keyRevokeCommand())
}

func (a *app) keyCreateCommand() *cobra.Command {
	var roles []string
	create := &cobra.Command{
		Use: "create ACCOUNT NAME", Args: takes("ACCOUNT", "NAME"),
		Short:   "Create a key and print its token, which cannot be shown again",
		Example: "  admin key create northwind web-shop --roles sales,credit_controller",
	}
	create.Flags().StringSliceVar(&roles, "roles", []string{"*"}, "roles of the model that the key has; '*' has all")
	create.RunE = a.run(func(ctx context.Context, args []string) error {
		account, err := a.account(ctx, args[0])
		if err != nil {
			return err
		}
		catalog, err := a.catalog(ctx)
		if err != nil {
			return err
		}
		created := newKey{Account: account.Name}
		c := &change{action: "key create", account: account.ID, parameters: map[string]any{"name": args[1], "roles": roles}}
		err = a.record(ctx, c, func() error {
			created.Key, created.Token, err = catalog.CreateKey(ctx, account.ID, args[1], roles)
			c.written = true
			return away(err, a.config.catalogURL)
		})
		if err != nil {
			return err
		}
		a.note("Keep the token now: it is stored nowhere and will not be shown again.")
		a.noteUnknownRoles(ctx, account, roles)
		return printOne(a, created,
			left("key", func(k newKey) string { return k.ID }),
			left("account", func(k newKey) string { return k.Account }),
			left("name", func(k newKey) string { return k.Name }),
			left("roles", func(k newKey) string { return strings.Join(k.Roles, ", ") }),
			left("token", func(k newKey) string { return k.Token }))
	})
	return create
}

// noteUnknownRoles tells of roles that the account's release gives no rights to. They are no
// error: the key may be for the release that comes next.
func (a *app) noteUnknownRoles(ctx context.Context, account tenant.Account, roles []string) {
	catalog, err := a.catalogPool(ctx)
	if err != nil {
		return
	}
	loaded, err := release.New(catalog).Get(ctx, account.Release)
	if err != nil {
		return // the key is made, and whoever uses it will hear of the release
	}
	known := rolesOf(loaded.IR())
	for _, role := range roles {
		if !slices.Contains(known, role) {
			a.note("Nothing in the account's release asks for the role %q%s", role, expr.DidYouMean(role, known))
		}
	}
}

// rolesOf returns the roles that the model asks for, and "*".
func rolesOf(ir *model.IR) []string {
	roles := []string{"*"}
	for _, q := range ir.Queries {
		roles = append(roles, q.Allow...)
	}
	for _, stream := range ir.Streams {
		for _, c := range stream.Commands {
			roles = append(roles, c.Allow...)
		}
		for _, event := range stream.Events {
			for _, claim := range event.Claims {
				roles = append(roles, claim.Override)
			}
		}
	}
	return roles
}

func (a *app) keyRevokeCommand() *cobra.Command {
	var yes bool
	revoke := &cobra.Command{
		Use: "revoke KEY", Short: "End a key at once, for good", Args: takes("KEY"),
		Example: "  admin key revoke k3f9x2 --yes",
	}
	addYes(revoke, &yes)
	revoke.RunE = a.run(func(ctx context.Context, args []string) error {
		if err := confirm(yes, "Revoking key %s cuts off whoever uses it, for good", args[0]); err != nil {
			return err
		}
		catalog, err := a.catalog(ctx)
		if err != nil {
			return err
		}
		c := &change{action: "key revoke", parameters: map[string]any{"key": args[0]}}
		err = a.record(ctx, c, func() error {
			c.written = true
			return away(catalog.RevokeKey(ctx, args[0]), a.config.catalogURL)
		})
		if err != nil {
			return advise(err, "", "admin key list ACCOUNT shows the keys")
		}
		return printOne(a, revoked{Key: args[0], Revoked: true},
			left("revoked", func(r revoked) string { return r.Key }))
	})
	return revoke
}

type revoked struct {
	Key     string `json:"key"`
	Revoked bool   `json:"revoked"`
}

func (a *app) printKeys(keys []tenant.Key) error {
	return printList(a, keys, "The account has no key: admin key create.",
		left("key", func(k tenant.Key) string { return k.ID }),
		left("name", func(k tenant.Key) string { return k.Name }),
		left("roles", func(k tenant.Key) string { return strings.Join(k.Roles, ", ") }),
		left("created", func(k tenant.Key) string { return a.age(k.CreatedAt) }),
		left("last used", func(k tenant.Key) string { return a.age(k.LastUsedAt) }),
		left("revoked", func(k tenant.Key) string { return a.age(k.RevokedAt) }))
}

func addYes(c *cobra.Command, yes *bool) {
	c.Flags().BoolVar(yes, "yes", false, "do it; without this nothing happens")
}

// confirm refuses what takes something away from somebody unless --yes was given. The
// consequence is a sentence without its full stop.
func confirm(yes bool, consequence string, args ...any) error {
	if yes {
		return nil
	}
	return advise(fault.New(fault.Invalid, consequence, args...), "", "add --yes to do it; nothing was changed")
}
