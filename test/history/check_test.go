package history_test

import (
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/test/history"
)

// story is a history of one account without fault, for tests to spoil.
type story struct {
	operations []history.Operation
	events     []history.Event
}

// tell has clients write and ask; the events before are of nobody.
func tell(before, commands int) *story {
	s := &story{}
	for n := range before {
		s.events = append(s.events, history.Event{Sequence: int64(n + 1), Stream: uuid.New(), Revision: 1, Command: uuid.New()})
	}
	var stream uuid.UUID
	for n := range commands {
		if n%3 == 0 {
			stream = uuid.New()
		}
		at := time.Duration(n) * time.Millisecond
		e := history.Event{Sequence: int64(before + n + 1), Stream: stream, Revision: int32(n%3 + 1), Command: uuid.New()}
		s.events = append(s.events, e)
		s.operations = append(s.operations,
			history.Operation{Kind: history.Command, Outcome: history.Acknowledged, Attempts: 1, Sent: at, Answered: at + 3*time.Millisecond,
				Sequence: e.Sequence, Command: e.Command, Stream: stream, Revision: e.Revision},
			history.Operation{Kind: history.Query, Sent: at + 3*time.Millisecond, Answered: at + 5*time.Millisecond, Sequence: e.Sequence, Asked: e.Sequence},
			history.Operation{Kind: history.Row, Stream: stream},
			history.Operation{Kind: history.Heard, Sequence: e.Sequence})
	}
	return s
}

func (s *story) check(t testing.TB, before int64) *history.Findings {
	t.Helper()
	operations := func(yield func(*history.Operation, error) bool) {
		for i := range s.operations {
			if !yield(&s.operations[i], nil) {
				return
			}
		}
	}
	found, err := history.Check(operations, s.stored(), before)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (s *story) stored() iter.Seq2[history.Event, error] {
	return func(yield func(history.Event, error) bool) {
		for _, e := range s.events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestAHistoryWithoutFault(t *testing.T) {
	t.Parallel()
	s := tell(5, 12)
	// Nobody knows what became of one, one was refused, and one was sent twice at the same time as others.
	s.operations = append(s.operations,
		history.Operation{Kind: history.Command, Outcome: history.Unknown, Attempts: 3, Command: uuid.New()},
		history.Operation{Kind: history.Command, Outcome: history.Refused, Attempts: 1, Command: uuid.New()})
	found := s.check(t, 5)
	if err := found.Err(); err != nil {
		t.Error(err)
	}
	if found.Commands != 14 || found.Acknowledged != 12 || found.Refused != 1 || found.Unknown != 1 || found.Repeated != 1 || found.Events != 17 || found.Operations() != 50 {
		t.Errorf("%+v", found)
	}
}

// Each rule is broken by what it is there for.
func TestBrokenRulesAreFound(t *testing.T) {
	t.Parallel()
	command := func(s *story, n int) *history.Operation { return &s.operations[4*n] }
	for name, broken := range map[string]struct {
		rule  history.Rule
		spoil func(*story)
	}{
		"the last event is gone": {history.Lost, func(s *story) { s.events = s.events[:len(s.events)-1] }},
		"a command acted again, right after": {history.Doubled, func(s *story) {
			e := s.events[len(s.events)-1]
			e.Sequence, e.Revision = e.Sequence+1, e.Revision+1
			s.events = append(s.events, e)
		}},
		"a client was told another number":   {history.Misplaced, func(s *story) { command(s, 3).Sequence-- }},
		"a client was told another revision": {history.Misplaced, func(s *story) { command(s, 3).Revision++ }},
		"a client was told another stream":   {history.Misplaced, func(s *story) { command(s, 3).Stream = uuid.New() }},
		"nobody sent it":                     {history.Unasked, func(s *story) { s.operations = s.operations[4:] }},
		"refused, and stored":                {history.Acted, func(s *story) { command(s, 7).Outcome = history.Refused }},
		"a number is missing": {history.Gap, func(s *story) {
			for i := 8; i < len(s.events); i++ {
				s.events[i].Sequence++
			}
		}},
		"a number is there twice":   {history.Gap, func(s *story) { s.events[9].Sequence-- }},
		"a revision is missing":     {history.Revisions, func(s *story) { s.events[7].Revision++ }},
		"a stream begins at two":    {history.Revisions, func(s *story) { s.events[2].Revision = 2 }},
		"acknowledged before":       {history.Order, func(s *story) { command(s, 4).Sent = command(s, 9).Answered + 1 }},
		"the clock went back":       {history.Backwards, func(s *story) { s.events[9].At = time.Time{}.Add(-time.Hour) }},
		"an answer is too old":      {history.Unseen, func(s *story) { s.operations[4*6+1].Sequence-- }},
		"an answer is of nothing":   {history.Ahead, func(s *story) { s.operations[4*6+1].Sequence = 100 }},
		"a notification of nothing": {history.Ahead, func(s *story) { s.operations[4*6+3].Sequence = 100 }},
		"another account's row":     {history.Foreign, func(s *story) { s.operations[4*6+2].Stream = uuid.New() }},
		"a listener was left behind": {history.Untold, func(s *story) {
			s.operations = s.operations[:len(s.operations)-1]
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tell(5, 12)
			broken.spoil(s)
			found := s.check(t, 5)
			if found.Broken[broken.rule] == 0 || found.Err() == nil || !strings.Contains(found.Err().Error(), string(broken.rule)) {
				t.Errorf("%q is not found: %v", broken.rule, found.Broken)
			}
		})
	}
}

// A command whose answer was lost may be stored, and counts in the order by when it was sent.
func TestAnUnknownOutcomeMayBeStored(t *testing.T) {
	t.Parallel()
	s := tell(0, 6)
	s.operations[4*2].Outcome = history.Unknown
	if err := s.check(t, 0).Err(); err != nil {
		t.Error(err)
	}
	s.operations[4*2].Sent = time.Hour
	if found := s.check(t, 0); found.Broken[history.Order] != 1 {
		t.Errorf("sent after later ones were acknowledged: %v", found.Broken)
	}
}

func TestFindingsAddUp(t *testing.T) {
	t.Parallel()
	sum := &history.Findings{}
	for _, spoil := range []bool{false, true} {
		s := tell(0, 6)
		if spoil {
			s.events = s.events[:5]
		}
		sum.Add("company", s.check(t, 0))
	}
	if sum.Commands != 12 || sum.Events != 11 || sum.Broken[history.Lost] != 1 || !strings.Contains(sum.Err().Error(), "company: lost") {
		t.Errorf("%+v, %v", sum, sum.Err())
	}
}

func TestARecordingIsReadAsItWasMade(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "operations")
	recorder, err := history.NewRecorder(dir)
	if err != nil {
		t.Fatal(err)
	}
	made := []history.Operation{
		{Kind: history.Command, Outcome: history.Refused, Attempts: 65535, Revision: -1, Sent: 1, Answered: 1 << 60, Sequence: 1 << 62, Asked: -5, Command: uuid.New(), Stream: uuid.New()},
		{Kind: history.Heard, Sequence: 7},
	}
	for _, o := range made {
		log, err := recorder.Log("one")
		if err != nil {
			t.Fatal(err)
		}
		log.Record(o)
	}
	if err := recorder.Close(); err != nil {
		t.Fatal(err)
	}
	var read []history.Operation
	for o, err := range recorder.Operations("one") {
		if err != nil {
			t.Fatal(err)
		}
		read = append(read, *o)
	}
	if len(read) != 2 || read[0] != made[0] || read[1] != made[1] {
		t.Errorf("%+v", read)
	}
	for _, err := range recorder.Operations("nobody") {
		if err == nil {
			t.Error("an account without a recording has one")
		}
	}
}

// BenchmarkCheck tells how many operations a second are checked, files included.
func BenchmarkCheck(b *testing.B) {
	const commands = 250_000
	s := tell(0, commands)
	recorder, err := history.NewRecorder(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	log, err := recorder.Log("one")
	if err != nil {
		b.Fatal(err)
	}
	for _, o := range s.operations {
		log.Record(o)
	}
	if err := recorder.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		found, err := history.Check(recorder.Operations("one"), s.stored(), 0)
		if err != nil || found.Err() != nil {
			b.Fatal(err, found.Err())
		}
	}
	b.ReportMetric(float64(b.N*len(s.operations))/b.Elapsed().Seconds(), "operations/s")
}
