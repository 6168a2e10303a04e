package modelbench

// Size is how large a model is, and how much of it the next release changes.
type Size struct {
	Types, Commands, Events, Projections, Queries int

	ChangedEvents, AddedEvents, RemovedEvents int
	ChangedProjections, ChangedQueries        int
}

// AFAS is the size of the ERP that Polder follows, and of an ordinary release of it.
func AFAS() Size {
	return Size{
		Types: 1400, Commands: 3700, Events: 11000, Projections: 1150, Queries: 4800,
		ChangedEvents: 570, AddedEvents: 76, RemovedEvents: 84, ChangedProjections: 279, ChangedQueries: 409,
	}
}

// By returns a model of a part of the size, with changes in proportion.
func (s Size) By(divisor int) Size {
	for _, n := range []*int{
		&s.Types, &s.Commands, &s.Events, &s.Projections, &s.Queries,
		&s.ChangedEvents, &s.AddedEvents, &s.RemovedEvents, &s.ChangedProjections, &s.ChangedQueries,
	} {
		*n /= divisor
	}
	return s
}

// spread deals the total out over n, most to the first: what number i gets goes down as
// 1/(i+flat). Each gets least at the least.
func spread(total, n, least int) []int {
	const flat = 20
	sum := 0.0
	for i := range n {
		sum += 1 / float64(i+flat)
	}
	counts, cumulated, dealt := make([]int, n), 0.0, 0
	for i := range counts {
		cumulated += 1 / float64(i+flat)
		upTo := int(float64(total-least*n)*cumulated/sum + 0.5)
		counts[i], dealt = least+upTo-dealt, upTo
	}
	return counts
}

// every picks the wanted number out of all, evenly.
type every struct{ wanted, all int }

func (e every) picks(i int) bool {
	return e.all > 0 && (i+1)*e.wanted/e.all > i*e.wanted/e.all
}
