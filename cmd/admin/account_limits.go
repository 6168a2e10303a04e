package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tenant"
)

const (
	perSecondFlag = "requests-per-second"
	burstFlag     = "burst"
)

// addLimits adds the flags of what an account may ask of each process.
func addLimits(c *cobra.Command, l *tenant.Limits) {
	c.Flags().Float64Var(&l.RequestsPerSecond, perSecondFlag, 0, "API requests per second, of each api process (default: the platform's)")
	c.Flags().IntVar(&l.RequestBurst, burstFlag, 0, "API requests at once, after a rest (default: those of two seconds)")
}

// limitFlags are limits to be changed.
type limitFlags struct {
	tenant.Limits
	defaults bool
}

func (a *app) accountLimitsCommand() *cobra.Command {
	var f limitFlags
	limits := &cobra.Command{
		Use: "limits ACCOUNT", Args: takes("ACCOUNT"), Short: "Show or change how many requests an account may send",
		Long: `Whoever sends more is answered 429, and told when to come again; other accounts do not notice. The limits hold in each api
process, within moments and without a restart. A limit that is not named stays as it is; --default gives both back to the platform.`,
		Example: "  admin account limits northwind\n  admin account limits northwind --requests-per-second 50 --burst 200\n  admin account limits northwind --default",
	}
	addLimits(limits, &f.Limits)
	limits.Flags().BoolVar(&f.defaults, "default", false, "the platform's limits from now on")
	limits.MarkFlagsMutuallyExclusive("default", perSecondFlag)
	limits.MarkFlagsMutuallyExclusive("default", burstFlag)
	limits.RunE = a.run(func(ctx context.Context, args []string) error {
		account, err := a.account(ctx, args[0])
		if err != nil {
			return err
		}
		wanted, err := f.wanted(account.Limits, limits.Flags().Changed)
		if err != nil {
			return err
		}
		if wanted != account.Limits {
			if err := a.setLimits(ctx, account, wanted); err != nil {
				return err
			}
			account.Limits = wanted
		}
		return a.printLimits(account)
	})
	return limits
}

// wanted are the limits from now on, of which only those that were named differ from what there is.
func (f limitFlags) wanted(now tenant.Limits, named func(flag string) bool) (tenant.Limits, error) {
	if f.defaults {
		return tenant.Limits{}, nil
	}
	if named(perSecondFlag) {
		now.RequestsPerSecond = f.RequestsPerSecond
	}
	if named(burstFlag) {
		now.RequestBurst = f.RequestBurst
	}
	if named(perSecondFlag) && f.RequestsPerSecond == 0 || named(burstFlag) && f.RequestBurst == 0 {
		return now, fault.New(fault.Invalid, "A limit is positive: admin account suspend refuses all commands, and --default gives the platform's limits")
	}
	return now, now.Check()
}

func (a *app) setLimits(ctx context.Context, account tenant.Account, wanted tenant.Limits) error {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return err
	}
	c := &change{action: "account limits", account: account.ID, written: true,
		parameters: map[string]any{"requestsPerSecond": wanted.RequestsPerSecond, "requestBurst": wanted.RequestBurst}}
	err = a.record(ctx, c, func() error { return catalog.SetLimits(ctx, account.ID, wanted) })
	return advise(away(err, a.config.catalogURL), "account "+account.Name, "admin account show "+account.Name)
}

// shownLimits are an account's limits; null stands for the platform's.
type shownLimits struct {
	Account           string   `json:"account"`
	RequestsPerSecond *float64 `json:"requestsPerSecond"`
	RequestBurst      *int     `json:"requestBurst"`
}

func (a *app) printLimits(account tenant.Account) error {
	shown := shownLimits{Account: account.Name, RequestsPerSecond: own(account.RequestsPerSecond), RequestBurst: own(account.RequestBurst)}
	return printOne(a, shown,
		left("account", func(l shownLimits) string { return l.Account }),
		left("requests per second", func(l shownLimits) string { return limitText(l.RequestsPerSecond) }),
		left("at once", func(l shownLimits) string { return limitText(l.RequestBurst) }))
}

// own is nil where the platform's limit holds.
func own[N int | float64](limit N) *N {
	if limit == 0 {
		return nil
	}
	return &limit
}

func limitText[N int | float64](limit *N) string {
	if limit == nil {
		return "default"
	}
	return strconv.FormatFloat(float64(*limit), 'f', -1, 64)
}
