package es_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
)

func TestAppendStoresAndReadsBackEveryColumn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.write(uuid.New(), es.None(), 2)
	a.CausationID, a.CorrelationID = uuid.New(), uuid.New()
	result := w.mustAppend(t, a)
	again := w.write(a.Writes[0].StreamID, es.Exactly(2), 1)
	second := w.mustAppend(t, again) // on memory, where the first was on the store's facts
	events := history(t, w.Store, w.account)
	if want := append(result.Events, second.Events...); !reflect.DeepEqual(events, want) {
		t.Errorf("read %+v\nwant %+v", events, want)
	}
	if result.SequenceNumber != 2 || second.SequenceNumber != 3 || events[0].CorrelationID != a.CorrelationID ||
		events[2].CausationID != uuid.Nil || events[2].CommandID != again.CommandID {
		t.Errorf("results %+v %+v", result, second)
	}
}

func TestExpectedRevisions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stream := uuid.New()
	steps := []struct {
		name     string
		expected es.Expected
		conflict int // revision in the error, -1: accepted
	}{
		{"exists on nothing", es.Exists(), 0},
		{"exactly on nothing", es.Exactly(1), 0},
		{"none on nothing", es.None(), -1},
		{"none on something", es.None(), 1},
		{"exactly behind", es.Exactly(2), 1},
		{"exactly", es.Exactly(1), -1},
		{"exactly ahead", es.Exactly(1), 2},
		{"any on something", es.Any(), -1},
		{"exists on something", es.Exists(), -1},
		{"exactly 0 is none", es.Exactly(0), 4},
	}
	for _, step := range steps {
		_, err := w.Append(t.Context(), w.write(stream, step.expected, 1))
		var conflict *es.ConflictError
		switch {
		case step.conflict < 0 && err != nil:
			t.Errorf("%s: %v", step.name, err)
		case step.conflict >= 0 && (!errors.As(err, &conflict) || conflict.Revision != step.conflict || conflict.StreamID != stream):
			t.Errorf("%s: %v, want a conflict at revision %d", step.name, err, step.conflict)
		}
	}
	if n := len(history(t, w.Store, w.account)); n != 4 {
		t.Errorf("%d events, want 4", n)
	}
}

func TestSeveralStreamsAreStoredWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two, read := uuid.New(), uuid.New(), uuid.New()
	w.mustAppend(t, w.write(read, es.None(), 3))
	both := func(second, reading es.Expected) es.Append {
		a := w.write(one, es.Any(), 2)
		a.Writes = append(a.Writes, w.write(two, second, 1).Writes...)
		a.Reads = []es.Read{{StreamID: read, Expected: reading}, {StreamID: uuid.New(), Expected: es.None()}}
		return a
	}
	for _, a := range []es.Append{both(es.Exactly(1), es.Exactly(3)), both(es.None(), es.Exactly(2)), both(es.None(), es.None())} {
		if _, err := w.Append(t.Context(), a); !errors.As(err, new(*es.ConflictError)) {
			t.Errorf("%v, want a conflict", err)
		}
	}
	result := w.mustAppend(t, both(es.None(), es.Exactly(3)))
	if len(result.Events) != 3 || result.Events[2].StreamID != two || result.SequenceNumber != 6 {
		t.Errorf("result %+v", result)
	}
	w.mustAppend(t, both(es.Exactly(1), es.Exists()))
	if n := len(history(t, w.Store, w.account)); n != 9 {
		t.Errorf("%d events, want 9", n)
	}
}

// Another process has no memory of what the first stored, so the same stories run on a
// store that assumes and lets PostgreSQL prove.
func TestAProcessThatKnowsNothingOfTheStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stream, other := uuid.New(), uuid.New()
	w.mustAppend(t, w.write(stream, es.None(), 2))
	second := &world{open(t, w.db), w.db, w.account}
	second.mustAppend(t, second.write(uuid.New(), es.None(), 1)) // learns the head, not the stream
	for _, wrong := range []es.Expected{es.Exactly(1), es.Exactly(3), es.None()} {
		if _, err := second.Append(t.Context(), second.write(stream, wrong, 1)); !errors.As(err, new(*es.ConflictError)) {
			t.Errorf("%+v: %v, want a conflict", wrong, err)
		}
	}
	second.mustAppend(t, second.write(stream, es.Exactly(2), 1))
	reading := second.write(other, es.None(), 1)
	reading.Reads = []es.Read{{StreamID: uuid.New(), Expected: es.None()}}
	second.mustAppend(t, reading)
	third := &world{open(t, w.db), w.db, w.account}
	third.mustAppend(t, third.write(stream, es.Any(), 1))
	third.mustAppend(t, third.write(other, es.Exists(), 1))
	if n := len(history(t, w.Store, w.account)); n != 7 {
		t.Errorf("%d events, want 7", n)
	}
}

func TestAccountsThatTakeNoAppends(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustAppend(t, w.write(uuid.New(), es.None(), 1))
	refused := func(a es.Append, epoch int64, state string) {
		t.Helper()
		var refusal *es.AccountError
		if _, err := w.Append(t.Context(), a); !errors.As(err, &refusal) || refusal.Epoch != epoch || refusal.State != state {
			t.Errorf("%v, want a refusal with epoch %d and state %q", err, epoch, state)
		}
	}
	stale := w.write(uuid.New(), es.None(), 1)
	stale.Epoch = 2
	refused(stale, 1, "active")
	refused(write(uuid.New(), uuid.New(), es.None(), 1), 0, "")
	setState(t, w, "suspended")
	refused(w.write(uuid.New(), es.None(), 1), 2, "suspended")
	setState(t, w, "suspended")
	refused(w.write(uuid.New(), es.None(), 1), 2, "suspended") // once is enough
	if n := len(history(t, w.Store, w.account)); n != 1 {
		t.Errorf("%d events, want 1: reading goes on", n)
	}
	setState(t, w, "active")
	// What was decided before it was suspended is not stored now, whatever held it back.
	refused(w.write(uuid.New(), es.None(), 1), 2, "active")
	resumed := w.write(uuid.New(), es.None(), 1)
	resumed.Epoch = 2
	w.mustAppend(t, resumed)
}

func TestInvalidAppendsAreRefusedAndHurtNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	change := func(do func(*es.Append)) es.Append {
		a := w.write(uuid.New(), es.None(), 1)
		do(&a)
		return a
	}
	for name, a := range map[string]es.Append{
		"no account":       change(func(a *es.Append) { a.AccountID = uuid.Nil }),
		"no command":       change(func(a *es.Append) { a.CommandID = uuid.Nil }),
		"no stream":        change(func(a *es.Append) { a.Writes = nil }),
		"no events":        change(func(a *es.Append) { a.Writes[0].Events = nil }),
		"a stream twice":   change(func(a *es.Append) { a.Writes = append(a.Writes, a.Writes...) }),
		"no name":          change(func(a *es.Append) { a.Writes[0].Events[0].PayloadItemName = "" }),
		"NUL":              change(func(a *es.Append) { a.Actor = "a\x00b" }),
		"not UTF-8":        change(func(a *es.Append) { a.Writes[0].Events[0].Payload = []byte("{\"a\":\"\xff\"}") }),
		"an array":         change(func(a *es.Append) { a.Writes[0].Events[0].Payload = []byte(`[1]`) }),
		"half an object":   change(func(a *es.Append) { a.Writes[0].Events[0].Payload = []byte(`{"a":`) }),
		"nothing":          change(func(a *es.Append) { a.Writes[0].Events[0].Payload = nil }),
		"negative":         change(func(a *es.Append) { a.Writes[0].Expected = es.Exactly(-1) }),
		"unnamed guard":    change(func(a *es.Append) { a.Uniques = []es.UniqueClaim{{Take: "x"}} }),
		"unnamed limit":    change(func(a *es.Append) { a.Limits = []es.LimitClaim{{Key: "x"}} }),
		"a nameless claim": change(func(a *es.Append) { a.Writes[0].Events[0].Number = &es.NumberClaim{Series: "x"} }),
	} {
		if _, err := w.Append(t.Context(), a); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
	huge := w.write(uuid.New(), es.None(), 10_001)
	if _, err := w.Append(t.Context(), huge); !fault.Is(err, fault.TooLarge) {
		t.Errorf("%v, want too large", err)
	}
	if n := len(history(t, w.Store, w.account)); n != 0 {
		t.Errorf("%d events, want 0", n)
	}
}
