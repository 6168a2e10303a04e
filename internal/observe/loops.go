package observe

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Loops knows when each loop of the process was last seen alive. It is a prometheus.Collector
// of the gauge polder_loop_heartbeat_age_seconds{loop}, whose age is computed at each scrape,
// so that a dead loop's age grows.
type Loops struct {
	clock func() time.Time
	age   *prometheus.Desc
	mu    sync.Mutex
	loops map[string]*Loop
}

// Loop is one loop's heartbeat.
type Loop struct {
	of   *Loops
	name string
	last atomic.Int64 // nanoseconds since 1970
}

// NewLoops returns a process's loops, of which there are none yet. A nil clock is time.Now.
func NewLoops(clock func() time.Time) *Loops {
	if clock == nil {
		clock = time.Now
	}
	return &Loops{
		clock: clock,
		loops: map[string]*Loop{},
		age: prometheus.NewDesc("polder_loop_heartbeat_age_seconds",
			"Time since the loop last went round.", []string{"loop"}, nil),
	}
}

// Loop registers a running loop under a name that is unique in the process, and beats once.
func (l *Loops) Loop(name string) *Loop {
	loop := &Loop{of: l, name: name}
	loop.Beat()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.loops[name] = loop
	return loop
}

// Beat says that the loop has gone round. An idle loop beats too, at its poll's pace.
func (l *Loop) Beat() { l.last.Store(l.of.clock().UnixNano()) }

// Done takes the loop out: it has ended in order.
func (l *Loop) Done() {
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	if l.of.loops[l.name] == l {
		delete(l.of.loops, l.name)
	}
}

// Oldest returns the name and age of the loop that has been silent longest; no name without loops.
func (l *Loops) Oldest() (string, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name, oldest := "", time.Duration(0)
	for _, loop := range l.loops {
		if age := loop.age(); name == "" || age > oldest {
			name, oldest = loop.name, age
		}
	}
	return name, oldest
}

// Describe implements prometheus.Collector.
func (l *Loops) Describe(to chan<- *prometheus.Desc) { to <- l.age }

// Collect implements prometheus.Collector.
func (l *Loops) Collect(to chan<- prometheus.Metric) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name, loop := range l.loops {
		to <- prometheus.MustNewConstMetric(l.age, prometheus.GaugeValue, loop.age().Seconds(), name)
	}
}

func (l *Loop) age() time.Duration {
	return max(0, time.Duration(l.of.clock().UnixNano()-l.last.Load()))
}
