package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/lifecycle"
)

func (a *app) accountImportCommand() *cobra.Command {
	var f lifeFlags
	var store, name, id string
	imports := &cobra.Command{
		Use: "import FOLDER", Args: takes("FOLDER"), Short: "Make an account of an export, here or in another installation",
		Long: `Copies the events under their numbers, reads the copy again and compares its digest with the manifest's, makes what follows from the events, and
then shows the account. A name or an id that is taken is refused: --name and --id give others. A release that is not known here is published as it
was. Cut off, the same command goes on; until it has ended nobody sees the account. Make keys for it afterwards (admin key create).`,
		Example: "  admin account import ./northwind --store main\n  admin account import ./northwind --name northwind-test --id 0196e0a0-0000-7000-8000-000000000001",
	}
	f.add(imports)
	imports.Flags().StringVar(&store, "store", "", "store (default: the only one)")
	imports.Flags().StringVar(&name, "name", "", "name of the account (default: the one that it had)")
	imports.Flags().StringVar(&id, "id", "", "account id, a uuid (default: the one that it had)")
	imports.RunE = a.run(func(ctx context.Context, args []string) (err error) {
		i := lifecycle.Import{Folder: args[0], Name: name}
		if i.ID, err = parseAccountID(id); err != nil {
			return err
		}
		if i.StoreID, err = a.chooseStore(ctx, store); err != nil {
			return err
		}
		var done lifecycle.Copied
		c := &change{action: "account import", parameters: map[string]any{"name": name, "store": i.StoreID}}
		err = a.atWork(ctx, "import "+args[0], f, c, func(r *lifecycle.Runner) (err error) {
			done, err = r.Import(ctx, i)
			c.account, c.parameters["name"] = done.Account.ID, done.Account.Name
			c.parameters["events"], c.parameters["digest"] = done.SequenceNumber, done.Digest
			return err
		})
		if err != nil {
			return advise(err, args[0], afterWork(err))
		}
		return a.printCopied(done)
	})
	return imports
}
