package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/polderhq/polder/internal/fault"
)

//go:generate go run . reference ../../docs/admin.md

// The reference stands between these lines of a document.
const (
	referenceBegin = "<!-- reference: made by `make generate` from the commands themselves -->\n"
	referenceEnd   = "<!-- end of reference -->\n"
)

// referenceCommand keeps docs/admin.md true. It is for the developers of admin.
func (a *app) referenceCommand() *cobra.Command {
	return &cobra.Command{
		Use: "reference FILE", Args: takes("FILE"), Hidden: true,
		Short: "Write the reference of all commands into its place in a Markdown file",
		RunE: a.run(func(_ context.Context, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return fault.Wrap(err, fault.Invalid, "The document cannot be read")
			}
			before, rest, begins := strings.Cut(string(text), referenceBegin)
			_, after, ends := strings.Cut(rest, referenceEnd)
			if !begins || !ends {
				return fault.New(fault.Invalid, "The document has no place for the reference")
			}
			text = []byte(before + referenceBegin + a.reference() + referenceEnd + after)
			return os.WriteFile(args[0], text, 0o644)
		}),
	}
}

// reference describes every command in Markdown.
func (a *app) reference() string {
	var out bytes.Buffer
	root := a.commands()
	fmt.Fprintf(&out, "\nFlags of every command:\n\n%s\n```\n%s\n```\n", flagTable(root.PersistentFlags()), exitCodeHelp())
	for _, group := range root.Commands() {
		if group.Hidden || group.Name() == "help" || group.Name() == "completion" {
			continue
		}
		if len(group.Commands()) > 0 {
			fmt.Fprintf(&out, "\n### %s\n\n%s.\n", group.CommandPath(), group.Short)
		}
		describe(&out, group)
		for _, c := range group.Commands() {
			describe(&out, c)
		}
	}
	out.WriteByte('\n')
	return out.String()
}

// describe writes a command that does something itself.
func describe(out *bytes.Buffer, c *cobra.Command) {
	if len(c.Commands()) > 0 {
		return
	}
	level := "####"
	if c.Parent() == c.Root() {
		level = "###"
	}
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	fmt.Fprintf(out, "\n%s %s\n\n%s\n", level, strings.TrimSuffix(c.UseLine(), " [flags]"), text)
	if c.NonInheritedFlags().HasAvailableFlags() {
		fmt.Fprintf(out, "\n%s", flagTable(c.NonInheritedFlags()))
	}
	if c.Example != "" {
		fmt.Fprintf(out, "\n```\n%s\n```\n", unindent(c.Example))
	}
}

func flagTable(flags *pflag.FlagSet) string {
	table := "| flag | value | default | meaning |\n|---|---|---|---|\n"
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name += ", `-" + f.Shorthand + "`"
		}
		value, usage := pflag.UnquoteUsage(f)
		standard := f.DefValue
		if standard == "[]" || standard == "false" {
			standard = ""
		}
		table += fmt.Sprintf("| %s | %s | %s | %s |\n", name, value, strings.ReplaceAll(standard, "*", "\\*"), usage)
	})
	return table
}

func unindent(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "  "))
	}
	return strings.Join(lines, "\n")
}
