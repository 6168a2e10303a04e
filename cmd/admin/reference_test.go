package main

import (
	"os"
	"regexp"
	"testing"

	"github.com/spf13/cobra"
)

const document = "../../docs/admin.md"

func TestTheReferenceIsTrue(t *testing.T) {
	w := newWorld(t)
	copied := t.TempDir() + "/admin.md"
	write(t, copied, read(t, document))
	w.ok("reference", copied)
	if read(t, copied) != read(t, document) {
		t.Error("docs/admin.md differs from the commands: make generate")
	}
	write(t, copied, "nothing here")
	w.fails(2, []string{"no place for the reference"}, "reference", copied)
}

var (
	block   = regexp.MustCompile("(?s)```[a-z]*\n(.*?)```")
	written = regexp.MustCompile(`(?m)(?:^|[;=] ?|\.\.\. )(?:bin/)?admin ((?:--env-file \S+ )?[a-z].*)$`)
	word    = regexp.MustCompile(`"[^"]*"|\S+`)
)

// TestTheExamplesParse holds the worked examples to the commands and flags there are.
func TestTheExamplesParse(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, b := range block.FindAllStringSubmatch(read(t, document), -1) {
		for _, line := range written.FindAllStringSubmatch(b[1], -1) {
			args := word.FindAllString(regexp.MustCompile(`[;>]`).Split(line[1], 2)[0], -1)
			root := (&app{Process: Process{Env: os.Getenv}}).commands()
			command, rest, err := root.Find(args)
			if err != nil || command == root || command.HasSubCommands() {
				t.Errorf("admin %s: there is no such command", line[1])
				continue
			}
			if err := parses(command, rest); err != nil {
				t.Errorf("admin %s: %v", line[1], err)
			}
			seen++
		}
	}
	if seen < 15 {
		t.Errorf("only %d examples were found", seen)
	}
}

func parses(command *cobra.Command, args []string) error {
	if err := command.ParseFlags(args); err != nil {
		return err
	}
	if err := command.ValidateRequiredFlags(); err != nil {
		return err
	}
	return command.ValidateArgs(command.Flags().Args())
}
