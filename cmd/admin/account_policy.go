package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
)

func (a *app) accountPolicyCommand() *cobra.Command {
	var until string
	var yes bool
	policy := &cobra.Command{
		Use: "policy ACCOUNT [strict|cut-off|mutable]", Args: cobra.RangeArgs(1, 2), Short: "Show or change whether an account's stored events may be changed",
		Long: `strict: never, which is what every account begins with. cut-off: only what was stored after a moment, such as the end of the last
closed year. mutable: all. The store obeys the policy in the statement that changes events (admin event transform).`,
		Example: "  admin account policy northwind\n  admin account policy northwind cut-off --until 2025-12-31T23:59:59Z --yes",
	}
	policy.Flags().StringVar(&until, "until", "", "what was stored by this time stays as it is (RFC 3339; with cut-off)")
	addYes(policy, &yes)
	policy.RunE = a.run(func(ctx context.Context, args []string) error {
		account, err := a.account(ctx, args[0])
		if err != nil {
			return err
		}
		if len(args) > 1 {
			if err := confirm(yes, "Stored events of account %s may be changed, or not, from then on", account.Name); err != nil {
				return err
			}
			if err := a.setPolicy(ctx, account, args[1], until); err != nil {
				return err
			}
		}
		return a.printPolicy(ctx, account)
	})
	return policy
}

func (a *app) setPolicy(ctx context.Context, account tenant.Account, name, until string) error {
	wanted := upgrade.Policy{Immutability: name}
	if until != "" {
		moment, err := time.Parse(time.RFC3339, until)
		if err != nil {
			return fault.New(fault.Invalid, "--until is a moment as in 2025-12-31T23:59:59Z, not %q", until)
		}
		wanted.ClosedUntil = &moment
	}
	admin, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return err
	}
	c := &change{action: "account policy", account: account.ID, parameters: map[string]any{"policy": name, "until": until}}
	return a.record(ctx, c, func() error { return upgrade.SetPolicy(ctx, admin, account.ID, wanted) })
}

func (a *app) printPolicy(ctx context.Context, account tenant.Account) error {
	admin, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return err
	}
	policy, err := upgrade.ReadPolicy(ctx, admin, account.ID)
	if err != nil {
		return err
	}
	return printOne(a, policy,
		left("account", func(upgrade.Policy) string { return account.Name }),
		left("stored events", func(p upgrade.Policy) string { return p.Immutability }),
		left("closed until", func(p upgrade.Policy) string {
			if p.ClosedUntil == nil {
				return "-"
			}
			return p.ClosedUntil.UTC().Format(time.RFC3339)
		}))
}
