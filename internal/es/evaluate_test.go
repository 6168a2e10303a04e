package es

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Sources that know everything, which is nothing, and that know nothing.
type unknown struct{}

func (unknown) stream(uuid.UUID) (streamFacts, bool)       { return streamFacts{}, false }
func (unknown) unique(guardKey) uniqueFacts                { return uniqueFacts{} }
func (unknown) series(string) (int64, bool)                { return 0, false }
func (unknown) limit(guardKey) (d decimal.Decimal, b bool) { return d, false }

var one, two = uuid.UUID{1}, uuid.UUID{2}

func wanted(stream uuid.UUID, expected Expected) Append {
	return Append{Epoch: 1, CommandID: uuid.New(), Writes: []Write{{StreamID: stream, StreamType: "T", Expected: expected,
		Events: []NewEvent{{PayloadItemName: "E", Payload: json.RawMessage(`{}`)}}}}}
}

func evaluate(known source, appends ...Append) *evaluation {
	v := &evaluation{}
	var queue []*pending
	for _, a := range appends {
		queue = append(queue, &pending{append: a, size: size{rows: 1}})
	}
	v.run(Head{Epoch: 1, State: activeState, SequenceNumber: 10}, known, queue)
	return v
}

func TestMemoryRejectsNothingThatItIsNotSureOf(t *testing.T) {
	half := &accountFacts{streams: map[uuid.UUID]streamFacts{one: {revision: 5, since: 4}}} // commands of 1..3 unknown
	taken := wanted(two, None())
	taken.Uniques = []UniqueClaim{{Guard: "g", Take: "k"}}
	half.uniques = map[guardKey]uuid.UUID{{"g", "k"}: one}
	limited := wanted(two, None())
	limited.Limits = []LimitClaim{{Guard: "g", Key: "k"}}
	numbered := wanted(two, None())
	numbered.Writes[0].Events[0].Number = &NumberClaim{Attribute: "N", Series: "S"}
	for name, c := range map[string]struct {
		known source
		a     Append
		want  verdictKind
	}{
		"a new stream":                  {unknown{}, wanted(one, None()), accepted},
		"an assumed revision":           {unknown{}, wanted(one, Exactly(3)), accepted},
		"any without commands":          {unknown{}, wanted(one, Any()), undecided},
		"exists without commands":       {unknown{}, wanted(one, Exists()), undecided},
		"any with half of the commands": {half, wanted(one, Any()), undecided},
		"behind what is known":          {half, wanted(one, Exactly(2)), undecided},
		"behind, all commands known":    {half, wanted(one, Exactly(3)), rejected},
		"ahead":                         {half, wanted(one, Exactly(6)), rejected},
		"right":                         {half, wanted(one, Exactly(5)), accepted},
		"a limit without a sum":         {unknown{}, limited, undecided},
		"a series without a number":     {unknown{}, numbered, undecided},
	} {
		if v := evaluate(c.known, c.a); v.verdicts[0].kind != c.want {
			t.Errorf("%s: verdict %d, want %d", name, v.verdicts[0].kind, c.want)
		}
	}
	// A key that is taken refuses only a command that is known to be new.
	onUnknown := &partlyKnown{accountFacts: half}
	if v := evaluate(onUnknown, taken); v.verdicts[0].kind != undecided {
		t.Errorf("a taken key refused a command that may be stored: %d", v.verdicts[0].kind)
	}
}

// partlyKnown knows guards and no streams.
type partlyKnown struct{ *accountFacts }

func (partlyKnown) stream(uuid.UUID) (streamFacts, bool) { return streamFacts{}, false }

func TestARejectedAppendLeavesNoTrace(t *testing.T) {
	nothing := &accountFacts{}
	bad := wanted(one, None())
	bad.Uniques = []UniqueClaim{{Guard: "g", Take: "k"}}
	bad.Reads = []Read{{StreamID: two, Expected: Exists()}}
	bad.Writes[0].Events[0].Number = &NumberClaim{Attribute: "N", Series: "S"}
	good := wanted(two, None())
	good.Uniques = bad.Uniques
	good.Writes[0].Events[0].Number = &NumberClaim{Attribute: "N", Series: "S", Width: 3}
	v := evaluate(nothing, bad, good)
	if v.verdicts[0].kind != rejected || v.verdicts[1].kind != accepted {
		t.Fatalf("verdicts %+v", v.verdicts)
	}
	e := v.verdicts[1].events
	if len(e) != 1 || e[0].SequenceNumber != 11 || string(e[0].Payload) != `{"N":"S001"}` {
		t.Errorf("events %+v", e)
	}
	if _, known := v.draft.streams.get(one); known || len(v.draft.uniques.entries) != 1 {
		t.Errorf("the rejected append left %+v", v.draft)
	}
}

func TestAnAppendSeesThoseBeforeIt(t *testing.T) {
	first, repeat, other := wanted(one, None()), wanted(one, None()), wanted(one, None())
	repeat.CommandID = first.CommandID
	reused := repeat
	reused.CommandHash = 9
	next := wanted(one, Exactly(1))
	v := evaluate(unknown{}, first, repeat, other, reused, next)
	kinds := []verdictKind{accepted, repeated, rejected, rejected, accepted}
	for i, want := range kinds {
		if v.verdicts[i].kind != want {
			t.Errorf("append %d: verdict %+v, want %d", i, v.verdicts[i], want)
		}
	}
	if v.verdicts[1].first != 11 || !errors.As(v.verdicts[3].err, new(*CommandReusedError)) || v.events[1].StreamRevision != 2 {
		t.Errorf("verdicts %+v", v.verdicts)
	}
}

func TestRememberedCommandsAreBounded(t *testing.T) {
	facts := streamFacts{since: 1}
	for i := range 1000 {
		facts = facts.grow(2, commandFact{id: uuid.UUID{byte(i), byte(i >> 8)}, first: int64(i)})
	}
	if len(facts.commands) > maxCommands || facts.revision != 2000 {
		t.Fatalf("%d commands at revision %d", len(facts.commands), facts.revision)
	}
	oldest := int(facts.commands[0].first)*2 + 1 // the first revision that it wrote
	if facts.since < oldest {
		t.Errorf("claims all commands since %d, has them since %d", facts.since, oldest)
	}
	if _, found := facts.find(uuid.UUID{999 & 0xff, 999 >> 8}); !found || facts.complete(0) {
		t.Error("the newest command is gone, or the first is said to be there")
	}
}

func TestNumbersAreSplicedIntoThePayload(t *testing.T) {
	claim := &NumberClaim{Attribute: "OrderNumber", Series: `S"O-`, Width: 3}
	for payload, want := range map[string]string{
		`{}`:              `{"OrderNumber":"S\"O-007"}`,
		` { } `:           ` {"OrderNumber":"S\"O-007"}`,
		`{"a":{}}`:        `{"a":{},"OrderNumber":"S\"O-007"}`,
		"{\"a\":\"{\"\n}": `{"a":"{","OrderNumber":"S\"O-007"}`,
	} {
		if got := withNumber(json.RawMessage(payload), claim, 7); string(got) != want || !json.Valid(got) {
			t.Errorf("%s becomes %s, want %s", payload, got, want)
		}
	}
	if got := withNumber(json.RawMessage(`{}`), claim, 12345); string(got) != `{"OrderNumber":"S\"O-12345"}` {
		t.Errorf("a number wider than its width becomes %s", got)
	}
}

func TestCacheKeepsWhatIsUsedAndForgetsTheRest(t *testing.T) {
	c := newCache[int, int](4)
	for i := range 100 {
		c.put(i, i)
		if _, ok := c.get(0); !ok {
			t.Fatalf("what is used was forgotten at %d", i)
		}
	}
	if _, ok := c.get(50); ok || len(c.young)+len(c.old) > 8 {
		t.Errorf("%d values are kept of 4", len(c.young)+len(c.old))
	}
	c.delete(0)
	if _, ok := c.get(0); ok {
		t.Error("a deleted value came back")
	}
}

// Of two streams that give back one key, and neither is known to own it, memory cannot say
// which one frees it.
func TestTwoBlindReleasesAreNotDecidedOnMemory(t *testing.T) {
	t.Parallel()
	m := newMemory()
	r := m.begin(Head{AccountID: uuid.New(), Epoch: 1, State: activeState})
	release := func() *pending {
		return &pending{size: size{rows: 1}, append: Append{AccountID: r.head.AccountID, Epoch: 1, CommandID: uuid.New(),
			Writes: []Write{{StreamID: uuid.New(), StreamType: "T", Expected: Exactly(1),
				Events: []NewEvent{{PayloadItemName: "E", Payload: []byte("{}")}}}},
			Uniques: []UniqueClaim{{Guard: "g", Release: "K"}}}}
	}
	var v evaluation
	v.run(r.head, recollection{m, r.life}, []*pending{release(), release()})
	if v.verdicts[0].kind == accepted && v.verdicts[1].kind == accepted {
		t.Error("both releases are accepted, and one of them is lost")
	}
}
