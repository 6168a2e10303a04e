package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	changes "github.com/polderhq/polder/internal/model/change"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/models"
)

// embedded is the folder that the ERP of this binary was built from.
const embedded = "models/erp"

// checked is what a compile found.
type checked struct {
	Source      string           `json:"source"` // the folder
	Digest      string           `json:"digest,omitempty"`
	Streams     int              `json:"streams"`
	Commands    int              `json:"commands"`
	Events      int              `json:"events"`
	Projections int              `json:"projections"`
	Queries     int              `json:"queries"`
	Examples    int              `json:"examples"`
	Problems    compile.Problems `json:"problems"`
}

func (a *app) modelCommand() *cobra.Command {
	const folder = "\n\nFOLDER holds model.yaml; without it the ERP model of this binary is taken."
	check := &cobra.Command{
		Use: "check [FOLDER]", Args: cobra.MaximumNArgs(1),
		Short: "Compile a model and show what is wrong with it, with file, line and column",
		Long:  "Compiles a model. Every problem is shown with its place and a way out; the exit code is then 9." + folder,
		RunE: a.run(func(_ context.Context, args []string) error {
			result, source, err := compileModel(args)
			return a.printChecked(result, source, err)
		}),
	}
	test := &cobra.Command{
		Use: "test [FOLDER]", Args: cobra.MaximumNArgs(1),
		Short: "Compile a model and run its examples",
		Long:  "Runs the examples (given, when, then) of a model. The exit code is 9 when one of them fails." + folder,
		RunE:  a.run(a.modelTest),
	}
	return group("model", "Check, test, publish and describe models", check, test, a.modelPublishCommand(), a.modelDocsCommand(), a.modelSchemaCommand())
}

func (a *app) modelSchemaCommand() *cobra.Command {
	var ofChanges bool
	cmd := &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of the model language, for editors", Args: takes(),
		Example: "  admin model schema > polder.schema.json\n  admin model schema --changes > polder-changes.schema.json",
		RunE: a.run(func(context.Context, []string) error {
			schema := compile.JSONSchema()
			if ofChanges {
				schema = changes.JSONSchema()
			}
			_, err := a.Out.Write(schema)
			return err
		}),
	}
	cmd.Flags().BoolVar(&ofChanges, "changes", false, "that of the files below changes/")
	return cmd
}

// modelSource is the folder that the arguments name, or the embedded ERP.
func modelSource(args []string) (fs.FS, string) {
	if len(args) == 0 {
		return models.ERP(), embedded
	}
	return os.DirFS(args[0]), args[0]
}

// compileModel returns problems with the folder before each file, as the person sees them.
func compileModel(args []string) (*compile.Result, string, error) {
	files, source := modelSource(args)
	result, err := compile.Compile(files)
	var problems compile.Problems
	switch {
	case errors.As(err, &problems):
		return nil, source, problems.In(source)
	case err != nil:
		return nil, source, advise(fault.Wrap(err, fault.Invalid, "The model cannot be read"), source, "name a folder that holds model.yaml")
	}
	return result, source, nil
}

func (a *app) printChecked(result *compile.Result, source string, err error) error {
	found := checked{Source: source, Problems: compile.Problems{}}
	if !errors.As(err, &found.Problems) && err != nil {
		return err
	}
	if result != nil {
		found.Digest, found.Examples = result.Digest, len(result.Examples)
		found.count(result.IR)
	}
	if a.flags.output == "json" {
		if err := a.printJSON(found); err != nil {
			return err
		}
	} else {
		a.printCheckedText(found)
	}
	return problemsFound(found.Problems, source)
}

func (c *checked) count(ir *model.IR) {
	c.Streams, c.Projections, c.Queries = len(ir.Streams), len(ir.Projections), len(ir.Queries)
	for _, stream := range ir.Streams {
		c.Commands += len(stream.Commands)
		c.Events += len(stream.Events)
	}
}

func (a *app) printCheckedText(c checked) {
	for _, p := range c.Problems {
		fmt.Fprintln(a.Out, p.Error())
	}
	if len(c.Problems) == 0 {
		fmt.Fprintf(a.Out, "%s is sound: %d streams, %d commands, %d events, %d projections, %d queries, %d examples; digest %s\n",
			c.Source, c.Streams, c.Commands, c.Events, c.Projections, c.Queries, c.Examples, c.Digest)
	}
}

func problemsFound(problems compile.Problems, source string) error {
	if len(problems) == 0 {
		return nil
	}
	return advise(fault.New(fault.Rejected, "The model has %s", several(len(problems), "problem")), source,
		"mend them from the first on, then check again")
}
