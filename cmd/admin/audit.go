package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tenant"
)

// change is what an entry of the audit log says of a command.
type change struct {
	action     string // the command, e.g. "account suspend"
	account    uuid.UUID
	parameters map[string]any // without secrets
	written    bool           // the catalog wrote the entry together with its change
}

// record writes the change and its outcome to the audit log, also when the work failed or
// was interrupted, and returns the work's error. do may complete c while it learns more,
// and says by c.written that the catalog wrote the success down itself, in one transaction
// with the change.
func (a *app) record(ctx context.Context, c *change, do func() error) error {
	failed := do()
	if failed == nil && c.written {
		return nil
	}
	result := "done"
	if failed != nil {
		result = newProblem(failed).Kind + ": " + failed.Error()
	}
	if err := a.writeAudit(context.WithoutCancel(ctx), c, result); err != nil {
		if failed != nil {
			return failed
		}
		return advise(fmt.Errorf("%s is done, and could not be written to the audit log: %w", c.action, err), "audit log",
			"admin doctor")
	}
	return failed
}

func (a *app) writeAudit(ctx context.Context, c *change, result string) error {
	parameters, err := json.Marshal(c.parameters)
	if err != nil {
		return err
	}
	catalog, err := a.catalog(ctx)
	if err != nil {
		return err
	}
	return catalog.Audit(ctx, tenant.AuditEntry{
		Actor: a.config.actor, Action: c.action, AccountID: c.account, Parameters: parameters, Result: result,
	})
}

func (a *app) auditCommand() *cobra.Command {
	var limit int
	var of string
	log := &cobra.Command{
		Use: "log", Short: "Show who changed what, the latest first", Args: takes(),
		Example: "  admin audit log --limit 20\n  admin audit log --account northwind",
	}
	log.Flags().StringVar(&of, "account", "", "name or id of the account whose entries are shown, an erased one by its id (default: all entries)")
	log.Flags().IntVar(&limit, "limit", 50, "entries at most")
	log.RunE = a.run(func(ctx context.Context, _ []string) error {
		if limit < 1 {
			return fault.New(fault.Invalid, "--limit is a number from 1 on, not %d", limit)
		}
		catalog, err := a.catalog(ctx)
		if err != nil {
			return err
		}
		entries, names, err := auditLog(ctx, catalog, of, limit)
		if err != nil {
			return advise(away(err, a.config.catalogURL), "catalog", "admin account list")
		}
		return printList(a, entries, "The audit log is empty.",
			right("entry", func(e tenant.AuditEntry) string { return fmt.Sprint(e.ID) }),
			left("when", func(e tenant.AuditEntry) string { return a.age(e.At) }),
			left("who", func(e tenant.AuditEntry) string { return e.Actor }),
			left("account", func(e tenant.AuditEntry) string { return names[e.AccountID] }),
			left("what", func(e tenant.AuditEntry) string { return e.Action }),
			left("parameters", func(e tenant.AuditEntry) string { return flat(e.Parameters) }),
			left("result", func(e tenant.AuditEntry) string { return strings.Join(strings.Fields(e.Result), " ") }))
	})
	return group("audit", "Look at the audit log", log)
}

// auditLog reads the entries, and how the accounts are called that they are about.
func auditLog(ctx context.Context, catalog *tenant.Catalog, of string, limit int) ([]tenant.AuditEntry, map[uuid.UUID]string, error) {
	accounts, err := catalog.Accounts(ctx)
	if err != nil {
		return nil, nil, err
	}
	only, _ := uuid.Parse(of) // of an account that never was one there are entries too
	names := map[uuid.UUID]string{uuid.Nil: "-"}
	for _, account := range accounts {
		names[account.ID] = account.Name
		if account.Name == of {
			only = account.ID
		}
	}
	if of != "" && only == uuid.Nil {
		return nil, nil, fault.New(fault.NotFound, "There is no account %q", of)
	}
	entries, err := catalog.AuditLog(ctx, only, limit)
	for _, e := range entries {
		if names[e.AccountID] == "" {
			names[e.AccountID] = e.AccountID.String()
		}
	}
	return entries, names, err
}

// flat writes a JSON object as key=value pairs on one line.
func flat(object json.RawMessage) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(object, &fields) != nil {
		return string(object)
	}
	pairs := make([]string, 0, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		pairs = append(pairs, name+"="+strings.Trim(string(fields[name]), `"`))
	}
	return strings.Join(pairs, " ")
}
