package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "dev:", err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	root := &cobra.Command{
		Use: "dev", Short: "Run the whole platform on this machine",
		SilenceUsage: true, SilenceErrors: true,
	}
	dir := root.PersistentFlags().String("dir", ".polder", "folder for data, logs and dev.env")
	root.AddCommand(upCommand(dir), simple(dir, "down", "Stop what runs in the folder", down),
		simple(dir, "clean", "Stop what runs in the folder and remove its data", clean))
	return root
}

func upCommand(dir *string) *cobra.Command {
	var inBackground bool
	cmd := &cobra.Command{Use: "up", Short: "Start everything, with the Northwind data", Args: cobra.NoArgs}
	cmd.Flags().BoolVar(&inBackground, "detach", false, "return when all is ready and go on in the background")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := newConfig(*dir, cmd.OutOrStdout())
		if err != nil {
			return err
		}
		if err := c.readPorts(); err != nil {
			return err
		}
		if inBackground {
			return detach(cmd.Context(), c)
		}
		return up(cmd.Context(), c)
	}
	return cmd
}

func simple(dir *string, use, short string, do func(context.Context, config) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := newConfig(*dir, cmd.OutOrStdout())
		if err != nil {
			return err
		}
		return do(cmd.Context(), c)
	}}
}
