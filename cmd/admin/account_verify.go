package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/archive"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/internal/tenant"
)

func (a *app) accountVerifyCommand() *cobra.Command {
	var known string
	verify := &cobra.Command{
		Use: "verify ACCOUNT", Args: takes("ACCOUNT"), Short: "Prove that nothing of the account's history was altered, or find the first event that was",
		Long: `Reads the events in use, from the first on: none is missing, the revisions of each stream count from 1 on, and the digest after
each event is the sealed one. Projectors seal every 10,000 events; what comes after the last seal is looked at for gaps only. Events that
were changed in their places, as the account's policy allows, are proven as they were before. Where something was altered the first
event is named and the exit code is 9. Whoever can alter seals too is found out by the digest that this command answers
with: keep it elsewhere, and give it back as --known.`,
		Example: "  admin account verify northwind\n  admin account verify northwind --known 1250000:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
	}
	verify.Flags().StringVar(&known, "known", "", "NUMBER:DIGEST that an earlier run answered with")
	verify.RunE = a.run(func(ctx context.Context, args []string) error {
		v := seal.Verification{}
		if known != "" {
			var err error
			if v.Known, err = parseKnown(known); err != nil {
				return err
			}
		}
		return a.verifyAccount(ctx, args[0], v)
	})
	return verify
}

func parseKnown(text string) (seal.Known, error) {
	number, digest, _ := strings.Cut(text, ":")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 1 {
		return seal.Known{}, fault.New(fault.Invalid, "--known is NUMBER:DIGEST, not %q", text)
	}
	digest, err = seal.ParseDigest(digest)
	return seal.Known{Number: n, Digest: digest}, err
}

func (a *app) verifyAccount(ctx context.Context, name string, v seal.Verification) error {
	account, err := a.account(ctx, name)
	if err != nil {
		return err
	}
	builder, err := a.poolOf(ctx, account, pg.Builder)
	if err != nil {
		return err
	}
	meter := newEventsMeter(a, "verify "+account.Name)
	v.AccountID, v.Progress = account.ID, func(done, total int64) { meter.update("reading", done, total) }
	report := verifiedAccount{}
	report.Report, err = v.Run(ctx, builder)
	if err == nil {
		report.Archived, err = a.verifyArchived(ctx, account, builder)
	}
	meter.end()
	if err != nil {
		return advise(databaseFault(err), "store "+account.StoreID, "")
	}
	err = printOne(a, report,
		left("account", func(verifiedAccount) string { return account.Name }),
		left("events", func(r verifiedAccount) string { return count(r.Events) }),
		left("sealed up to", func(r verifiedAccount) string { return count(r.Sealed) }),
		left("changed in place", func(r verifiedAccount) string { return count(r.Transformed) }),
		left("digest", func(r verifiedAccount) string { return r.Digest }),
		left("altered", alteredText),
		left("archived streams", archivedText))
	switch {
	case err != nil:
		return err
	case report.Altered != nil:
		return advise(fault.New(fault.Rejected, "The history was altered from event %d on", report.Altered.SequenceNumber), "account "+account.Name,
			"keep a copy of the database as it is, and compare with a backup; admin event list shows what is stored now")
	case len(report.Archived.Wrong) > 0:
		return advise(fault.New(fault.Rejected, "What is archived of stream %s is not what its events come to", report.Archived.Wrong[0]), "account "+account.Name,
			"admin stream archive --undo, then admin projection verify: builds since it was archived may have read it")
	}
	return nil
}

// verifiedAccount is what was found of the events, and of what is archived of them.
type verifiedAccount struct {
	seal.Report
	Archived archive.Verified `json:"archived"`
}

// verifyArchived folds the archived streams again, as the account's release reads them.
func (a *app) verifyArchived(ctx context.Context, account tenant.Account, builder *pgxpool.Pool) (archive.Verified, error) {
	releases, err := a.releasesOf(ctx, account)
	if err != nil {
		return archive.Verified{}, err
	}
	return archive.Verification{Builder: builder, AccountID: account.ID, Release: releases[0]}.Run(ctx)
}

func archivedText(r verifiedAccount) string {
	text := count(r.Archived.Streams) + " compared"
	if len(r.Archived.Wrong) > 0 {
		text += fmt.Sprintf(", of which wrong: %s", r.Archived.Wrong)
	}
	if r.Archived.Others > 0 {
		text += ", " + count(r.Archived.Others) + " as another release reads them"
	}
	return text
}

func alteredText(r verifiedAccount) string {
	if r.Altered == nil {
		return "nothing"
	}
	return "event " + count(r.Altered.SequenceNumber) + ": " + r.Altered.What
}
