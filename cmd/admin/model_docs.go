package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/docs"
)

func (a *app) modelDocsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "docs [MODEL]", Args: cobra.MaximumNArgs(1),
		Short: "Print what a model says, for people, as Markdown",
		Long: `Prints the model as one page: module by module what there is, what it can be told and by whom, what has to hold, what can happen to it, and what
can be asked. With --output json it is the compiled model itself.

MODEL is a folder that holds model.yaml, or the version of a published release, whatever has become of its files; without it the ERP model of this
binary is taken.`,
		Example: "  admin model docs ./models/erp > erp.md\n  admin model docs 2026.11.1",
		RunE: a.run(func(ctx context.Context, args []string) error {
			ir, err := a.describedModel(ctx, args)
			if err != nil {
				return err
			}
			if a.flags.output == "json" {
				return a.printJSON(ir)
			}
			_, err = io.WriteString(a.Out, docs.Markdown(ir))
			return err
		}),
	}
}

// describedModel is the model in the folder, of the published release, or of this binary.
func (a *app) describedModel(ctx context.Context, args []string) (*model.IR, error) {
	if len(args) > 0 {
		return a.modelOf(ctx, args[0])
	}
	result, source, err := compileModel(nil)
	if err != nil {
		return nil, a.printChecked(nil, source, err)
	}
	return result.IR, nil
}
