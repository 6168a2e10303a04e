package faults

import (
	"cmp"
	"slices"
	"time"

	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

// after is how long after its end a fault may still show.
const after = 3 * time.Second

// latency is that of requests from when they were sent first to their answer, in milliseconds.
type latency struct {
	P50, P99, Most float64
	Requests       int
}

func latencyOf(ms []float64) latency {
	l := latency{Requests: len(ms)}
	l.P50, l.P99, l.Most = traffic.Percentiles(ms)
	return l
}

// effect is what a kind of fault did to requests that it met, whatever else there was at the same time.
type effect struct {
	Fault             string
	Times             int
	Seconds           float64 // in all
	Silence           float64 // s: the longest time in which no command of any account was acknowledged
	Commands, Queries latency
}

// measure derives the times from what was recorded.
func (r *report) measure(p *place) error {
	slices.SortFunc(p.spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	r.Starts, r.StartsUnderFaults = startsOf(p.starts[:r.firstStarts]), startsOf(p.starts[r.firstStarts:])
	r.Failed = p.failed
	for _, process := range p.Processes() {
		r.Fell += process.Fell()
	}
	m := &measured{spans: p.spans, met: map[string]*[2][]float64{}}
	for i, account := range p.accounts {
		m.floods = i == len(p.accounts)-1
		for o, err := range p.recorder.Operations(account.Name) {
			if err != nil {
				return err
			}
			m.take(o, r.calm)
		}
	}
	slices.Sort(m.acknowledged)
	r.Quiet = [2]latency{latencyOf(m.quiet[0]), latencyOf(m.quiet[1])}
	r.UnderFaults = [2]latency{latencyOf(m.faulty[0]), latencyOf(m.faulty[1])}
	r.Faults = m.effects()
	return nil
}

// measured is the times of requests: of commands first, then of queries.
type measured struct {
	spans         []span
	floods        bool // the account whose requests are taken
	quiet, faulty [2][]float64
	met           map[string]*[2][]float64
	acknowledged  []time.Duration
}

func (m *measured) take(o *history.Operation, calm time.Duration) {
	var kind int
	switch o.Kind {
	case history.Command:
		if o.Outcome == history.Acknowledged {
			m.acknowledged = append(m.acknowledged, o.Answered)
		}
	case history.Query:
		kind = 1
	default:
		return
	}
	ms := (o.Answered - o.Sent).Seconds() * 1000
	if o.Answered < calm {
		m.quiet[kind] = append(m.quiet[kind], ms)
		return
	}
	m.faulty[kind] = append(m.faulty[kind], ms)
	seen := map[string]bool{} // two of a kind may have met it
	for _, s := range m.spans {
		if s.from > o.Answered {
			break
		}
		if s.to+after < o.Sent || seen[s.fault] || s.fault == flooding && m.floods {
			continue
		}
		seen[s.fault] = true
		if m.met[s.fault] == nil {
			m.met[s.fault] = &[2][]float64{}
		}
		m.met[s.fault][kind] = append(m.met[s.fault][kind], ms)
	}
}

// effects are those of each kind of fault that happened.
func (m *measured) effects() []effect {
	all := map[string]*effect{}
	for _, s := range m.spans {
		e := all[s.fault]
		if e == nil {
			e = &effect{Fault: s.fault}
			all[s.fault] = e
		}
		e.Times++
		e.Seconds += (s.to - s.from).Seconds()
		e.Silence = max(e.Silence, m.silence(s).Seconds())
	}
	var list []effect
	for _, f := range catalogue() {
		e := all[f.name]
		if e == nil {
			continue
		}
		if met := m.met[f.name]; met != nil {
			e.Commands, e.Queries = latencyOf(met[0]), latencyOf(met[1])
		}
		list = append(list, *e)
	}
	return list
}

// silence is the longest time between acknowledgements while the fault lasted.
func (m *measured) silence(s span) time.Duration {
	var longest time.Duration
	last := s.from
	begin, _ := slices.BinarySearch(m.acknowledged, s.from)
	for _, at := range m.acknowledged[begin:] {
		longest = max(longest, at-last)
		if last = at; at > s.to+after {
			break
		}
	}
	return longest
}

// starts is how long processes took to serve, in seconds.
type starts struct {
	Number       int
	Median, Most float64
}

func startsOf(all []time.Duration) starts {
	var seconds []float64
	for _, d := range all {
		seconds = append(seconds, d.Seconds())
	}
	s := starts{Number: len(all)}
	s.Median, _, s.Most = traffic.Percentiles(seconds)
	return s
}
