package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
)

// Process is what admin needs of the process it runs in.
type Process struct {
	Args []string // without the program's name
	In   io.Reader
	Out  io.Writer
	Err  io.Writer
	Env  func(name string) string // empty: not set
	Now  func() time.Time
}

// Run runs one command and returns the exit code. Answers go to Out; progress, warnings
// and errors go to Err.
func Run(ctx context.Context, p Process) int {
	a := &app{Process: p}
	defer a.close()
	root := a.commands()
	root.SetArgs(p.Args)
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if !a.started { // cobra refused the command line before any command ran
		err = usageError(err, command)
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		err = advise(err, "", "run it again: what was done stays done")
	}
	a.printError(err)
	return exitCode(err)
}

// app is one run of admin: its flags, its configuration and its open databases.
type app struct {
	Process
	started  bool // a command's own work has begun
	flags    globalFlags
	config   config
	open     databases
	builders int              // accounts that are built at a time
	known    []tenant.Store   // as read from the catalog; nil: not read yet
	releases *release.Library // nil: none was asked for yet

	anyVersion bool // databases are opened whatever their schema's version
}

type globalFlags struct {
	output  string
	envFile string
	actor   string
}

func (a *app) commands() *cobra.Command {
	root := &cobra.Command{
		Use:   "admin",
		Short: "Operate Polder: databases, accounts, keys, models, events, projections",
		Long:  "admin operates a Polder installation.\n\n" + environmentHelp + "\n" + exitCodeHelp(),
		Args:  cobra.ArbitraryArgs,
		RunE:  refuseUnknown,

		SilenceErrors: true, // printError prints them
		SilenceUsage:  true,
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&a.flags.output, "output", "o", "table", "form of the answer: table or json")
	flags.StringVar(&a.flags.envFile, "env-file", "", "file of KEY=VALUE lines, which win over the environment")
	flags.StringVar(&a.flags.actor, "actor", "", "who acts, for the audit log (default: POLDER_ACTOR, else the system's user)")
	root.AddCommand(a.migrateCommand(), a.storeCommand(), a.accountCommand(), a.keyCommand(), a.modelCommand(), a.releaseCommand(), a.upgradeCommand(), a.projectionCommand(),
		a.eventCommand(), a.streamCommand(), a.deadletterCommand(), a.importCommand(), a.doctorCommand(), a.auditCommand(),
		a.referenceCommand())
	return root
}

// group is a command that only holds subcommands.
func group(use, short string, subcommands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: cobra.ArbitraryArgs, RunE: refuseUnknown}
	c.AddCommand(subcommands...)
	return c
}

// elsewhere is where to find what one looks for in the wrong place: what is published is a release.
var elsewhere = map[string]string{
	"admin model list":     "admin release list",
	"admin model show":     "admin release show",
	"admin model diff":     "admin release diff",
	"admin model withdraw": "admin release withdraw",
}

// refuseUnknown runs when no subcommand was recognised.
func refuseUnknown(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		_ = c.Help()
		return advise(fault.New(fault.Invalid, "%s needs a subcommand", c.CommandPath()), "", "choose one of those above")
	}
	next := "see " + c.CommandPath() + " --help"
	c.SuggestionsMinimumDistance = 2
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		next = "did you mean " + c.CommandPath() + " " + near[0] + "?"
	}
	if there := elsewhere[c.CommandPath()+" "+args[0]]; there != "" {
		next = there
	}
	return advise(fault.New(fault.Invalid, "%s has no subcommand %q", c.CommandPath(), args[0]), "", next)
}

// run makes a command's function out of do: it reads the configuration first.
func (a *app) run(do func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		a.started = true
		if err := a.configure(); err != nil {
			return err
		}
		return do(c.Context(), args)
	}
}

// takes accepts exactly the named arguments.
func takes(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return fmt.Errorf("missing %s", strings.Join(names[len(args):], " and "))
		case len(args) > len(names):
			return fmt.Errorf("unexpected argument %q", args[len(names)])
		}
		return nil
	}
}

func usageError(err error, c *cobra.Command) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	return advise(fault.New(fault.Invalid, "%s: %s", c.CommandPath(), err), "", "see "+c.CommandPath()+" --help")
}
