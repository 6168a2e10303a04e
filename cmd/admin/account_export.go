package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/lifecycle"
)

func (a *app) accountExportCommand() *cobra.Command {
	var f lifeFlags
	var folder string
	export := &cobra.Command{
		Use: "export ACCOUNT", Args: takes("ACCOUNT"), Short: "Write an account's history to a folder, while it is in use",
		Long: `Writes all events of the history in use, up to the last one at the beginning, as files of JSON lines; the release that the account runs on; and,
last of all, a manifest with the digests of both. Read models, unique keys, sums and numbers follow from the events and are made of them where the
export is imported. API keys are not in it. The folder is as confidential as the account: its files are readable by you alone. An export that
was cut off has no manifest; run the same command again, and it is begun anew.`,
		Example: "  admin account export northwind --to ./northwind",
	}
	f.add(export)
	export.Flags().StringVar(&folder, "to", "", "folder, made when it is not there")
	_ = export.MarkFlagRequired("to")
	export.RunE = a.run(func(ctx context.Context, args []string) error {
		account, err := a.account(ctx, args[0])
		if err != nil {
			return err
		}
		var m lifecycle.Manifest
		c := &change{action: "account export", account: account.ID, parameters: map[string]any{"name": account.Name}}
		err = a.atWork(ctx, "export "+account.Name, f, c, func(r *lifecycle.Runner) (err error) {
			m, err = r.Export(ctx, lifecycle.Export{Account: account, Folder: folder})
			c.parameters["events"], c.parameters["digest"] = m.Number, m.Digest
			return err
		})
		if err != nil {
			return advise(err, folder, "run the same command again: it begins anew")
		}
		if m.Archived > 0 {
			a.note("%s, which an export does not carry: once it is imported, archive them there (admin stream archive)", areArchived(m.Archived))
		}
		return printOne(a, exported{account.Name, folder, m.Number, len(m.Parts), m.Digest, m.Archived},
			left("account", func(x exported) string { return x.Account }),
			left("folder", func(x exported) string { return x.Folder }),
			left("events", func(x exported) string { return count(x.Events) }),
			left("files", func(x exported) string { return count(int64(x.Files)) }),
			left("digest", func(x exported) string { return x.Digest }))
	})
	return export
}

type exported struct {
	Account  string `json:"account"`
	Folder   string `json:"folder"`
	Events   int64  `json:"events"`
	Files    int    `json:"files"` // of events
	Digest   string `json:"digest"`
	Archived int64  `json:"archivedStreams"` // that the account has; the export says how many
}
