package lifecycle

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/internal/tenant"
)

// Import says which export to make an account of.
type Import struct {
	Folder  string
	StoreID string
	Name    string    // empty: the one that it had
	ID      uuid.UUID // zero: the one that it had
}

// Import makes the account, or goes on with an import of the same export that was cut off. It publishes the export's release where that is not
// known. Rejected: the name or the id is taken, or a file is not what the manifest says. Conflict: something else has begun under the name.
// Precondition: the release was withdrawn.
func (r *Runner) Import(ctx context.Context, i Import) (Copied, error) {
	m, err := ReadManifest(i.Folder)
	if err != nil {
		return Copied{}, err
	}
	if err := r.publish(ctx, i.Folder, m); err != nil {
		return Copied{}, err
	}
	if i.Name == "" {
		i.Name = m.Account.Name
	}
	if i.ID == uuid.Nil {
		i.ID = m.Account.ID
	}
	c := copying{Name: i.Name, Source: m.Account.ID, Until: m.Number, Digest: m.Digest, Release: m.Release}
	w, c, err := r.beginCopy(ctx, tenant.Work{AccountID: i.ID, ToStore: i.StoreID}, c, false)
	if err != nil {
		return Copied{}, err
	}
	f := m.facts
	f.State, f.Limits = string(m.Account.State), m.Account.Limits
	return r.copyInto(ctx, w, c, f, func(to *sink, chain *seal.Chain) error { return r.read(ctx, i.Folder, m, to, chain) })
}

// publish enters the export's release where it is not known: its tables first, on every store.
func (r *Runner) publish(ctx context.Context, folder string, m Manifest) error {
	known, err := r.Catalog.Releases(ctx)
	if err != nil {
		return err
	}
	for _, k := range known {
		if k.Digest == m.Release {
			return nil
		}
	}
	path := filepath.Join(folder, releaseFile)
	if err := checkFile(path, m.Release); err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "A file of the export cannot be read")
	}
	loaded, err := model.Load(text)
	if err != nil {
		return fault.Wrap(err, fault.Rejected, "This binary cannot load the export's release")
	}
	return r.Catalog.PublishReleaseWith(ctx, tenant.Release{Digest: m.Release, Version: m.Version, IR: text, PublishedBy: r.By},
		func() error { return r.expand(ctx, loaded) })
}

// expand makes the release's tables on every store.
func (r *Runner) expand(ctx context.Context, release *model.Release) error {
	stores, err := r.Catalog.Stores(ctx)
	if err != nil {
		return err
	}
	for _, store := range stores {
		place, err := r.Places(ctx, store.ID)
		if err == nil {
			err = projection.Expand(ctx, place.Owner, release)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read stores the export's events that the copy lacks.
func (r *Runner) read(ctx context.Context, folder string, m Manifest, to *sink, chain *seal.Chain) error {
	for _, part := range m.Parts {
		if part.Last > to.block.Number {
			if err := r.readPart(ctx, filepath.Join(folder, part.File), part, to, chain); err != nil {
				return err
			}
		} else if err := setChain(chain, part); err != nil {
			return err
		}
		if chain.Digest.String() != part.Digest {
			return fault.New(fault.Rejected, "The events of %s are not those that the manifest was written for", part.File)
		}
		if chain.Number == to.block.Number && chain.Digest != to.block.Digest {
			return fault.New(fault.Conflict, "What was imported before is not in this export: erase the copy, and begin anew")
		}
	}
	if chain.Digest.String() != m.Digest {
		return fault.New(fault.Rejected, "The digest of the manifest is not that of its last part")
	}
	return nil
}

// setChain takes the chain behind a part that was imported before. What is in the copy is compared as a whole later.
func setChain(chain *seal.Chain, part Part) error {
	raw, err := hex.DecodeString(part.Digest)
	if err != nil || copy(chain.Digest[:], raw) != len(chain.Digest) {
		return fault.New(fault.Invalid, "The digest of the manifest's part %s is none", part.File)
	}
	chain.Number = part.Last
	return nil
}

func (r *Runner) readPart(ctx context.Context, path string, part Part, to *sink, chain *seal.Chain) error {
	if err := checkFile(path, part.SHA256); err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "A file of the export cannot be read")
	}
	defer file.Close()
	lines := json.NewDecoder(bufio.NewReaderSize(file, 1<<20))
	lines.DisallowUnknownFields()
	var page []Event
	for {
		var l line
		err := lines.Decode(&l)
		if errors.Is(err, io.EOF) {
			return r.store(ctx, to, page, part.Last)
		}
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "%s cannot be read after event %d", path, chain.Number)
		}
		e := l.event()
		if err := chain.Add(e.sealed()); err != nil {
			return fault.Wrap(err, fault.Rejected, "%s is not in order", path)
		}
		if e.SequenceNumber <= to.block.Number {
			continue
		}
		if page = append(page, e); len(page) == pageEvents {
			if err := r.store(ctx, to, page, part.Last); err != nil {
				return err
			}
			page = nil
		}
	}
}

func (r *Runner) store(ctx context.Context, to *sink, page []Event, last int64) error {
	if len(page) == 0 {
		return nil
	}
	if err := r.Throttle.Take(ctx, len(page)); err != nil {
		return err
	}
	if err := to.add(ctx, page); err != nil {
		return err
	}
	r.told("importing", to.block.Number, last)
	return nil
}
