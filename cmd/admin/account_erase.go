package main

import (
	"context"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/lifecycle"
)

func (a *app) accountEraseCommand() *cobra.Command {
	var f lifeFlags
	var yes bool
	var path string
	erase := &cobra.Command{
		Use: "erase ACCOUNT", Args: takes("ACCOUNT"), Short: "Remove everything of an account, for good, and print a receipt",
		Long: `Closes the account, ends its keys, and removes its rows in small transactions from every store: events of every generation, what they were before they were
changed, seals, snapshots, guards, number series, read models and all that is kept of them. Nothing leads back. In the catalog a tombstone is left:
the account's id under the name erased-ID, the receipt, and the entries of the audit log. The receipt says what was removed, and is signed by the
key in POLDER_RECEIPT_KEY_FILE (a PEM file with an Ed25519 private key); without one it says that it is not signed. Cut off, the same command goes on; run
again afterwards, by id, it answers with the receipt. An import or a clone that was cut off is erased by the name that it was to have, and leaves nothing.
Backups and exports are not touched.`,
		Example: "  admin account erase northwind --yes --receipt ./northwind-receipt.json",
	}
	f.add(erase)
	addYes(erase, &yes)
	erase.Flags().StringVar(&path, "receipt", "", "file for the receipt to the byte; its signature goes beside it, as FILE.sig")
	erase.RunE = a.run(func(ctx context.Context, args []string) error {
		if err := confirm(yes, "Erasing removes everything of account %s, for good", args[0]); err != nil {
			return err
		}
		key, err := a.receiptKey()
		if err != nil {
			return err
		}
		var done lifecycle.Erased
		c := &change{action: "account erase", parameters: map[string]any{"account": args[0]}}
		err = a.atWork(ctx, "erase "+args[0], f, c, func(r *lifecycle.Runner) (err error) {
			done, err = r.Erase(ctx, lifecycle.Erasure{Account: args[0], Key: key})
			c.account = done.AccountID
			return err
		})
		if err != nil {
			return advise(err, "account "+args[0], afterWork(err))
		}
		return a.printErased(done, path)
	})
	return erase
}

// receiptKey is the text of the file with the key that signs receipts; empty: there is none.
func (a *app) receiptKey() ([]byte, error) {
	if a.config.receiptKey == "" {
		return nil, nil
	}
	text, err := os.ReadFile(a.config.receiptKey)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The key of receipts cannot be read")
	}
	return text, nil
}

func (a *app) printErased(done lifecycle.Erased, path string) error {
	if path != "" && done.Receipt != "" {
		if err := writeReceipt(done, path); err != nil {
			return fault.Wrap(err, fault.Invalid, "The receipt cannot be written to %s; it is kept, and the same command gives it again", path)
		}
	}
	return printOne(a, done,
		left("erased", func(e lifecycle.Erased) string { return e.AccountID.String() }),
		left("rows", func(e lifecycle.Erased) string { return count(e.Rows) }),
		left("tables", func(e lifecycle.Erased) string { return count(int64(len(e.Removed))) }),
		left("receipt", func(e lifecycle.Erased) string {
			switch {
			case e.Receipt == "":
				return "none: it was no account yet"
			case len(e.Signature) == 0:
				return "not signed"
			}
			return "signed"
		}))
}

func writeReceipt(done lifecycle.Erased, path string) error {
	if err := os.WriteFile(path, []byte(done.Receipt), 0o600); err != nil || len(done.Signature) == 0 {
		return err
	}
	return os.WriteFile(path+".sig", done.Signature, 0o600)
}

func removedList(removed lifecycle.Removed) []removedRows {
	list := []removedRows{}
	for _, table := range slices.Sorted(maps.Keys(removed)) {
		list = append(list, removedRows{table, removed[table]})
	}
	return list
}
