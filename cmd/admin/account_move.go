package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/tenant"
)

type moveFlags struct {
	lifeFlags
	to                   string
	confirm, cancel, yes bool
}

func (a *app) accountMoveCommand() *cobra.Command {
	var f moveFlags
	move := &cobra.Command{
		Use: "move ACCOUNT", Args: takes("ACCOUNT"), Short: "Take an account to another store, while it is in use",
		Long: `Copies the history, compares digests, builds the read models on the new store, follows what comes meanwhile, and then hands the account over: for a
moment its commands wait, none is refused. What the old store has stays there until --confirm removes it. Cut off at any time, the same command
goes on; before the account was handed over --cancel takes back what was done, and the account stays where it is. Upgrades of the account have to be
contracted first, and parked projections mended.`,
		Example: "  admin account move northwind --to-store east\n  admin account move northwind --confirm --yes\n  admin account move northwind --cancel",
	}
	f.add(move)
	move.Flags().StringVar(&f.to, "to-store", "", "store that the account goes to")
	move.Flags().BoolVar(&f.confirm, "confirm", false, "remove what the old store still has of the account, which is on the new one")
	move.Flags().BoolVar(&f.cancel, "cancel", false, "take back a move that has not been made")
	addYes(move, &f.yes)
	move.MarkFlagsOneRequired("to-store", "confirm", "cancel")
	move.MarkFlagsMutuallyExclusive("to-store", "confirm", "cancel")
	move.RunE = a.run(func(ctx context.Context, args []string) error {
		account, err := a.account(ctx, args[0])
		if err != nil {
			return err
		}
		if f.to != "" {
			return a.moveAccount(ctx, account, f)
		}
		if f.confirm {
			if err := confirm(f.yes, "Confirming removes what the old store has of account %s", account.Name); err != nil {
				return err
			}
		}
		return a.endMove(ctx, account, f)
	})
	return move
}

func (a *app) moveAccount(ctx context.Context, account tenant.Account, f moveFlags) error {
	if _, err := a.store(ctx, f.to); err != nil {
		return err
	}
	var done lifecycle.Moved
	c := &change{action: "account move", account: account.ID, parameters: map[string]any{"name": account.Name, "to": f.to}}
	err := a.atWork(ctx, "move "+account.Name, f.lifeFlags, c, func(r *lifecycle.Runner) (err error) {
		done, err = r.Move(ctx, account, f.to)
		c.parameters["pause seconds"] = done.Pause
		return err
	})
	if err != nil {
		return advise(err, "account "+account.Name, strings.TrimPrefix(afterWork(err)+"; --cancel takes it back", "; "))
	}
	a.noteArchived(done.Carried, account.Name)
	a.note("Store %s keeps what it has until: admin account move %s --confirm", done.From, account.Name)
	return printOne(a, done,
		left("account", func(m lifecycle.Moved) string { return m.Account.Name }),
		left("from", func(m lifecycle.Moved) string { return m.From }),
		left("store", func(m lifecycle.Moved) string { return m.Account.StoreID }),
		left("events", func(m lifecycle.Moved) string { return count(m.SequenceNumber) }),
		left("digest", func(m lifecycle.Moved) string { return m.Digest }),
		left("archived streams", func(m lifecycle.Moved) string { return count(m.Archived) }),
		left("appends waited", func(m lifecycle.Moved) string { return duration(time.Duration(m.Pause * float64(time.Second))) }))
}

func (a *app) endMove(ctx context.Context, account tenant.Account, f moveFlags) error {
	var removed lifecycle.Removed
	c := &change{action: "account move", account: account.ID, parameters: map[string]any{"name": account.Name, "confirm": f.confirm, "cancel": f.cancel}}
	err := a.atWork(ctx, "move "+account.Name, f.lifeFlags, c, func(r *lifecycle.Runner) (err error) {
		end := r.Confirm
		if f.cancel {
			end = r.Cancel
		}
		removed, err = end(ctx, account)
		c.parameters["removed"] = removed
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return advise(err, "account "+account.Name, "admin account show "+account.Name)
	}
	if err != nil {
		return advise(err, "account "+account.Name, afterWork(err))
	}
	return a.printRemoved(removed)
}

type removedRows struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
}

func (a *app) printRemoved(removed lifecycle.Removed) error {
	return printList(a, removedList(removed), "Nothing was left.",
		left("table", func(r removedRows) string { return r.Table }),
		right("removed", func(r removedRows) string { return count(r.Rows) }))
}
