// Command postgres gives a real PostgreSQL to tests in modules of their own, which would follow every
// change of this module's dependencies if they imported it.
//
//	postgres start DIR   installs it where it is missing, starts it, and prints the superuser's URL
//	postgres remove DIR  stops it and removes its data
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/polderhq/polder/internal/pgserver"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "postgres:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 2 || args[0] != "start" && args[0] != "remove" {
		return errors.New("say start DIR or remove DIR")
	}
	if args[0] == "remove" {
		return pgserver.RemoveDir(ctx, args[1])
	}
	if err := pgserver.Install(ctx, os.Stderr); err != nil {
		return err
	}
	server, err := pgserver.Start(ctx, pgserver.Config{Dir: args[1], Passwords: true})
	if err != nil {
		return err
	}
	fmt.Println(server.URL("postgres"))
	return nil
}
