package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/polderhq/polder/internal/admin/importer"
)

// lineEvery is how often progress is told where no bar can be drawn.
const lineEvery = 5 * time.Second

// meter shows the progress of long work with its rate and the time that is left: a bar on
// a terminal, a line now and then elsewhere.
type meter struct {
	now      func() time.Time
	out      io.Writer
	title    string
	began    time.Time
	lastLine time.Time
	bars     *mpb.Progress // nil: no terminal
	bar      *mpb.Bar
	latest   atomic.Pointer[importer.Progress]
}

func newMeter(a *app, title string) *meter {
	m := &meter{now: a.Now, out: a.Err, title: title, began: a.Now(), lastLine: a.Now()}
	if isTerminal(a.Err) {
		m.bars = mpb.New(mpb.WithOutput(a.Err), mpb.WithWidth(48))
	}
	return m
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// update tells the meter how far the work is.
func (m *meter) update(p importer.Progress) {
	if m.bars != nil {
		m.draw(p)
		return
	}
	if m.now().Sub(m.lastLine) >= lineEvery {
		m.lastLine = m.now()
		fmt.Fprintf(m.out, "%s: %s\n", m.title, m.line(p))
	}
}

// draw moves the bar. Its text is made by the bar's own goroutine, from the latest progress.
func (m *meter) draw(p importer.Progress) {
	m.latest.Store(&p)
	if m.bar == nil {
		m.bar = m.bars.AddBar(int64(p.Total), mpb.PrependDecorators(decor.Name(m.title+" ")),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return " " + m.line(*m.latest.Load()) })))
	}
	m.bar.SetCurrent(int64(p.Done()))
}

// end leaves the bar as it is.
func (m *meter) end(p importer.Progress) {
	if m.bar == nil {
		return
	}
	if p.Done() < p.Total {
		m.bar.Abort(false)
	}
	m.bars.Wait()
}

// line says how far the work is, how fast it goes and how long it will still take. Rows of
// earlier runs do not count as speed.
func (m *meter) line(p importer.Progress) string {
	text := fmt.Sprintf("%s of %s rows (%d%%)", count(int64(p.Done())), count(int64(p.Total)), 100*p.Done()/max(1, p.Total))
	if p.Refused > 0 {
		text += fmt.Sprintf(", %s refused", count(int64(p.Refused)))
	}
	elapsed := m.now().Sub(m.began).Seconds()
	fresh := p.Done() - p.Skipped
	if elapsed < 0.1 || fresh < 1 {
		return text
	}
	rate := float64(fresh) / elapsed
	if p.Done() == p.Total {
		return fmt.Sprintf("%s, %s rows/s", text, count(int64(rate)))
	}
	left := time.Duration(float64(p.Total-p.Done()) / rate * float64(time.Second))
	return fmt.Sprintf("%s, %s rows/s, %s left", text, count(int64(rate)), duration(left))
}
