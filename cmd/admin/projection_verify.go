package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/audit"
	"github.com/polderhq/polder/internal/tenant"
)

// verified is what a comparison or a repair of one projection of one account came to.
type verified struct {
	Account    string `json:"account"`
	Projection string `json:"projection"`
	*audit.Report
}

func (a *app) projectionVerifyCommand() *cobra.Command {
	var name string
	var all bool
	verify := &cobra.Command{
		Use: "verify [NAME]", Args: cobra.MaximumNArgs(1),
		Short: "Compare rows of projections with what the events say",
		Long: `Folds the account's events again and compares every row of the projection, and of what it feeds, with what comes out:
every column, what is hidden, rows that are missing and rows that should not be there. Copies are compared with the rows they are
copies of, chained rows with the rows that feed them. Nothing is written, and pages go on meanwhile. Where a row of a source is wrong,
what it feeds looks wrong too until the row is mended. The command fails with exit code 9 when rows differ.
The login must be a member of polder_projector.`,
		Example: `  admin projection verify Orders --account northwind
  admin projection verify --all`,
	}
	verify.Flags().StringVar(&name, "account", "", "name or id of one account")
	verify.Flags().BoolVar(&all, "all", false, "all accounts")
	verify.RunE = a.run(func(ctx context.Context, args []string) error {
		if (name == "") == !all {
			return advise(fault.New(fault.Invalid, "Say which account"), "", "--account NAME, or --all")
		}
		accounts, err := a.someAccounts(ctx, name)
		if err != nil {
			return err
		}
		outcomes := []verified{}
		for _, account := range accounts {
			some, err := a.verify(ctx, account, args)
			if err != nil {
				return err
			}
			outcomes = append(outcomes, some...)
		}
		return a.printVerified(outcomes)
	})
	return verify
}

// verify compares the named projection, or all, each with what it feeds.
func (a *app) verify(ctx context.Context, account tenant.Account, names []string) ([]verified, error) {
	plan, err := a.planOf(ctx, account)
	if err != nil {
		return nil, err
	}
	units := plan.Units()
	if len(names) > 0 {
		target, err := targetOf(plan, names[0])
		if err != nil {
			return nil, advise(err, "account "+account.Name, "admin projection list")
		}
		units = []*projection.Unit{target.Unit()}
	}
	store, err := a.poolOf(ctx, account, pg.Projector)
	if err != nil {
		return nil, err
	}
	var outcomes []verified
	for _, u := range units {
		root := u.Root.Projection.Name
		report, err := audit.Verify(ctx, store, account.ID, u)
		if fault.Is(err, fault.Precondition) && len(names) == 0 {
			a.note("%s of account %s is being built, and was left out", root, account.Name)
			continue
		}
		if err != nil {
			return nil, advise(databaseFault(err), "account "+account.Name+", projection "+root, "")
		}
		outcomes = append(outcomes, verified{account.Name, root, report})
	}
	return outcomes, nil
}

func (a *app) planOf(ctx context.Context, account tenant.Account) (*projection.Plan, error) {
	releases, err := a.releasesOf(ctx, account)
	if err != nil {
		return nil, err
	}
	return projection.NewPlan(releases[0], releases[1:]...), nil
}

func targetOf(plan *projection.Plan, name string) (*projection.Target, error) {
	if target := plan.Target(name); target != nil {
		return target, nil
	}
	return nil, fault.New(fault.NotFound, "The account's release has no projection %s", name)
}

func (a *app) printVerified(outcomes []verified) error {
	if err := printList(a, outcomes, "There was nothing to compare.",
		left("account", func(v verified) string { return v.Account }),
		left("projection", func(v verified) string { return v.Projection }),
		right("events", func(v verified) string { return count(v.Events) }),
		right("rows", func(v verified) string { return count(v.Rows) }),
		right("wrong", func(v verified) string { return count(v.Mismatches) })); err != nil {
		return err
	}
	if a.flags.output != "json" {
		if err := a.printDifferences(outcomes); err != nil {
			return err
		}
	}
	for _, v := range outcomes {
		if len(v.Differences) > 0 {
			return advise(fault.New(fault.Rejected, "Rows differ from what the events say"), "account "+v.Account+", projection "+v.Projection, repairOf(v))
		}
	}
	return nil
}

// mostKeys is how many keys are told in a next step.
const mostKeys = 20

// repairOf is the command that mends the first projection in which rows were found wrong: what
// it feeds is mended with it, or comes next.
func repairOf(v verified) string {
	name := v.Differences[0].Projection
	var keys []string
	for _, d := range v.Differences {
		if key := d.Key.String(); d.Projection == name && !slices.Contains(keys, key) && len(keys) < mostKeys {
			keys = append(keys, key)
		}
	}
	return fmt.Sprintf("admin projection repair %s --account %s --key %s; then verify again", name, v.Account, strings.Join(keys, ","))
}

func (a *app) printDifferences(outcomes []verified) error {
	type difference struct {
		account string
		audit.Difference
	}
	var all []difference
	for _, v := range outcomes {
		for _, d := range v.Differences {
			all = append(all, difference{v.Account, d})
		}
	}
	if len(all) == 0 {
		return nil
	}
	fmt.Fprintln(a.Out)
	return printList(a, all, "",
		left("account", func(d difference) string { return d.account }),
		left("projection", func(d difference) string { return d.Projection }),
		left("row", func(d difference) string { return d.Key.String() }),
		left("is", func(d difference) string { return string(d.Kind) }),
		left("columns", func(d difference) string { return firstNonEmpty(d.Error, names(d.Columns)) }))
}

func (a *app) projectionRepairCommand() *cobra.Command {
	var name string
	var keys []string
	repair := &cobra.Command{
		Use: "repair NAME", Args: takes("NAME"),
		Short: "Write the listed rows of a projection anew, from the events",
		Long: `Keeps the account's pages out for a moment, folds the events of the listed rows again, and writes those that are not what
comes out; rows that follow from the wrong ones are mended with them. Rows that are right, and all others, are not touched.
The keys are those that verify and the projector's log tell of. The login must be a member of polder_projector.`,
		Example: "  admin projection repair Orders --account northwind --key 0b81b458-7671-4e9b-844b-9934255f5406",
	}
	repair.Flags().StringVar(&name, "account", "", "name or id of the account")
	repair.Flags().StringSliceVar(&keys, "key", nil, "key of a row; may be given several times")
	_ = repair.MarkFlagRequired("account")
	_ = repair.MarkFlagRequired("key")
	repair.RunE = a.run(func(ctx context.Context, args []string) error {
		account, err := a.account(ctx, name)
		if err != nil {
			return err
		}
		report, err := a.repair(ctx, account, args[0], keys)
		if err != nil {
			return err
		}
		return a.printRepaired(verified{account.Name, args[0], report})
	})
	return repair
}

func (a *app) repair(ctx context.Context, account tenant.Account, name string, texts []string) (*audit.Report, error) {
	keys := make([]uuid.UUID, len(texts))
	for i, text := range texts {
		var err error
		if keys[i], err = uuid.Parse(text); err != nil {
			return nil, fault.New(fault.Invalid, "--key is a uuid, not %q", text)
		}
	}
	plan, err := a.planOf(ctx, account)
	if err != nil {
		return nil, err
	}
	target, err := targetOf(plan, name)
	if err != nil {
		return nil, advise(err, "account "+account.Name, "admin projection list")
	}
	store, err := a.poolOf(ctx, account, pg.Projector)
	if err != nil {
		return nil, err
	}
	c := &change{action: "projection repair", account: account.ID, parameters: map[string]any{"projection": name, "keys": texts}}
	var report *audit.Report
	err = a.record(ctx, c, func() error {
		report, err = audit.Repair{Projector: store, Plan: plan, AccountID: account.ID}.Keys(ctx, target, keys)
		if report != nil {
			c.parameters["wrong"] = report.Mismatches
		}
		return databaseFault(err)
	})
	return report, advise(err, "account "+account.Name+", projection "+name, "")
}

func (a *app) printRepaired(v verified) error {
	if a.flags.output == "json" {
		return a.printJSON(v)
	}
	if v.Mismatches == 0 {
		_, err := fmt.Fprintln(a.Out, "All of these rows are what the events say.")
		return err
	}
	if _, err := fmt.Fprintln(a.Out, strings.TrimSpace(several(v.Mismatches, "row")+" mended:")); err != nil {
		return err
	}
	return a.printDifferences([]verified{v})
}
