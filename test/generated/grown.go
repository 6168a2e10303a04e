package generated

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/test/sales"
)

// noted are attributes that streams have in Grown and that only their NotedEvent sets.
var noted = []model.Attribute{
	{Name: "Note", Type: model.Type{Kind: model.Text}, Optional: true, Origin: origin},
	{Name: "Grade", Type: model.Type{Kind: model.Int}, Optional: true, Origin: origin},
}

// grower changes the model of a seed.
type grower struct {
	*rand.Rand
	seed uint64
}

// Grown returns two releases: in the newer one some of the source projections, or of what they
// feed, have more columns, or compute them in another way.
func Grown(t testing.TB, seed uint64) (before, after *model.Release) {
	t.Helper()
	g := grower{rand.New(rand.NewPCG(seed, 7)), seed}
	old, grown := generate(seed), generate(seed)
	for i := range streams {
		addNoted(&old.Streams[i])
		addNoted(&grown.Streams[i])
	}
	changed := map[string]bool{}
	for i := range old.Projections {
		a, b := &old.Projections[i], &grown.Projections[i]
		if a.Of == "" && !a.Helper && g.IntN(3) == 0 {
			show(a, own(noted[0]), "Noted")
			show(b, own(noted[0]), "Noted")
		}
		a.Fingerprint = fingerprint(seed, a.Name, "before")
		b.Fingerprint = a.Fingerprint
		switch {
		case a.Helper:
		case a.Of == "" && g.IntN(4) > 0:
			g.grow(b)
			changed[b.Name] = true
		case changed[a.Of] || a.Of != "" && g.IntN(4) == 0:
			changed[b.Name] = true
		}
		if changed[b.Name] {
			b.Fingerprint = fingerprint(seed, a.Name, "after")
		}
	}
	return load(t, seed, old), load(t, seed, grown)
}

func addNoted(s *model.Stream) {
	s.Attributes = slices.Concat(s.Attributes, noted)
	s.Events = append(s.Events, model.Event{Name: s.Name + "NotedEvent", Version: 1, Attributes: noted, Origin: origin})
}

// grow adds one to three columns, of what some or all events set.
func (g grower) grow(p *model.Projection) {
	columns := []model.Column{own(noted[1]), {Name: "Sum2", Type: model.Type{Kind: model.Int}, Expr: "N + Grade", Needs: []string{"Grade", "N"}, Origin: origin},
		{Name: "Not", Type: model.Type{Kind: model.Bool}, Expr: "!B", Needs: []string{"B"}, Origin: origin}}
	for _, a := range attributes {
		columns = append(columns, own(a))
	}
	for range 1 + g.IntN(3) {
		show(p, columns[g.IntN(len(columns))], "Noted")
	}
}

// show adds the column when it is not there, and the event when the column needs it.
func show(p *model.Projection, c model.Column, event string) {
	if slices.ContainsFunc(p.Columns, func(known model.Column) bool { return known.Name == c.Name }) {
		return
	}
	p.Columns = append(slices.Clone(p.Columns), c)
	name := p.From + event + "Event"
	if slices.ContainsFunc(noted, func(a model.Attribute) bool { return slices.Contains(c.Needs, a.Name) }) && !slices.Contains(p.Events, name) {
		p.Events = append(slices.Clone(p.Events), name)
	}
}

// Notes returns a history of the seed for Grown: that of History with notes between, by which
// a few streams begin.
func Notes(seed uint64, n int) []sales.Event {
	random := rand.New(rand.NewPCG(seed, 8))
	var happened []sales.Event
	for _, e := range History(seed, n) {
		if random.IntN(4) == 0 {
			which := random.IntN(len(streams))
			happened = append(happened, sales.Happened(streams[which], id(seed, which, random.IntN(streamsPerType+2)), streams[which]+"NotedEvent",
				sales.Fields{"Note": fmt.Sprint("note ", random.IntN(3)), "Grade": random.IntN(5)}))
		}
		happened = append(happened, e)
	}
	return happened
}
