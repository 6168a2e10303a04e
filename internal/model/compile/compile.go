package compile

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
	"github.com/polderhq/polder/internal/model/example"
)

// Problems is what Compile returns for a model that is wrong: everything it found, sorted
// by file and line.
type Problems = problem.List

// Result is a compiled model.
type Result struct {
	IR        *model.IR
	Canonical []byte // the IR's canonical JSON: what a release stores
	Digest    string // sha256 of Canonical, in hex
	Examples  []example.Example
}

// Compile compiles the model whose model.yaml is in the root of the file system. The error
// is Problems, or what the file system said.
func Compile(files fs.FS) (*Result, error) {
	c := newCompiler()
	if err := c.load(files); err != nil {
		return nil, err
	}
	c.declare()
	if err := c.resolve(); err != nil {
		return nil, err
	}
	c.solveChanges()
	c.read()
	c.examples()
	if err := c.report.Problems.Err(); err != nil {
		return nil, err
	}
	return c.result()
}

// compiler is the state of one compile. Its phases run in the order of Compile; each leaves
// what later ones need in the types, and reports what is wrong without stopping.
type compiler struct {
	report  *source.Report
	scopes  *model.Scopes
	root    *source.Node // of model.yaml; nil without one
	model   syntax.Model
	files   []*typ
	changes []changeFile
	solved  *change.Solution // what the changes come to; nil without any

	ancestry *ancestry       // of solved; nil until a fingerprint asks for it
	types    map[string]*typ // declared types by name
	streams  []*typ          // by name
	values   []*typ          // by name

	defaulted   []attribute // every attribute that could have a default
	commands    map[string]*command
	events      map[string]*event
	projections map[string]*projection
	queries     map[string]*query
	ordered     []*projection // in order of declaration
	asked       []*query
	specimens   []example.Example
}

func newCompiler() *compiler {
	return &compiler{
		report: &source.Report{}, types: map[string]*typ{}, commands: map[string]*command{}, events: map[string]*event{},
		projections: map[string]*projection{}, queries: map[string]*query{},
	}
}

// typ is a type on its way from syntax to IR.
type typ struct {
	*syntax.Type
	file       string
	module     string
	stereotype string
	name       string
	at         *source.Node // its name

	attributes []attribute
	resolved   bool // of a value: its attributes are done
	resolving  bool
	lost       bool // of a stream type: where its events lead is not known for sure
	commands   []*command
	events     []*event
	ir         *model.Stream // of a stream type; filled phase by phase
}

func (t *typ) isValue() bool { return t.stereotype == "value" }

// idName is the input that names a stream of the type.
func (t *typ) idName() string {
	if t.ID.Given() {
		return t.ID.Text
	}
	return t.name + "Id"
}

// resolve finds out what types hold and do.
func (c *compiler) resolve() error {
	for _, t := range c.values {
		c.resolveValue(t)
	}
	for _, t := range c.streams {
		c.resolveStream(t)
	}
	scopes, err := model.NewScopes(&model.IR{Values: c.valuesIR()})
	if err != nil {
		return err
	}
	c.scopes = scopes
	for _, t := range c.streams {
		c.resolveComputes(t)
		c.resolveGuards(t)
		c.resolveCommands(t)
		c.resolveEvents(t)
	}
	for _, t := range c.streams {
		c.resolveClaims(t)
		c.checkLifecycle(t)
		c.checkExpressions(t)
	}
	c.checkDefaults()
	return nil
}

// read finds out what is shown and asked.
func (c *compiler) read() {
	c.resolveProjections()
	c.resolveQueries()
	c.chooseShapes()
	c.resolveIndexes()
	c.finishProjections()
}

func (c *compiler) result() (*Result, error) {
	ir := c.assemble()
	canonical, err := model.Canonical(ir)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(canonical)
	return &Result{IR: ir, Canonical: canonical, Digest: hex.EncodeToString(digest[:]), Examples: c.specimens}, nil
}
