package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/user"
	"syscall"
)

// disk is a file system of its own for the tables of the drill's database. The server's log is
// elsewhere: without room for its log PostgreSQL ends, which is what its kills are for.
type disk struct{ dir string }

const (
	diskSize  = 12 << 30 // bytes, of which it takes as much memory as is in use
	diskSpare = 64 << 10
)

// newDisk mounts one; only root may. Others go without, and are told.
func newDisk(out io.Writer) (*disk, error) {
	if os.Geteuid() != 0 {
		fmt.Fprintln(out, "SKIPPED: full disk, because only root may mount a file system")
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "polder-drill-disk-")
	if err != nil {
		return nil, err
	}
	owner, err := user.Lookup("postgres") // as whom root starts the server
	if err != nil {
		return nil, errors.Join(err, os.Remove(dir))
	}
	options := fmt.Sprintf("size=%d,uid=%s,gid=%s,mode=0700", diskSize, owner.Uid, owner.Gid)
	if err := syscall.Mount("polder-drill", dir, "tmpfs", 0, options); err != nil {
		fmt.Fprintf(out, "SKIPPED: full disk, because a file system cannot be mounted here: %v\n", err)
		return nil, os.Remove(dir)
	}
	return &disk{dir}, nil
}

// folder is where tables go; empty: where the server has them.
func (d *disk) folder() string {
	if d == nil {
		return ""
	}
	return d.dir
}

// resize leaves the disk so many bytes.
func (d *disk) resize(bytes uint64) error {
	return syscall.Mount("polder-drill", d.dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%d", bytes))
}

// fill leaves no room for another table's page, or hardly.
func (d *disk) fill() error {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &stat); err != nil {
		return err
	}
	return d.resize((stat.Blocks-stat.Bfree)*uint64(stat.Bsize) + diskSpare)
}

func (d *disk) free() error { return d.resize(diskSize) }

// close takes it away, once the server has ended.
func (d *disk) close() error {
	if d == nil {
		return nil
	}
	return errors.Join(syscall.Unmount(d.dir, syscall.MNT_DETACH), os.Remove(d.dir))
}

// fullDisk leaves tables no room to grow.
func fullDisk() *fault {
	return &fault{name: "the disk is full", promise: "writes are refused with 503, and go on when there is room", parts: []string{server}, stretch: 1.5,
		begin: func(_ context.Context, p *place, _ *rand.Rand) (func(context.Context) error, error) {
			if p.disk == nil {
				return nil, errSkipped
			}
			return func(context.Context) error { return p.disk.free() }, p.disk.fill()
		}}
}
