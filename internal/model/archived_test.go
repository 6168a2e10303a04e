package model_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model"
)

// happened gives the events their places.
func happened(events ...model.Stored) []model.Happened {
	list := make([]model.Happened, len(events))
	for i, e := range events {
		list[i] = model.Happened{Stored: e, Revision: i + 1, SequenceNumber: int64(10 * (i + 1))}
	}
	return list
}

// What is archived of a stream folds to the rows of its events, for each projection, and so does what comes after it.
func TestAnArchivedStreamFoldsLikeItsEvents(t *testing.T) {
	t.Parallel()
	archived, condensed := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		l := drawLineage(rt)
		projections := l.watched(t)
		r := projections[0].Release()
		well := rapid.IntRange(0, 3).Draw(rt, "well") > 0
		var events []model.Stored
		for range rapid.IntRange(2, 14).Draw(rt, "events") {
			if rapid.IntRange(0, 4).Draw(rt, "side") == 0 {
				events = append(events, model.Stored{StreamType: "Customer", Name: "SideEvent", Version: 1,
					Payload: []byte(rapid.SampledFrom([]string{`{}`, `{"Note":null}`, `{"Note":"a"}`, `{"Note":"b","Not\u0065":"c"}`}).Draw(rt, "note"))})
				continue
			}
			events = append(events, l.drawStored(rt, well))
		}
		all := happened(events...)
		cut := rapid.IntRange(1, len(all)).Draw(rt, "cut")
		made, err := r.Archive(all[:cut])
		if err != nil {
			if well {
				rt.Fatalf("it is not archived: %v", err)
			}
			return
		}
		archived++
		if len(made.Facts) < cut {
			condensed++
		}
		folder := model.NewFolder(projections)
		want, got := folder.New(orderID), folder.New(orderID)
		refused := 0
		for _, e := range all {
			refused += len(folder.FoldStored(want, e.Stored, e.SequenceNumber))
		}
		err = made.Type.DecodeArchived(made.Encode(), func(f model.Happened) error {
			if n := len(folder.Fold(got, model.Fact{Stream: orderID, Name: f.Name, Version: f.Version, Payload: f.Payload}, f.SequenceNumber)); n > 0 {
				rt.Fatalf("a fact is refused: %s %s", f.Name, f.Payload)
			}
			return nil
		})
		if err != nil {
			rt.Fatal(err)
		}
		for _, e := range all[cut:] {
			refused -= len(folder.FoldStored(got, e.Stored, e.SequenceNumber))
		}
		if refused != 0 {
			rt.Fatalf("%d more events are refused after it", -refused)
		}
		for i, p := range projections {
			a, at, errA := folder.Row(i, got)
			b, bt, errB := folder.Row(i, want)
			if errA != nil || errB != nil || at != bt || (a == nil) != (b == nil) || a != nil && comparable(a) != comparable(b) {
				rt.Fatalf("%s:\nthe archived one %v at %d, %v\nthe events        %v at %d, %v\n%s", p.Name, a, at, errA, b, bt, errB, made.Encode())
			}
		}
	})
	t.Logf("figure: %d streams were archived, %d with fewer facts than events", archived, condensed)
	if archived < 40 || condensed < 20 {
		t.Errorf("%d streams were archived, %d with fewer facts: too few to show anything", archived, condensed)
	}
}

// changed is a model of persons and firms, changed.
func changed(t *testing.T, changes ...func(*model.IR)) *model.Release {
	t.Helper()
	ir := &model.IR{Format: model.Format, Name: "kept", Currency: "EUR"}
	for _, name := range []string{"Person", "Firm"} {
		attributes := []model.Attribute{text("Name", "40", true), text("Phone", "40", true)}
		ir.Streams = append(ir.Streams, model.Stream{Name: name, ID: name + "Id", Attributes: attributes, Lifecycle: []string{"made"},
			Events: []model.Event{{Name: name + "MadeEvent", Version: 1, Attributes: append(attributes, text("Only", "40", true)), To: "made"}, {Name: name + "NamedEvent", Version: 1, Attributes: attributes[:1]}}})
	}
	for _, change := range changes {
		change(ir)
	}
	return load(t, ir)
}

func reading(stream, event, becomes, as string) func(*model.IR) {
	return func(ir *model.IR) {
		u := model.Upcast{Stream: stream, Event: event, Version: 0, Origin: "x:1"}
		if becomes != "" {
			u.Into = []model.Into{{Stream: becomes, Event: as, Version: 1, Attributes: []model.Derive{{Name: "Name", From: "Name"}}}}
		}
		ir.Upcasts = append(ir.Upcasts, u)
	}
}

// A fingerprint changes with all that an archived state depends on, and with nothing else.
func TestTheFingerprintOfArchivedStates(t *testing.T) {
	t.Parallel()
	before := changed(t)
	for name, test := range map[string]struct {
		change       func(*model.IR)
		person, firm bool // changes
	}{
		"a projection": {change: func(ir *model.IR) {
			ir.Projections = append(ir.Projections, model.Projection{Name: "P", From: "Firm", Fingerprint: "p"})
		}},
		"where it is written": {change: func(ir *model.IR) { ir.Streams[1].Attributes[0].Origin = "other:7" }},
		"a compute": {change: func(ir *model.IR) {
			ir.Streams[1].Computes = []model.Compute{{Name: "Twice", Type: *kindOf(model.Text), Expr: "Name + Name"}}
		}},
		"a place in the life cycle": {change: func(ir *model.IR) {
			ir.Streams[1].Lifecycle, ir.Streams[1].Events[1].To = []string{"made", "named"}, "named"
		}},
		"an attribute of the event": {change: func(ir *model.IR) {
			e := &ir.Streams[1].Events[0]
			e.Attributes = append(e.Attributes, text("More", "40", true))
		}},
		"an attribute": {change: func(ir *model.IR) {
			ir.Streams[1].Attributes = append(ir.Streams[1].Attributes, text("Only", "40", true))
		}, firm: true},
		"a kind":                       {change: func(ir *model.IR) { ir.Streams[1].Attributes[1].Type.Kind = model.Int }, firm: true},
		"an event":                     {change: func(ir *model.IR) { ir.Streams[1].Events = ir.Streams[1].Events[:1] }, firm: true},
		"a version":                    {change: func(ir *model.IR) { ir.Streams[1].Events[0].Version = 2 }, firm: true},
		"the currency":                 {change: func(ir *model.IR) { ir.Currency = "USD" }, person: true, firm: true},
		"an upcast":                    {change: reading("Firm", "FirmNamedEvent", "Firm", "FirmNamedEvent"), firm: true},
		"an event that says no more":   {change: reading("Firm", "FirmNamedEvent", "", ""), firm: true},
		"another name of the type":     {change: reading("Company", "CompanyNamedEvent", "Firm", "FirmNamedEvent"), firm: true},
		"events of a type of no event": {change: reading("Company", "CompanyNamedEvent", "", "")},
	} {
		after := changed(t, test.change)
		for stream, changes := range map[string]bool{"Person": test.person, "Firm": test.firm} {
			a, b := before.ArchiveFingerprint(stream), after.ArchiveFingerprint(stream)
			if a == "" || b == "" || (a != b) != changes {
				t.Errorf("%s: of %s it was %q, and is %q", name, stream, a, b)
			}
		}
	}
	mixed := changed(t, reading("Firm", "FirmNamedEvent", "Person", "PersonNamedEvent"))
	if a, b := mixed.ArchiveFingerprint("Person"), mixed.ArchiveFingerprint("Firm"); b != "" {
		t.Errorf("what is stored as a firm may be a person, and is archived: %q, %q", a, b)
	}
}

// A stream is not archived when an event of it means nothing to the release, or something of another type.
func TestAStreamThatIsNotArchived(t *testing.T) {
	t.Parallel()
	r := changed(t)
	named := func(stream, event, payload string) model.Stored {
		return model.Stored{StreamType: stream, Name: event, Version: 1, Payload: []byte(payload)}
	}
	for name, events := range map[string][]model.Stored{
		"no event":              nil,
		"two types":             {named("Firm", "FirmMadeEvent", `{}`), named("Person", "PersonMadeEvent", `{}`)},
		"a type of its own":     {named("Ship", "ShipMadeEvent", `{}`)},
		"an unknown event":      {named("Firm", "FirmSoldEvent", `{}`)},
		"a version to come":     {{StreamType: "Firm", Name: "FirmMadeEvent", Version: 2, Payload: []byte(`{}`)}},
		"a value of other kind": {named("Firm", "FirmMadeEvent", `{"Name":{"a":1}}`)},
		"a text that is none":   {named("Firm", "FirmMadeEvent", `{"Name":`)},
	} {
		if made, err := r.Archive(happened(events...)); err == nil {
			t.Errorf("%s: it is archived as %s", name, made.Encode())
		}
	}
	_, err := r.Archive(happened(named("Firm", "FirmMadeEvent", `{}`), named("Person", "PersonMadeEvent", `{}`)))
	if mixed := new(model.MixedError); !errors.As(err, &mixed) || len(mixed.Types) != 2 {
		t.Errorf("%v", err)
	}
	for _, text := range []string{``, `[`, `[[]]`, `[["FirmMadeEvent",1,0,{}]]`, `[["ShipEvent",1,1,{}]]`, `[["FirmMadeEvent",1,1]]`, `[["FirmMadeEvent","x",1,{}]]`, `[["FirmMadeEvent",1,1,{}]] x`} {
		if err := r.Stream("Firm").DecodeArchived([]byte(text), func(model.Happened) error { return nil }); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

// What is kept is the last event of each type, and what it does not say of those before.
func TestWhatIsKeptOfAStream(t *testing.T) {
	t.Parallel()
	r := changed(t)
	made, err := r.Archive(happened(
		model.Stored{StreamType: "Firm", Name: "FirmMadeEvent", Version: 1, Payload: []byte(`{"Only":"x","Name":"a","Phone":"1"}`)},
		model.Stored{StreamType: "Firm", Name: "FirmNamedEvent", Version: 1, Payload: []byte(`{"Name":"b"}`)},
		model.Stored{StreamType: "Firm", Name: "FirmNamedEvent", Version: 1, Payload: []byte(`{"Name":"c"}`)},
		model.Stored{StreamType: "Firm", Name: "FirmMadeEvent", Version: 1, Payload: []byte(`{"Name":null}`)}))
	const want = `[["FirmMadeEvent",1,10,{"Phone":"1"}],["FirmNamedEvent",3,30,{"Name":"c"}],["FirmMadeEvent",4,40,{"Name":null}]]`
	if err != nil || string(made.Encode()) != want {
		t.Errorf("got  %s, %v\nwant %s", made.Encode(), err, want)
	}
}
