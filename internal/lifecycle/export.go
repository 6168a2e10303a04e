package lifecycle

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/internal/tenant"
)

const defaultPartEvents = 100_000

// Export says which account to write to which folder.
type Export struct {
	Account    tenant.Account
	Folder     string // made when it is not there; it holds no export yet
	PartEvents int64  // in a file at most; zero: 100,000
}

// Export writes the history in use of the account, as of its last event now, and the facts that follow from no event. Read models,
// guards and numbers are made of the events again, wherever they are imported; keys are not exported. An export that was cut off has no
// manifest, and is begun anew. Invalid: the folder holds an export, or cannot be written.
func (r *Runner) Export(ctx context.Context, x Export) (Manifest, error) {
	m := Manifest{Format: Format, ExportedAt: r.Clock().UTC(), ExportedBy: r.By, Account: x.Account, Parts: []Part{}}
	if _, err := os.Stat(filepath.Join(x.Folder, manifestFile)); err == nil {
		return m, fault.New(fault.Invalid, "The folder %s holds an export already", x.Folder)
	}
	if err := os.MkdirAll(x.Folder, 0o700); err != nil {
		return m, fault.Wrap(err, fault.Invalid, "The folder cannot be made")
	}
	from, err := r.Places(ctx, x.Account.StoreID)
	if err != nil {
		return m, err
	}
	if m.facts, err = readFacts(ctx, from, x.Account.ID); err != nil {
		return m, err
	}
	m.facts = m.cutAt(m.Number) // what was skipped since
	if m.Archived, err = countArchived(ctx, from, x.Account.ID); err != nil {
		return m, err
	}
	if err := r.exportRelease(ctx, x, &m); err != nil {
		return m, err
	}
	w := &partWriter{folder: x.Folder, most: x.PartEvents}
	if w.most <= 0 {
		w.most = defaultPartEvents
	}
	s := span{account: x.Account.ID, generation: m.Generation, until: m.Number}
	err = r.eachPage(ctx, from.Builder, s, func(page []Event) error {
		defer func() { r.told("exporting", w.chain.Number, m.Number) }()
		return w.write(page)
	})
	if err := errors.Join(err, w.end()); err != nil {
		return m, err
	}
	if w.chain.Number != m.Number {
		return m, fault.New(fault.Rejected, "Event %d of account %s is missing", w.chain.Number+1, x.Account.Name)
	}
	m.Parts, m.Digest = append(m.Parts, w.parts...), w.chain.Digest.String()
	return m, m.write(x.Folder)
}

// exportRelease writes the release that the account runs on, as it was published.
func (r *Runner) exportRelease(ctx context.Context, x Export, m *Manifest) error {
	m.Release = x.Account.Release
	if m.facts.Release != nil {
		m.Release = *m.facts.Release
	}
	all, err := r.Catalog.Releases(ctx)
	if err != nil {
		return err
	}
	for _, known := range all {
		if known.Digest != m.Release {
			continue
		}
		published, err := r.Catalog.ReleaseByVersion(ctx, known.Version)
		if err != nil {
			return err
		}
		m.Version = known.Version
		return writeWhole(filepath.Join(x.Folder, releaseFile), published.IR)
	}
	return fault.New(fault.NotFound, "The release %s of account %s is not published", m.Release, x.Account.Name)
}

// partWriter writes events to one file after the other.
type partWriter struct {
	folder string
	most   int64
	chain  seal.Chain
	parts  []Part

	file *os.File // nil: no part is open
	out  *bufio.Writer
	sum  hash.Hash
}

func (w *partWriter) write(page []Event) error {
	for i := range page {
		if err := w.chain.Add(page[i].sealed()); err != nil {
			return fault.Wrap(err, fault.Rejected, "The history cannot be exported")
		}
		if err := w.writeOne(&page[i]); err != nil {
			return fault.Wrap(err, fault.Invalid, "The export cannot be written")
		}
	}
	return nil
}

func (w *partWriter) writeOne(e *Event) error {
	if w.file == nil {
		if err := w.begin(e.SequenceNumber); err != nil {
			return err
		}
	}
	text, err := marshal(newLine(e))
	if err != nil {
		return err
	}
	part := &w.parts[len(w.parts)-1]
	part.Last, part.Bytes, part.Digest = e.SequenceNumber, part.Bytes+int64(len(text)), w.chain.Digest.String()
	w.sum.Write(text)
	if _, err := w.out.Write(text); err != nil {
		return err
	}
	if part.Last-part.First+1 == w.most {
		return w.end()
	}
	return nil
}

func (w *partWriter) begin(first int64) error {
	part := Part{File: fmt.Sprintf("events-%06d.ndjson", len(w.parts)+1), First: first}
	file, err := os.OpenFile(filepath.Join(w.folder, part.File), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w.file, w.out, w.sum = file, bufio.NewWriterSize(file, 1<<20), sha256.New()
	w.parts = append(w.parts, part)
	return nil
}

// end ends the open part, if there is one.
func (w *partWriter) end() error {
	if w.file == nil {
		return nil
	}
	w.parts[len(w.parts)-1].SHA256 = hex.EncodeToString(w.sum.Sum(nil))
	err := errors.Join(w.out.Flush(), w.file.Sync(), w.file.Close())
	w.file = nil
	return err
}

// marshal writes an event and the end of its line.
func marshal(l line) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(l)
	return text.Bytes(), err
}
