package traffic

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Book is what became of the requests.
type Book struct {
	mu           sync.Mutex
	commands     int
	acknowledged int
	refused      int // as a rule says
	queries      int
	retried      int // sent again, because a part of the platform was away
	newShape     int // commands that only the next release knows
	failures     int
	violations   int
	texts        []string // of the first failures and violations
	commandsMS   []float64
	queriesMS    []float64
	outages      []span
	orders       []Order
}

// Order is one that was placed and confirmed.
type Order struct {
	Account   Account
	ID        uuid.UUID
	Reference string
	Priority  string // as the next release has it
}

// span is a time; one without an end lasts.
type span struct{ from, to time.Time }

// Figures are a book's counts. The times are those of answers, in milliseconds.
type Figures struct {
	Commands, Queries, Retried, NewShape int
	Acknowledged, Refused                int
	Failures                             int // requests without the answer that they ought to have
	Violations                           int // commands whose change a query did not show
	CommandP50, CommandP99, CommandMost  float64
	QueryP50, QueryP99, QueryMost        float64
}

// grace is how long after an outage requests may still find a part away.
const grace = 3 * time.Second

// textsKept is how many failures are told in words.
const textsKept = 20

func newBook() *Book { return &Book{} }

func (b *Book) count(what *int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	*what++
}

func (b *Book) tell(what *int, format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if *what++; len(b.texts) < textsKept {
		b.texts = append(b.texts, time.Now().UTC().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
	}
}

func (b *Book) failed(format string, args ...any)   { b.tell(&b.failures, format, args...) }
func (b *Book) violated(format string, args ...any) { b.tell(&b.violations, format, args...) }

func (b *Book) took(path string, d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if ms := d.Seconds() * 1000; path == "/v1/commands" {
		b.commandsMS = append(b.commandsMS, ms)
	} else {
		b.queriesMS = append(b.queriesMS, ms)
	}
}

func (b *Book) ordered(o Order) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.orders = append(b.orders, o)
}

func (b *Book) outage() (over func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(b.outages)
	b.outages = append(b.outages, span{from: time.Now()})
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.outages[n].to = time.Now()
	}
}

// tolerates reports whether a part was away since the time, or had hardly come back.
func (b *Book) tolerates(sent time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.outages, func(s span) bool { return s.to.IsZero() || s.to.Add(grace).After(sent) })
}

// Texts tell the first failures and violations.
func (b *Book) Texts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.texts)
}

// Orders are those that were placed and confirmed.
func (b *Book) Orders() []Order {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.orders)
}

// Figures returns the counts so far.
func (b *Book) Figures() Figures {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := Figures{Commands: b.commands, Queries: b.queries, Retried: b.retried, NewShape: b.newShape,
		Acknowledged: b.acknowledged, Refused: b.refused, Failures: b.failures, Violations: b.violations}
	f.CommandP50, f.CommandP99, f.CommandMost = Percentiles(b.commandsMS)
	f.QueryP50, f.QueryP99, f.QueryMost = Percentiles(b.queriesMS)
	return f
}

// Percentiles returns the median, the 99th percentile and the greatest value; zeros when there is none.
func Percentiles(values []float64) (p50, p99, most float64) {
	if len(values) == 0 {
		return 0, 0, 0
	}
	sorted := slices.Sorted(slices.Values(values))
	at := func(p int) float64 { return sorted[(len(sorted)-1)*p/100] }
	return at(50), at(99), at(100)
}
