package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/polderhq/polder/internal/model/expr"
)

// Format is the newest version of the IR's structure that this code makes. It runs all versions
// from 1 on.
const Format = 2

// FormatOf returns the oldest version that can say what the IR says, so that older binaries run
// what has nothing newer in it. Version 2 has ordered columns.
func FormatOf(ir *IR) int {
	for i := range ir.Projections {
		if slices.ContainsFunc(ir.Projections[i].Columns, func(c Column) bool { return c.Ordered }) {
			return 2
		}
	}
	return 1
}

// CanRun reports whether this code runs an IR of the version.
func CanRun(format int) bool { return format >= 1 && format <= Format }

// Release is a loaded IR, ready to run. It is immutable and safe for concurrent use.
type Release struct {
	ir          *IR
	digest      string
	streams     map[string]*StreamType
	commands    map[string]*CommandType
	queries     map[string]*Query
	projections map[string]*ProjectionType
	sorted      []*ProjectionType
	touches     map[string][]*ProjectionType
	upcasts     map[storedType]*upcast
	archives    func() map[string]string // ArchiveFingerprint of each stream type, made when it is asked for first
}

// loader is what Load needs along the way.
type loader struct {
	ir      *IR
	scopes  *Scopes
	kinds   *kinds
	release *Release
}

// Load checks the IR's format, compiles its expressions and returns the release.
func Load(ir []byte) (*Release, error) {
	parsed, err := parseIR(ir)
	if err != nil {
		return nil, err
	}
	canonical, err := Canonical(parsed)
	if err != nil {
		return nil, err
	}
	scopes, err := NewScopes(parsed)
	if err != nil {
		return nil, err
	}
	r := &Release{
		ir: parsed, digest: digest(canonical), streams: map[string]*StreamType{}, commands: map[string]*CommandType{},
		queries: map[string]*Query{}, projections: map[string]*ProjectionType{}, touches: map[string][]*ProjectionType{},
	}
	r.archives = sync.OnceValue(r.archiveFingerprints)
	l := &loader{parsed, scopes, newKinds(scopes, parsed.Currency), r}
	if err := l.load(); err != nil {
		return nil, fmt.Errorf("release %.12s: %w", r.digest, err)
	}
	return r, nil
}

func parseIR(text []byte) (*IR, error) {
	var head struct{ Format int }
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("the release is not an IR: %w", err)
	}
	if !CanRun(head.Format) {
		return nil, fmt.Errorf("the release has IR format %d and needs a binary that runs format %d; this one runs formats 1 to %d",
			head.Format, head.Format, Format)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	ir := &IR{}
	if err := decoder.Decode(ir); err != nil {
		return nil, fmt.Errorf("the release is not an IR of format %d: %w", head.Format, err)
	}
	return ir, nil
}

func (l *loader) load() error {
	for _, step := range []func() error{l.loadStreams, l.loadClaims, l.loadCommands, l.loadUpcasts, l.loadProjections, l.loadQueries} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) loadStreams() error {
	for i := range l.ir.Streams {
		t, err := l.newStream(&l.ir.Streams[i])
		if err != nil {
			return fmt.Errorf("%s: %w", l.ir.Streams[i].Name, err)
		}
		if l.release.streams[t.Name] != nil {
			return fmt.Errorf("two streams %s", t.Name)
		}
		l.release.streams[t.Name] = t
	}
	return nil
}

func (l *loader) loadCommands() error {
	for i := range l.ir.Streams {
		t := l.release.streams[l.ir.Streams[i].Name]
		for j := range t.Commands {
			c, err := l.newCommand(t, &t.Commands[j])
			if err != nil {
				return fmt.Errorf("%s: %w", t.Commands[j].Name, err)
			}
			if l.release.commands[c.Name] != nil {
				return fmt.Errorf("two commands %s", c.Name)
			}
			l.release.commands[c.Name] = c
		}
	}
	return nil
}

func (l *loader) loadProjections() error {
	r := l.release
	declared := newDeclared(l.ir)
	for i := range l.ir.Projections {
		p, err := l.projection(l.ir.Projections[i].Name, declared)
		if err != nil {
			return fmt.Errorf("%s: %w", l.ir.Projections[i].Name, err)
		}
		r.sorted = append(r.sorted, p)
	}
	slices.SortFunc(r.sorted, func(a, b *ProjectionType) int { return strings.Compare(a.Name, b.Name) })
	for _, p := range r.sorted {
		for _, event := range p.Events {
			key := eventKey(p.From, event)
			r.touches[key] = append(r.touches[key], p)
		}
	}
	r.findStored()
	return nil
}

func (l *loader) loadQueries() error {
	for i := range l.ir.Queries {
		q := &l.ir.Queries[i]
		if l.release.projections[q.From] == nil {
			return located(q.Origin, fmt.Errorf("%s asks the projection %s, which there is not", q.Name, q.From))
		}
		l.release.queries[q.Name] = q
	}
	return nil
}

// Digest returns the sha256 of the canonical IR in hex.
func (r *Release) Digest() string { return r.digest }

// IR returns the structure the release was loaded from; callers do not change it.
func (r *Release) IR() *IR { return r.ir }

// Command returns the command, nil if the release has none of that name.
func (r *Release) Command(name string) *CommandType { return r.commands[name] }

// Query returns the query, nil if there is none of that name.
func (r *Release) Query(name string) *Query { return r.queries[name] }

// Projection returns the projection, nil if there is none of that name.
func (r *Release) Projection(name string) *ProjectionType { return r.projections[name] }

// Projections returns all projections, helpers included, sorted by name.
func (r *Release) Projections() []*ProjectionType { return r.sorted }

// Stream returns the stream type, nil if there is none of that name.
func (r *Release) Stream(name string) *StreamType { return r.streams[name] }

// Touches returns the projections with a row for the stream that the event can change,
// sorted by name; callers do not change the list.
func (r *Release) Touches(streamType, event string) []*ProjectionType {
	return r.touches[eventKey(streamType, event)]
}

func eventKey(streamType, event string) string { return streamType + "\x00" + event }

// located puts the place in the model before the error, with an expression's own line and
// column where it has one.
func located(origin string, err error) error {
	var compile *expr.CompileError
	if errors.As(err, &compile) {
		return fmt.Errorf("%s: in %q: %w", origin, compile.Source, err)
	}
	return fmt.Errorf("%s: %w", origin, err)
}

// roots returns the variables that the program reads, without their fields.
func roots(p *expr.Program) []string {
	var names []string
	for _, path := range p.Needs() {
		name, _, _ := strings.Cut(path, ".")
		names = append(names, name)
	}
	return slices.Compact(names)
}
