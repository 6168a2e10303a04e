package projection_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// poisons are events that a projection cannot take, each of another kind.
var poisons = map[string]fields{
	"unfoldable":  {"Note": []int{1}},                // not what the model says
	"unstorable":  {"Note": "a\x00b"},                // no text for PostgreSQL
	"unindexable": {"Note": incompressible(1 << 14)}, // more than an entry of an index holds
}

// sick is an order's one event, which cannot be applied.
func sick(kind string, order uuid.UUID) event {
	return happened("Order", order, "OrderPlacedEvent", poisons[kind])
}

// incompressible returns a text of n characters, the same each time.
func incompressible(n int) string {
	random := rand.New(rand.NewPCG(1, 2))
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(' ' + random.IntN(95))
	}
	return string(out)
}

// mend replaces the payload of a stored event, as an upcaster would.
func mend(t *testing.T, s *sales.Store, account uuid.UUID, number int64) {
	t.Helper()
	s.Exec(t, `UPDATE store.events SET payload = '{"Note": "mended"}' WHERE account_id = $1 AND sequence_number = $2`, account, number)
}

func statusOf(t *testing.T, s *sales.Store, account uuid.UUID, name string) projection.Status {
	t.Helper()
	list, err := projection.List(t.Context(), s.Role(pg.Admin), account, s.Release)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(p projection.Status) bool { return p.Projection == name })
	if i < 0 {
		t.Fatalf("%s is not in %+v", name, list)
	}
	return list[i]
}

func letters(t *testing.T, s *sales.Store, account uuid.UUID) []projection.DeadLetter {
	t.Helper()
	found, err := projection.DeadLetters(t.Context(), s.Role(pg.Admin), account)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// One event that a projection cannot take stops that projection for that account: all
// before it is applied, the other projections and accounts go on, and a retry mends it.
func TestPoisonParksOneProjectionOfOneAccount(t *testing.T) {
	t.Parallel()
	s := store(t)
	for kind := range poisons {
		for _, size := range []int{1, 7, 500} {
			t.Run(fmt.Sprintf("%s in pages of %d", kind, size), func(t *testing.T) {
				t.Parallel()
				poisonStory(t, s, size, kind)
			})
		}
	}
}

func poisonStory(t *testing.T, s *sales.Store, size int, kind string) {
	account, other, healthy := s.NewAccount(t).ID, s.NewAccount(t).ID, s.NewAccount(t).ID
	r := start(t, s, pageOf(size))
	events := history(4, 5, 60)
	bad := int64(31)
	order := uuid.New()
	with := func(e event) []event { return slices.Concat(events[:bad-1], []event{e}, events[bad-1:]) }

	last := s.Append(t, account, with(sick(kind, order))...)
	r.settle(t, account, last)
	r.settle(t, other, s.Append(t, other, events[:bad-1]...))
	r.settle(t, healthy, s.Append(t, healthy, with(happened("Order", order, "OrderPlacedEvent", fields{"Note": "mended"}))...))

	if got := statusOf(t, s, account, "Orders"); got.State != "parked" || got.SequenceNumber != bad-1 || got.LagEvents != last-bad+1 || got.LagSeconds <= 0 {
		t.Fatalf("the sick projection: %+v", got)
	}
	if got := statusOf(t, s, account, "OrderNumbers"); got.State != "live" || got.SequenceNumber != last || got.LagEvents != 0 || got.LagSeconds != 0 {
		t.Errorf("the other projection: %+v", got)
	}
	assertRows(t, s, "Orders", account, other)
	assertRows(t, s, "OrderNumbers", account, healthy)
	found := letters(t, s, account)
	if len(found) != 1 || found[0].Projection != "Orders" || found[0].SequenceNumber != bad || found[0].PayloadItemName != "OrderPlacedEvent" ||
		found[0].Attempts != 1 || found[0].Error == "" || found[0].Release != s.Release.Digest() {
		t.Fatalf("dead letters: %+v", found)
	}
	if found := letters(t, s, healthy); len(found) != 0 {
		t.Errorf("dead letters of a healthy account: %+v", found)
	}

	// It stays parked while the account goes on, and a retry that fails again is counted.
	more := happened("Order", order, "OrderConfirmedEvent", nil)
	last = s.Append(t, account, more)
	r.settle(t, account, last)
	r.settle(t, healthy, s.Append(t, healthy, more))
	if _, err := retry(t, s, account, size); !fault.Is(err, fault.Rejected) {
		t.Errorf("retry of what is still sick: %v", err)
	}
	if found := letters(t, s, account); len(found) != 1 || found[0].Attempts != 2 || found[0].SequenceNumber != bad {
		t.Errorf("dead letters after a retry in vain: %+v", found)
	}

	mend(t, s, account, bad)
	if at, err := retry(t, s, account, size); err != nil || at != last {
		t.Fatalf("retry: %d, %v; want %d", at, err, last)
	}
	if got := statusOf(t, s, account, "Orders"); got.State != "live" || got.SequenceNumber != last {
		t.Errorf("after the retry: %+v", got)
	}
	if found := letters(t, s, account); len(found) != 0 {
		t.Errorf("dead letters after the retry: %+v", found)
	}
	assertRows(t, s, "Orders", account, healthy)

	// It is live again.
	again := happened("Order", order, "OrderChangedEvent", fields{"Note": "again"})
	r.settle(t, account, s.Append(t, account, again))
	r.settle(t, healthy, s.Append(t, healthy, again))
	assertRows(t, s, "Orders", account, healthy)
}

func retry(t *testing.T, s *sales.Store, account uuid.UUID, size int) (int64, error) {
	t.Helper()
	return projection.RetryDeadLetter(t.Context(), s.Role(pg.Projector), projection.Retry{
		AccountID: account, Projection: "Orders", Release: s.Release, PageEvents: size,
	})
}

func assertRows(t *testing.T, s *sales.Store, name string, account, like uuid.UUID) {
	t.Helper()
	if got, want := s.Rows(t, account, name), s.Rows(t, like, name); !slices.Equal(got, want) {
		t.Errorf("%s differs:\n got %q\nwant %q", name, got, want)
	}
}

// Two events of one page that each stop another projection park both.
func TestPoisonOfTwoProjectionsInOnePage(t *testing.T) {
	t.Parallel()
	s := store(t)
	account := s.NewAccount(t).ID
	r := start(t, s)
	events := history(5, 3, 20)
	order := uuid.New()
	last := s.Append(t, account, slices.Concat(events,
		[]event{happened("Person", uuid.New(), "PersonRegisteredEvent", fields{"Name": "\x00"}), sick("unindexable", order), sick("unfoldable", order)}, history(6, 3, 20))...)
	r.settle(t, account, last)
	found := letters(t, s, account)
	slices.SortFunc(found, func(a, b projection.DeadLetter) int { return strings.Compare(a.Projection, b.Projection) })
	if len(found) != 2 || found[0].Projection != "Orders" || found[0].SequenceNumber != 22 || found[1].Projection != "PersonLookup" || found[1].SequenceNumber != 21 {
		t.Errorf("dead letters: %+v", found)
	}
}

// Joining happens under the live cursor's lock, so nothing that is applied meanwhile is
// left out or applied twice.
func TestRetryJoinsWhileEventsKeepComing(t *testing.T) {
	t.Parallel()
	s := store(t)
	account, healthy := s.NewAccount(t).ID, s.NewAccount(t).ID
	r := start(t, s, pageOf(5))
	events := history(8, 5, 30)
	order := uuid.New()
	mended := happened("Order", order, "OrderPlacedEvent", fields{"Note": "mended"})
	s.Append(t, healthy, slices.Concat(events, []event{mended})...)
	r.settle(t, account, s.Append(t, account, slices.Concat(events, []event{sick("unindexable", order)})...))
	mend(t, s, account, 31)
	done := make(chan error)
	go func() {
		_, err := retry(t, s, account, 2)
		done <- err
	}()
	var last int64
	retried := false
	for n := 0; n < 40 || !retried; n++ {
		next := happened("Order", order, "OrderChangedEvent", fields{"Note": fmt.Sprint(n)})
		last = s.Append(t, account, next)
		r.poke(account, last)
		s.Append(t, healthy, next)
		select {
		case err := <-done:
			if retried = true; err != nil {
				t.Fatal(err)
			}
		default:
		}
	}
	r.settle(t, account, last)
	r.settle(t, healthy, last)
	if got := statusOf(t, s, account, "Orders"); got.State != "live" {
		t.Errorf("after the retry: %+v", got)
	}
	assertRows(t, s, "Orders", account, healthy)
}

func TestRetryOfWhatIsNotParked(t *testing.T) {
	t.Parallel()
	s := store(t)
	account := s.NewAccount(t).ID
	if _, err := retry(t, s, account, 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("a live projection: %v", err)
	}
	_, err := projection.RetryDeadLetter(t.Context(), s.Role(pg.Projector), projection.Retry{AccountID: account, Projection: "Nothing", Release: s.Release})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown projection: %v", err)
	}
	if _, err := projection.List(t.Context(), s.Role(pg.Admin), uuid.New(), s.Release); !fault.Is(err, fault.NotFound) {
		t.Errorf("the list of an unknown account: %v", err)
	}
}

// A release whose tables are missing is the operator's business and no event's fault:
// nothing is parked, and the page comes again until the tables are there.
func TestMissingTableParksNothing(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.New(t), sales.Release(t))
	account := s.NewAccount(t).ID
	table := projection.TableOf(s.Release.Projection("OrderNumbers")).Quoted()
	s.Exec(t, "ALTER TABLE "+table+" RENAME TO away")
	failed := make(chan struct{}, 1)
	r := start(t, s, func(c *projection.Config) {
		c.Log = zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zapcore.EncoderConfig{}), zapcore.AddSync(io.Discard), zap.WarnLevel),
			zap.Hooks(func(zapcore.Entry) error { notice(failed); return nil }))
	})
	last := s.Append(t, account, history(9, 3, 10)...)
	r.poke(account, last)
	<-failed
	if at := cursor(t, s, account); at != 0 {
		t.Errorf("the cursor moved to %d", at)
	}
	s.Exec(t, "ALTER TABLE read_models.away RENAME TO "+projection.Quote(s.Release.Projection("OrderNumbers").Table))
	r.settle(t, account, last)
	if found := letters(t, s, account); len(found) != 0 {
		t.Errorf("dead letters: %+v", found)
	}
}

func notice(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // known already
	}
}
