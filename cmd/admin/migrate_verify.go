package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/migrations"
)

// different is a difference with the database that it is in.
type different struct {
	Database string `json:"database"` // "catalog", or a store's id
	migrations.Difference
}

func (a *app) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "verify", Args: takes(),
		Short: "Compare the schema of each database with what the migrations make",
		Long: `Compares tables, columns, constraints, indexes, row-level security, policies, owners and rights of the catalog and of
every store with what this binary's migrations make of an empty database. It changes nothing. Each difference is listed with
its mend, in an order in which they can be mended as polder_owner; the exit code is then 9. Databases must be at this
binary's version: admin migrate up first. Tables of read models are not compared; admin doctor says which are missing.`,
		Example: "  admin migrate verify",
		RunE:    a.run(func(ctx context.Context, _ []string) error { return a.migrateVerify(ctx) }),
	}
}

func (a *app) migrateVerify(ctx context.Context) error {
	states, err := a.migrationStatus(ctx)
	if err != nil {
		return err
	}
	differences := []different{}
	for _, state := range states {
		if state.State != "current" {
			return advise(fault.New(fault.Precondition, "The schema %s is at version %d, %s, and this admin compares with version %d",
				state.Schema, state.Version, state.State, state.Latest), state.Database, "admin migrate up, with the newest admin")
		}
		found, err := migrations.Verify(ctx, state.url, state.Schema)
		if err != nil {
			return away(err, state.url)
		}
		for _, d := range found {
			differences = append(differences, different{state.Database, d})
		}
	}
	return a.printDifferent(len(states), differences)
}

func (a *app) printDifferent(databases int, differences []different) error {
	if a.flags.output == "json" {
		if err := a.printJSON(differences); err != nil {
			return err
		}
	} else {
		a.printDifferentLines(databases, differences)
	}
	if len(differences) == 0 {
		return nil
	}
	return advise(fault.New(fault.Rejected, "%s from what the migrations make", several(len(differences), "difference")), "",
		"mend them from the first on, as polder_owner, then verify again")
}

func (a *app) printDifferentLines(databases int, differences []different) {
	if len(differences) == 0 {
		fmt.Fprintf(a.Out, "%s as the migrations make them.\n", several(databases, "schema"))
	}
	for _, d := range differences {
		fmt.Fprintf(a.Out, "%s  %s  %s\n", d.What, d.Database, d.Object)
		if d.What == "different" {
			fmt.Fprintf(a.Out, "      wanted: %s\n      found: %s\n", d.Wanted, d.Found)
		}
		fmt.Fprintf(a.Out, "      mend: %s\n", d.Mend)
	}
}
