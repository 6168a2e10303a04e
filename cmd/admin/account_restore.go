package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/lifecycle"
)

func (a *app) accountRestoreCommand() *cobra.Command {
	var f duplicateFlags
	var asOf string
	var number int64
	restore := &cobra.Command{
		Use: "restore ACCOUNT NAME", Args: takes("ACCOUNT", "NAME"), Short: "Make a new account of another one as it was at a moment",
		Long: `The new account has the events up to the moment, and what follows from them; the one that it comes from stays as it is. Nothing is ever written
over: look at the new account, and then decide which one goes on. It is what clone does, up to another event.`,
		Example: "  admin account restore northwind northwind-friday --as-of 2026-11-20T17:00:00Z\n  admin account restore northwind northwind-before --sequence 48113",
	}
	f.add(restore)
	restore.Flags().StringVar(&asOf, "as-of", "", "the moment, as in 2026-11-20T17:00:00Z: all events that were stored by then")
	restore.Flags().Int64Var(&number, "sequence", 0, "instead: the sequence number of the last event")
	restore.MarkFlagsOneRequired("as-of", "sequence")
	restore.MarkFlagsMutuallyExclusive("as-of", "sequence")
	restore.RunE = a.run(func(ctx context.Context, args []string) error {
		d := lifecycle.Duplicate{Until: number}
		if asOf != "" {
			var err error
			if d.AsOf, err = time.Parse(time.RFC3339Nano, asOf); err != nil {
				return fault.New(fault.Invalid, "--as-of is a time as in 2026-11-20T17:00:00Z, not %q", asOf)
			}
		} else if number < 1 {
			return fault.New(fault.Invalid, "--sequence is a number from 1 on, not %d", number)
		}
		return a.duplicate(ctx, "account restore", args, f, d)
	})
	return restore
}
