package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/lifecycle"
)

func (a *app) accountCloneCommand() *cobra.Command {
	var f duplicateFlags
	clone := &cobra.Command{
		Use: "clone ACCOUNT NAME", Args: takes("ACCOUNT", "NAME"), Short: "Copy an account, as it is now, into a new one",
		Long: `The new account has the same events under the same numbers and stream ids, up to the last one at the beginning, and an id of its own. The one
that is cloned is not touched, and may be used meanwhile. Cut off, the same command goes on; until it has ended nobody sees the clone. API keys are
not cloned.`,
		Example: "  admin account clone northwind northwind-test",
	}
	f.add(clone)
	clone.RunE = a.run(func(ctx context.Context, args []string) error {
		return a.duplicate(ctx, "account clone", args, f, lifecycle.Duplicate{})
	})
	return clone
}

// duplicateFlags are those of the commands that make an account of another one's events.
type duplicateFlags struct {
	lifeFlags
	store, id string
}

func (f *duplicateFlags) add(c *cobra.Command) {
	f.lifeFlags.add(c)
	c.Flags().StringVar(&f.store, "store", "", "store of the new account (default: the same)")
	c.Flags().StringVar(&f.id, "id", "", "id of the new account, a uuid (default: a new one)")
}

// duplicate copies the account args[0] into args[1].
func (a *app) duplicate(ctx context.Context, action string, args []string, f duplicateFlags, d lifecycle.Duplicate) (err error) {
	if d.Source, err = a.account(ctx, args[0]); err != nil {
		return err
	}
	if d.ID, err = parseAccountID(f.id); err != nil {
		return err
	}
	if f.store != "" {
		if _, err := a.store(ctx, f.store); err != nil {
			return err
		}
	}
	d.Name, d.StoreID = args[1], f.store
	var done lifecycle.Copied
	c := &change{action: action, account: d.Source.ID, parameters: map[string]any{"name": d.Source.Name, "into": d.Name}}
	err = a.atWork(ctx, args[0]+" into "+d.Name, f.lifeFlags, c, func(r *lifecycle.Runner) (err error) {
		done, err = r.Duplicate(ctx, d)
		c.parameters["id"], c.parameters["events"], c.parameters["digest"] = done.Account.ID, done.SequenceNumber, done.Digest
		return err
	})
	if err != nil {
		return advise(err, "account "+d.Source.Name, afterWork(err))
	}
	return a.printCopied(done)
}
