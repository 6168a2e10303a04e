package main

import (
	"context"
	"fmt"
	"net"
)

// choosePort returns the wanted port, the usual one when none is wanted, or a free one
// when the usual one is taken. A wanted port that is taken is the caller's mistake.
func choosePort(ctx context.Context, c config, name string, wanted, usual int) (int, error) {
	port := wanted
	if port == 0 {
		port = usual
	}
	if taken := listen(ctx, port, new(int)); taken == nil {
		return port, nil
	} else if wanted != 0 {
		return 0, fmt.Errorf("%s=%d: %w; choose another", name, wanted, taken)
	}
	var free int
	if err := listen(ctx, 0, &free); err != nil {
		return 0, err
	}
	c.say("Port %d is taken, using %d (set %s to choose another)", usual, free, name)
	return free, nil
}

// listen opens the port for a moment and reports the one that it got.
func listen(ctx context.Context, port int, got *int) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	*got = listener.Addr().(*net.TCPAddr).Port
	return listener.Close()
}
