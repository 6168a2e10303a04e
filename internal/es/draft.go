package es

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// draft is a source with changes laid over it: what will be true of an account once the
// changes are stored, under the condition that its probes hold.
type draft struct {
	base    source
	streams overlay[uuid.UUID, streamFacts]
	uniques overlay[guardKey, uniqueFacts]
	serials overlay[string, int64]
	limits  overlay[guardKey, decimal.Decimal]

	probes []streamProbe // must hold in the store
	absent []guardKey    // unique keys that must be free in the store
}

// streamProbe is an assumption about a stream of which nothing is known.
type streamProbe struct {
	stream   uuid.UUID
	revision int
}

func (d *draft) stream(id uuid.UUID) (streamFacts, bool) {
	if facts, ok := d.streams.get(id); ok {
		return facts, true
	}
	return d.base.stream(id)
}

func (d *draft) unique(k guardKey) uniqueFacts {
	if facts, ok := d.uniques.get(k); ok {
		return facts
	}
	return d.base.unique(k)
}

func (d *draft) series(name string) (int64, bool) {
	if last, ok := d.serials.get(name); ok {
		return last, true
	}
	return d.base.series(name)
}

func (d *draft) limit(k guardKey) (decimal.Decimal, bool) {
	if used, ok := d.limits.get(k); ok {
		return used, true
	}
	return d.base.limit(k)
}

// merge takes over the changes of a draft that is based on this one.
func (d *draft) merge(newer *draft) {
	d.streams.merge(&newer.streams)
	d.uniques.merge(&newer.uniques)
	d.serials.merge(&newer.serials)
	d.limits.merge(&newer.limits)
	d.probes = append(d.probes, newer.probes...)
	d.absent = append(d.absent, newer.absent...)
}

func (d *draft) reset(base source) {
	d.base = base
	d.streams.reset()
	d.uniques.reset()
	d.serials.reset()
	d.limits.reset()
	d.probes, d.absent = d.probes[:0], d.absent[:0]
}

// plain says whether the draft changes and assumes nothing but streams' ends.
func (d *draft) plain() bool {
	return len(d.probes)+len(d.absent)+len(d.uniques.entries)+len(d.serials.entries)+len(d.limits.entries) == 0
}
