package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/admin/importer"
	"github.com/polderhq/polder/internal/fault"
)

// imported is the outcome of an import.
type imported struct {
	File string `json:"file"`
	importer.Progress
	ErrorFile string `json:"errorFile,omitempty"` // where refused rows are
}

func (a *app) importCommand() *cobra.Command {
	var again bool
	command := &cobra.Command{
		Use: "import FILE", Args: takes("FILE"),
		Short: "Send a file of commands, one JSON object a line, through the API",
		Long: `Each line is {"PlaceOrderCommand": {...}}, optionally with its own "commandId" beside the command; other lines
get an id that follows from the file's content and the line. So nothing is applied twice, and an import that was
interrupted goes on where it was when the same command is run again.

Refused rows are written to FILE.errors.ndjson with their problem, the rest goes on; the command then fails with
exit code 9. FILE.progress remembers what was answered; without it rows are sent again, and change nothing.
Put corrected rows into a file of their own: a changed FILE is refused, because its rows would get other ids.
POLDER_URL and POLDER_API_KEY say where to and as whom.`,
		Example: `  admin import orders.ndjson
  jq -c .row orders.ndjson.errors.ndjson > corrected.ndjson`,
	}
	command.Flags().BoolVar(&again, "again", false, "send all rows once more: stored ones stay, refused ones are tried again")
	command.RunE = a.run(func(ctx context.Context, args []string) error {
		outcome, err := a.importFile(ctx, args[0], again)
		if outcome.Total > 0 || err == nil {
			if err := a.printImported(outcome); err != nil {
				return err
			}
		}
		return err
	})
	return command
}

func (a *app) importFile(ctx context.Context, path string, again bool) (imported, error) {
	if a.config.apiURL == "" || a.config.apiKey == "" {
		return imported{}, advise(fault.New(fault.Invalid, "POLDER_URL and POLDER_API_KEY must be set"), "environment",
			"admin key create ACCOUNT NAME makes a key")
	}
	outcome := imported{File: path}
	meter := newMeter(a, path)
	c := &change{action: "import", parameters: map[string]any{"file": path, "key": keyID(a.config.apiKey)}}
	err := a.recordWhereKnown(ctx, c, func() (err error) {
		outcome.Progress, err = importer.Import(ctx, importer.Config{
			Path: path, URL: a.config.apiURL, Key: a.config.apiKey, Again: again,
			Client: http.DefaultClient, Clock: a.Now, Progress: meter.update,
		})
		c.parameters["stored"], c.parameters["refused"] = outcome.Stored, outcome.Refused
		return err
	})
	meter.end(outcome.Progress)
	if outcome.Refused > 0 {
		outcome.ErrorFile = path + ".errors.ndjson"
	}
	if err == nil && outcome.Refused > 0 {
		err = advise(fault.New(fault.Rejected, "The API refused %s", several(outcome.Refused, "row")), outcome.ErrorFile,
			"correct them in a file of their own and import that, or remove the cause and import with --again")
	}
	return outcome, adviseImport(err, path, a.config.apiURL)
}

// recordWhereKnown records like record, if there is a catalog to write to: an import needs
// the API only, and its events carry the key that sent them.
func (a *app) recordWhereKnown(ctx context.Context, c *change, do func() error) error {
	if a.config.catalogURL == "" {
		return do()
	}
	return a.record(ctx, c, do)
}

func adviseImport(err error, path, url string) error {
	switch {
	case err == nil:
		return nil
	case fault.Is(err, fault.Precondition):
		return advise(err, path+".progress", "import the original file, put new rows in a file of their own, "+
			"or remove "+path+".progress when nothing of it was stored")
	case fault.Is(err, fault.Unavailable):
		return advise(err, url, "see that the API runs there, then run the same command: it goes on")
	case fault.Is(err, fault.Unauthorized):
		return advise(err, url, "check POLDER_API_KEY (admin key list ACCOUNT), then run the same command: it goes on")
	case fault.Is(err, fault.Forbidden):
		return advise(err, url, "see whether the account is suspended (admin account show) or the key lacks a role (admin key list), "+
			"then run the same command: it goes on")
	case fault.Is(err, fault.NotFound):
		return advise(err, url, "check POLDER_URL")
	}
	return advise(err, path, "")
}

// keyID is the public half of a token.
func keyID(token string) string {
	parts := strings.Split(token, "_")
	if len(parts) != 3 {
		return ""
	}
	return parts[1]
}

func (a *app) printImported(outcome imported) error {
	return printOne(a, outcome,
		left("file", func(i imported) string { return i.File }),
		left("rows", func(i imported) string { return count(int64(i.Total)) }),
		left("stored", func(i imported) string {
			return fmt.Sprintf("%s, of which %s were there already", count(int64(i.Stored)), count(int64(i.Repeated)))
		}),
		left("refused", func(i imported) string { return strings.TrimSpace(count(int64(i.Refused)) + " " + i.ErrorFile) }),
		left("left", func(i imported) string { return count(int64(i.Total - i.Done())) }))
}
