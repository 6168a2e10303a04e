package lifecycle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tenant"
)

// Format is the version of what an export looks like.
const Format = 1

const (
	manifestFile = "manifest.json"
	releaseFile  = "release.json"
)

// Manifest says what is in an export: a folder of files, of which it is written last.
type Manifest struct {
	Format     int            `json:"format"`
	ExportedAt time.Time      `json:"exportedAt"`
	ExportedBy string         `json:"exportedBy"`
	Account    tenant.Account `json:"account"` // as the catalog had it
	Release    string         `json:"release"` // digest of release.json, on which the account ran
	Version    string         `json:"version"` // of the release
	facts
	Digest string `json:"digest"` // of all events; see internal/seal
	Parts  []Part `json:"parts"`
}

// Part is a file of events, one in a line.
type Part struct {
	File   string `json:"file"`
	First  int64  `json:"first"` // sequence numbers
	Last   int64  `json:"last"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the file, hex
	Digest string `json:"digest"` // of all events up to the last one
}

// ReadManifest reads the manifest of an export. Invalid: the folder holds none, or one of another format.
func ReadManifest(folder string) (Manifest, error) {
	var m Manifest
	text, err := os.ReadFile(filepath.Join(folder, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, fault.New(fault.Invalid, "The folder %s holds no whole export: there is no %s", folder, manifestFile)
	}
	if err != nil {
		return m, fault.Wrap(err, fault.Invalid, "The manifest cannot be read")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return m, fault.Wrap(err, fault.Invalid, "The manifest of %s cannot be read", folder)
	}
	if m.Format != Format {
		return m, fault.New(fault.Invalid, "The export is of format %d, and this admin reads format %d", m.Format, Format)
	}
	return m, m.check()
}

// check holds that the parts follow each other, up to the account's last event.
func (m Manifest) check() error {
	last := int64(0)
	for _, p := range m.Parts {
		if p.First != last+1 || p.Last < p.First || filepath.Base(p.File) != p.File {
			return fault.New(fault.Invalid, "The manifest's part %s does not follow event %d", p.File, last)
		}
		last = p.Last
	}
	if last != m.Number {
		return fault.New(fault.Invalid, "The manifest's parts end with event %d, and the account with %d", last, m.Number)
	}
	return nil
}

// write puts the manifest where it is whole or not there.
func (m Manifest) write(folder string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(filepath.Join(folder, manifestFile), append(text, '\n'))
}

func writeWhole(path string, text []byte) error {
	file, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// checkFile compares the file with its digest.
func checkFile(path, want string) error {
	file, err := os.Open(path)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "A file of the export cannot be read")
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return fault.Wrap(err, fault.Invalid, "A file of the export cannot be read")
	}
	if is := hex.EncodeToString(sum.Sum(nil)); is != want {
		return fault.New(fault.Rejected, "%s is not the file that was exported: its sha256 is %s, and the manifest has %s", path, is, want)
	}
	return nil
}
