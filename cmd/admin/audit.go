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
	log := &cobra.Command{
		Use: "log", Short: "Show who changed what, the latest first", Args: takes(),
		Example: "  admin audit log --limit 20",
	}
	log.Flags().IntVar(&limit, "limit", 50, "entries at most")
	log.RunE = a.run(func(ctx context.Context, _ []string) error {
		if limit < 1 {
			return fault.New(fault.Invalid, "--limit is a number from 1 on, not %d", limit)
		}
		catalog, err := a.catalog(ctx)
		if err != nil {
			return err
		}
		entries, err := catalog.AuditLog(ctx, limit)
		if err != nil {
			return away(err, a.config.catalogURL)
		}
		return printList(a, entries, "The audit log is empty.",
			right("entry", func(e tenant.AuditEntry) string { return fmt.Sprint(e.ID) }),
			left("when", func(e tenant.AuditEntry) string { return a.age(e.At) }),
			left("who", func(e tenant.AuditEntry) string { return e.Actor }),
			left("what", func(e tenant.AuditEntry) string { return e.Action }),
			left("parameters", func(e tenant.AuditEntry) string { return flat(e.Parameters) }),
			left("result", func(e tenant.AuditEntry) string { return e.Result }))
	})
	return group("audit", "Look at the audit log", log)
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
