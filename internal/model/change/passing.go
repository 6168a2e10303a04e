package change

// Passing reports whether events of the type were stored only after a set and before the one
// that takes it back. Who reads these reads no less of all others: a table that was kept
// before the first set goes on after the second.
func (out *Solution) Passing(stream, event string, version int) bool {
	first, last := -1, -1
	for moment := range out.counts {
		if e := out.at(moment).events[event]; e != nil && e.stream == stream && out.counts[moment][event] == version {
			if first < 0 {
				first = moment
			}
			last = moment
		}
	}
	for p := range out.steps {
		if end := out.revertedBy(p); first > p && last < end {
			return true
		}
	}
	return false
}

// at returns the schema of the moment.
func (out *Solution) at(moment int) *schema {
	if moment == 0 {
		return out.steps[0].now
	}
	return out.steps[moment-1].after
}
