package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/polderhq/polder/internal/projection/build"
)

// crewMeter shows the progress of builds, by account and in total: bars on a terminal, lines
// now and then elsewhere, which are JSON objects where the answer is JSON.
type crewMeter struct {
	now   func() time.Time
	out   io.Writer
	began time.Time
	bars  *mpb.Progress // nil: no terminal
	json  bool

	mu       sync.Mutex
	accounts int // in all
	done     int // ended ones
	events   int64
	total    int64
	lastLine time.Time
	works    map[uuid.UUID]*work
	whole    *mpb.Bar
	text     atomic.Pointer[string] // beside the bar of all accounts
}

// work is one account's build as the meter knows it.
type work struct {
	name   string
	began  time.Time
	first  int64 // events that an earlier run had done
	latest build.Progress
	bar    *mpb.Bar
	text   atomic.Pointer[string]
}

func newCrewMeter(a *app, accounts int) *crewMeter {
	m := &crewMeter{now: a.Now, out: a.Err, began: a.Now(), lastLine: a.Now(), accounts: accounts, works: map[uuid.UUID]*work{}, json: a.flags.output == "json"}
	if isTerminal(a.Err) && !m.json {
		m.bars = mpb.New(mpb.WithOutput(a.Err), mpb.WithWidth(48))
	}
	return m
}

// of returns what is told of the order's progress.
func (m *crewMeter) of(order build.Order) func(build.Progress) {
	m.total += order.Events
	return func(p build.Progress) {
		m.mu.Lock()
		defer m.mu.Unlock()
		w := m.works[p.AccountID]
		if w == nil {
			w = &work{name: order.Name, began: m.now(), first: p.Events}
			m.works[p.AccountID] = w
		}
		if p.Total == 0 { // nothing was read yet
			p.Total = order.Events
		}
		m.events += p.Events - w.latest.Events
		w.latest = p
		m.show(w)
	}
}

func (m *crewMeter) show(w *work) {
	if m.bars == nil {
		if m.now().Sub(m.lastLine) >= lineEvery {
			m.lastLine = m.now()
			if m.json {
				_ = json.NewEncoder(m.out).Encode(m.told(w))
				return
			}
			fmt.Fprintf(m.out, "%s: %s; in all %s\n", w.name, m.line(w), m.wholeLine())
		}
		return
	}
	text, whole := m.line(w), m.wholeLine()
	w.text.Store(&text)
	m.text.Store(&whole)
	if m.whole == nil {
		m.whole = m.bar("all accounts", m.total, &m.text)
	}
	if w.bar == nil {
		w.bar = m.bar(w.name, w.latest.Total, &w.text)
	}
	w.bar.SetTotal(max(w.latest.Total, 1), false)
	w.bar.SetCurrent(w.latest.Events)
	m.whole.SetCurrent(m.events)
}

// bar shows the text that was stored last: the bar's own goroutine asks for it, and must not
// wait for whoever moves the bar.
func (m *crewMeter) bar(name string, total int64, text *atomic.Pointer[string]) *mpb.Bar {
	return m.bars.AddBar(max(total, 1), mpb.BarRemoveOnComplete(), mpb.PrependDecorators(decor.Name(name+" ")),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return " " + *text.Load() })))
}

// toldBuild is a line of progress in JSON.
type toldBuild struct {
	Progress struct {
		Account   string    `json:"account"`
		AccountID uuid.UUID `json:"accountId"`
		Phase     string    `json:"phase"`
		Paused    bool      `json:"paused"`
		Rows      int64     `json:"rows"`
		Proven    float64   `json:"proven"` // share of the projection at hand, while it is proven
		rate
		All struct {
			Accounts int `json:"accounts"`
			Ended    int `json:"ended"`
			rate
		} `json:"all"`
	} `json:"progress"`
}

// rate is how many events are built, and how long the rest takes at the rate so far.
type rate struct {
	Events          int64   `json:"events"`
	Total           int64   `json:"total"`
	EventsPerSecond float64 `json:"eventsPerSecond"`
	SecondsLeft     float64 `json:"secondsLeft"` // zero also where there is no rate yet
}

// newRate is that of events of which fresh ones took the time.
func newRate(took time.Duration, fresh, events, total int64) rate {
	r := rate{Events: events, Total: total}
	if fresh > 0 && took > 0 {
		r.EventsPerSecond = float64(fresh) / took.Seconds()
		r.SecondsLeft = float64(max(total-events, 0)) / r.EventsPerSecond
	}
	return r
}

func (m *crewMeter) told(w *work) (t toldBuild) {
	p := &t.Progress
	p.Account, p.AccountID, p.Phase, p.Paused, p.Rows = w.name, w.latest.AccountID, w.latest.Phase, w.latest.Paused, w.latest.Rows
	p.Proven = w.latest.Proven
	p.rate = newRate(m.now().Sub(w.began), w.latest.Events-w.first, w.latest.Events, w.latest.Total)
	p.All.Accounts, p.All.Ended = m.accounts, m.done
	p.All.rate = newRate(m.now().Sub(m.began), m.events, m.events, m.total)
	return t
}

// line says how far an account is.
func (m *crewMeter) line(w *work) string {
	phase := w.latest.Phase
	if w.latest.Proven > 0 {
		phase += fmt.Sprintf(" %.0f %%", 100*w.latest.Proven)
	}
	if w.latest.Paused {
		phase += ", paused"
	}
	return fmt.Sprintf("%s, %s, %s rows", phase, pace(m.now().Sub(w.began), w.latest.Events-w.first, w.latest.Events, w.latest.Total), count(w.latest.Rows))
}

func (m *crewMeter) wholeLine() string {
	return fmt.Sprintf("%d of %d accounts, %s", m.done, m.accounts, pace(m.now().Sub(m.began), m.events, m.events, m.total))
}

// ended counts an account off.
func (m *crewMeter) ended(o build.Outcome) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done++
	m.events += o.Order.Events
	if w := m.works[o.Order.Job.AccountID]; w != nil {
		m.events -= w.latest.Events
		if w.bar != nil {
			w.bar.Abort(true)
		}
	}
}

// end takes the bars away.
func (m *crewMeter) end() {
	if m.bars == nil {
		return
	}
	if m.whole != nil {
		m.whole.Abort(true)
	}
	m.bars.Wait()
}
