package generated

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model"
)

// streams are the stream types; each refers to the next one.
var streams = []string{"Alpha", "Beta", "Gamma"}

// attributes are those that every stream type can have.
var attributes = []model.Attribute{
	{Name: "Name", Type: model.Type{Kind: model.Text}}, {Name: "Code", Type: model.Type{Kind: model.Text}},
	{Name: "N", Type: model.Type{Kind: model.Int}}, {Name: "D", Type: model.Type{Kind: model.Decimal, Precision: 12, Scale: 3}},
	{Name: "M", Type: model.Type{Kind: model.Money}}, {Name: "B", Type: model.Type{Kind: model.Bool}},
	{Name: "On", Type: model.Type{Kind: model.Date}}, {Name: "At", Type: model.Type{Kind: model.Timestamp}},
	{Name: "Items", Type: model.Type{Kind: model.List, Key: "ItemId", Of: []model.Attribute{
		{Name: "ItemId", Type: model.Type{Kind: model.Text}, Optional: true, Origin: origin},
		{Name: "Count", Type: model.Type{Kind: model.Int}, Optional: true, Origin: origin},
		{Name: "Price", Type: model.Type{Kind: model.Money}, Optional: true, Origin: origin},
	}}},
	{Name: model.CustomName, Type: model.Type{Kind: model.Custom}},
}

const origin = "generated:1"

// generator makes one model.
type generator struct {
	*rand.Rand
	seed uint64
	ir   model.IR
}

// Release returns the model of the seed.
func Release(t testing.TB, seed uint64) *model.Release {
	t.Helper()
	return load(t, seed, generate(seed))
}

// generate makes the model of the seed.
func generate(seed uint64) model.IR {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 3)), seed: seed}
	g.ir = model.IR{Format: model.Format, Name: "generated", Currency: "EUR", Values: []model.Value{}, Queries: []model.Query{}}
	for i := range streams {
		g.ir.Streams = append(g.ir.Streams, g.stream(i))
	}
	for i := range streams {
		g.ir.Projections = append(g.ir.Projections, g.lookup(i))
	}
	for i := range streams {
		for n := range 1 + g.IntN(2) {
			g.family(i, n)
		}
	}
	return g.ir
}

func load(t testing.TB, seed uint64, ir model.IR) *model.Release {
	t.Helper()
	encoded, err := json.Marshal(ir)
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(encoded)
	if err != nil {
		t.Fatalf("seed %d: load the model: %v", seed, err)
	}
	return release
}

// peer refers to another stream of the same type.
func peer(i int) model.Attribute {
	return model.Attribute{Name: "PeerId", Type: model.Type{Kind: model.Ref, Targets: []string{streams[i]}}, Optional: true, Origin: origin}
}

// next is the type that the i-th refers to; the last refers to the first.
func next(i int) int { return (i + 1) % len(streams) }

func ref(i int) model.Attribute {
	return model.Attribute{Name: streams[i] + "Id", Type: model.Type{Kind: model.Ref, Targets: []string{streams[i]}}, Optional: true, Origin: origin}
}

func (g *generator) stream(i int) model.Stream {
	all := []model.Attribute{ref(next(i)), peer(i)}
	for _, a := range attributes {
		a.Optional, a.Origin = true, origin
		all = append(all, a)
	}
	name := streams[i]
	event := func(suffix string) model.Event {
		return model.Event{Name: name + suffix, Version: 1, Attributes: all, Origin: origin}
	}
	return model.Stream{Name: name, Module: "generated", Stereotype: "entity", ID: name + "Key", Attributes: all,
		Commands: []model.Command{}, Events: []model.Event{event("MadeEvent"), event("ChangedEvent")}, Origin: origin}
}

func events(stream string) []string { return []string{stream + "ChangedEvent", stream + "MadeEvent"} }

// sealed gives the projection its events and a fingerprint of its own: models share databases.
func (g *generator) sealed(p model.Projection) model.Projection {
	p.Events, p.Origin, p.Fingerprint = events(p.From), origin, fingerprint(g.seed, p.Name)
	for i := range p.Columns { // half of the tables keep keys of their numbers
		c := &p.Columns[i]
		c.Ordered = c.Stored() && c.Type.Kind.Numeric() && p.Fingerprint < "8"
	}
	return p
}

func fingerprint(of ...any) string {
	sum := fnv.New64a()
	fmt.Fprint(sum, of...)
	return fmt.Sprintf("%012x", sum.Sum64()&0xffffffffffff)
}

func own(a model.Attribute) model.Column {
	return model.Column{Name: a.Name, Type: a.Type, Expr: a.Name, Needs: []string{a.Name}, Origin: origin}
}

func copied(name string, kind model.Type, from int, column string) model.Column {
	return copiedBy(streams[from]+"Id", name, kind, model.Hop{Helpers: []string{streams[from] + "Lookup"}, Column: column})
}

func copiedBy(ref, name string, kind model.Type, hop model.Hop) model.Column {
	hop.Ref = ref
	return model.Column{Name: name, Type: kind, Copy: &hop, Join: []model.Hop{hop}, Origin: origin}
}

// lookup is a helper: names, money and custom values to copy, the name that its own source shows, and that
// of a peer, which the same table has.
func (g *generator) lookup(i int) model.Projection {
	columns := []model.Column{own(ref(next(i))), own(peer(i)), own(attributes[0]), own(attributes[4]), own(attributes[9]),
		copiedBy("PeerId", "PeerName", attributes[0].Type, model.Hop{Helpers: []string{streams[i] + "Lookup"}, Column: "Name"})}
	if i < len(streams)-1 { // the last one ends the chain of copies
		columns = append(columns, copied("FarName", attributes[0].Type, next(i), "Name"))
	}
	return g.sealed(model.Projection{Name: streams[i] + "Lookup", Helper: true, From: streams[i], Columns: columns})
}

// family is a source projection and what it feeds.
func (g *generator) family(i, n int) {
	source := g.source(i, n)
	g.ir.Projections = append(g.ir.Projections, source)
	if g.IntN(3) > 0 {
		g.chain(model.Projection{Name: source.Name + "True", Of: source.Name, Where: "B", Columns: g.some(shown(source), 3)}, source)
	}
	if g.IntN(3) > 0 {
		g.group(source.Name+"Groups", source)
	}
	if g.IntN(3) > 0 {
		each := g.chain(model.Projection{Name: source.Name + "Items", Of: source.Name, Each: "Items", Columns: slices.Concat(
			[]model.Column{own(attributes[8].Type.Of[0]), own(attributes[8].Type.Of[1]), own(attributes[8].Type.Of[2])}, g.some(shown(source), 2))}, source)
		g.group(each.Name+"Groups", each)
	}
}

// source has the ref, the list and the flag, which others need, some of the rest, and copies.
func (g *generator) source(i, n int) model.Projection {
	columns := []model.Column{own(ref(next(i))), own(attributes[8]), own(attributes[5])}
	for _, a := range slices.Concat(attributes[:8], attributes[9:]) {
		if a.Name != "B" && g.IntN(2) == 0 {
			columns = append(columns, own(a))
		}
	}
	if g.IntN(2) == 0 {
		columns = append(columns, model.Column{Name: "Sum", Type: attributes[3].Type, Expr: "D + N", Needs: []string{"D", "N"}, Origin: origin})
	}
	columns = append(columns, copied("NextName", attributes[0].Type, next(i), "Name"), copied("NextM", attributes[4].Type, next(i), "M"),
		copied("NextX", attributes[9].Type, next(i), model.CustomName))
	if next(i) < len(streams)-1 {
		columns = append(columns, copied("FarName", attributes[0].Type, next(i), "FarName"))
	}
	p := model.Projection{Name: fmt.Sprintf("%s%d", streams[i], n), From: streams[i], Columns: columns}
	if slices.ContainsFunc(columns, func(c model.Column) bool { return c.Name == "Sum" }) {
		p.Hidden = missing(columns, "D", "N")
	}
	return g.sealed(p)
}

func missing(columns []model.Column, names ...string) []string {
	return slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(columns, func(c model.Column) bool { return c.Expr == name })
	})
}

// shown are the columns of a projection as a chained one can have them.
func shown(p model.Projection) []model.Column {
	var columns []model.Column
	for _, c := range p.Columns {
		columns = append(columns, model.Column{Name: c.Name, Type: c.Type, Expr: c.Name, Needs: []string{c.Name}, Origin: origin})
	}
	return columns
}

func (g *generator) some(columns []model.Column, most int) []model.Column {
	g.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
	return columns[:1+g.IntN(most)]
}

func (g *generator) chain(p, feeder model.Projection) model.Projection {
	p.From = feeder.From
	p = g.sealed(p)
	g.ir.Projections = append(g.ir.Projections, p)
	return p
}

// group groups by one or two columns and folds the rest.
func (g *generator) group(name string, feeder model.Projection) {
	p := model.Projection{Name: name, Of: feeder.Name, Grouped: true}
	if slices.ContainsFunc(feeder.Columns, func(c model.Column) bool { return c.Expr == "B" }) && g.IntN(2) == 0 {
		p.Where = "B"
	}
	keys := 0
	for _, c := range shown(feeder) {
		switch kind := c.Type.Kind; {
		case kind == model.List || kind == model.Custom || strings.HasPrefix(c.Name, "ItemId"):
		case keys < 2 && g.IntN(3) == 0:
			keys++
			p.Columns = append(p.Columns, c)
		case kind == model.Int || kind == model.Decimal || kind == model.Money:
			p.Columns = append(p.Columns, folded(c, "sum", "SumOf"))
		case kind == model.Date || kind == model.Text || kind == model.Timestamp:
			p.Columns = append(p.Columns, folded(c, []string{"min", "max"}[g.IntN(2)], "EndOf"))
		}
	}
	counted := model.Column{Name: "Rows", Type: model.Type{Kind: model.Int}, Fold: "count", Origin: origin}
	p.Columns = append(p.Columns, counted)
	if keys > 0 {
		g.chain(p, feeder)
	}
}

func folded(c model.Column, fold, prefix string) model.Column {
	c.Fold, c.Name = fold, prefix+c.Name
	return c
}
