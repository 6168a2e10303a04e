package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// eventsMeter shows how far work on the events of one account is, phase by phase: a bar on a
// terminal, a line now and then elsewhere.
type eventsMeter struct {
	now      func() time.Time
	out      io.Writer
	title    string
	phase    string
	began    time.Time // of the phase
	first    int64     // what was done already when it began
	lastLine time.Time
	bars     *mpb.Progress // nil: no terminal
	bar      *mpb.Bar
	text     atomic.Pointer[string] // beside the bar
}

func newEventsMeter(a *app, title string) *eventsMeter {
	m := &eventsMeter{now: a.Now, out: a.Err, title: title, lastLine: a.Now()}
	if isTerminal(a.Err) {
		m.bars = mpb.New(mpb.WithOutput(a.Err), mpb.WithWidth(48))
	}
	return m
}

// update tells the meter how far the phase is.
func (m *eventsMeter) update(phase string, done, total int64) {
	if phase != m.phase {
		m.phase, m.began, m.first = phase, m.now(), done
	}
	text := phase + ", " + pace(m.now().Sub(m.began), done-m.first, done, total)
	if m.bars == nil {
		if m.now().Sub(m.lastLine) >= lineEvery {
			m.lastLine = m.now()
			fmt.Fprintf(m.out, "%s: %s\n", m.title, text)
		}
		return
	}
	m.text.Store(&text)
	if m.bar == nil {
		m.bar = m.bars.AddBar(max(total, 1), mpb.BarRemoveOnComplete(), mpb.PrependDecorators(decor.Name(m.title+" ")),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return " " + *m.text.Load() })))
	}
	m.bar.SetTotal(max(total, 1), false)
	m.bar.SetCurrent(done)
}

// end takes the bar away.
func (m *eventsMeter) end() {
	if m.bar != nil {
		m.bar.Abort(true)
		m.bars.Wait()
	}
}

// pace says how far, how fast, and how long it will still take. What an earlier run did (done
// beside fresh) does not count as speed.
func pace(took time.Duration, fresh, done, total int64) string {
	text := fmt.Sprintf("%s of %s events (%d%%)", count(done), count(total), 100*done/max(1, total))
	if took < 100*time.Millisecond || fresh < 1 {
		return text
	}
	r := newRate(took, fresh, done, total)
	text += fmt.Sprintf(", %s events/s", count(int64(r.EventsPerSecond)))
	if done < total {
		text += ", " + duration(time.Duration(r.SecondsLeft*float64(time.Second))) + " left"
	}
	return text
}
