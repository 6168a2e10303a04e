package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
)

// decodedOf is how a release reads an account's events of one type.
type decodedOf struct {
	Account string `json:"account"`
	upgrade.Decoded
}

func (a *app) eventDecodeCommand() *cobra.Command {
	var account, version string
	var all bool
	decode := &cobra.Command{
		Use: "decode", Args: takes(), Short: "Read all stored events as a release does, and list what it cannot read",
		Long: `Reads every event of the accounts and changes nothing. It answers with counts by type and version, those that cannot be
read first; the exit code is then 9. The release may be a folder that is not published: what is published stays as it is, so look before.`,
		Example: "  admin event decode --release ./models/erp --all\n  admin event decode --release 2026.12.1 --all\n  admin event decode --account northwind",
	}
	decode.Flags().StringVar(&account, "account", "", "name or id of one account")
	decode.Flags().BoolVar(&all, "all", false, "all accounts")
	decode.Flags().StringVar(&version, "release", "", "version of the release, or a folder (default: the newest)")
	decode.RunE = a.run(func(ctx context.Context, _ []string) error {
		accounts, err := a.namedAccounts(ctx, account, all)
		if err != nil {
			return err
		}
		found, err := a.decode(ctx, accounts, version)
		if err != nil {
			return err
		}
		return a.printDecoded(found)
	})
	return decode
}

func (a *app) decode(ctx context.Context, accounts []tenant.Account, version string) ([]decodedOf, error) {
	by, err := a.releaseFor(ctx, version)
	if err != nil {
		return nil, err
	}
	var found []decodedOf
	said := a.Now()
	for i, account := range accounts {
		some, err := a.decodeOne(ctx, account, by)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
		if a.Now().Sub(said) >= lineEvery {
			said = a.Now()
			a.note("read the events of %d of %d accounts", i+1, len(accounts))
		}
	}
	slices.SortStableFunc(found, func(x, y decodedOf) int { return cmp.Compare(y.Failures, x.Failures) })
	return found, nil
}

// releaseFor loads the model in the folder, or else the published release of the version.
func (a *app) releaseFor(ctx context.Context, name string) (*model.Release, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		result, source, err := compileModel([]string{name})
		if err != nil {
			return nil, a.printChecked(nil, source, err)
		}
		return model.Load(result.Canonical)
	}
	digest, err := a.chooseRelease(ctx, name)
	if err != nil {
		return nil, err
	}
	library, err := a.library(ctx)
	if err != nil {
		return nil, err
	}
	by, err := library.Get(ctx, digest)
	return by, away(err, a.config.catalogURL)
}

func (a *app) decodeOne(ctx context.Context, account tenant.Account, by *model.Release) ([]decodedOf, error) {
	builder, err := a.poolOf(ctx, account, pg.Builder)
	if err != nil {
		return nil, err
	}
	decoded, err := upgrade.Decode(ctx, builder, account.ID, by)
	if err != nil {
		return nil, advise(databaseFault(err), "account "+account.Name, "")
	}
	all := make([]decodedOf, len(decoded))
	for i, d := range decoded {
		all[i] = decodedOf{account.Name, d}
	}
	return all, nil
}

func (a *app) printDecoded(found []decodedOf) error {
	err := printList(a, found, "There are no events.",
		left("account", func(d decodedOf) string { return d.Account }),
		left("event", func(d decodedOf) string { return d.StreamType + "." + d.Event }),
		right("version", func(d decodedOf) string { return fmt.Sprint(d.Version) }),
		right("events", func(d decodedOf) string { return count(d.Count) }),
		left("read", func(d decodedOf) string {
			switch {
			case d.Failures > 0:
				return fmt.Sprintf("%s not, the first is event %d: %s", count(d.Failures), d.First, d.Error)
			case d.Changed:
				return "upcast"
			}
			return "as stored"
		}))
	var failures int64
	for _, d := range found {
		failures += d.Failures
	}
	if err == nil && failures > 0 {
		err = fault.New(fault.Rejected, "%s cannot be read by the release", several(failures, "event"))
	}
	return err
}
