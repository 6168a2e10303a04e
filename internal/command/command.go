package command

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/tracing"
)

// Request is one command of an authenticated caller.
type Request struct {
	Principal        tenant.Principal
	CommandID        uuid.UUID       // the idempotency key; never zero
	CorrelationID    uuid.UUID       // zero: the command's id
	CausationID      uuid.UUID       // the event that led to the command; zero: a person did
	Name             string          // e.g. "PlaceOrderCommand"
	Body             json.RawMessage // the command's input, a JSON object
	ExpectedRevision *int            // of the command's own stream; nil: any, 0: it must not exist
}

// Result is the acknowledgement of a stored command.
type Result struct {
	CommandID      uuid.UUID
	SequenceNumber int64 // of the command's last event; a projection that stands here shows it
	Streams        []StreamPosition
	Repeated       bool // the command was stored before; this is the first answer again
}

// StreamPosition says where a stream stands.
type StreamPosition struct {
	StreamID       uuid.UUID `json:"streamId"`
	StreamType     string    `json:"streamType"`
	StreamRevision int       `json:"streamRevision"`
}

// Store is what command handling needs of an event store; *es.Store is one.
type Store interface {
	Append(ctx context.Context, a es.Append) (es.Result, error)
	Load(ctx context.Context, account, stream uuid.UUID, release string) (*es.Snapshot, []es.Event, error)
	ReadStream(ctx context.Context, r es.StreamRange) ([]es.Event, error)
	SaveSnapshot(ctx context.Context, account uuid.UUID, s es.Snapshot) error
}

// Releases finds a release by its digest; *release.Library is one.
type Releases interface {
	Get(ctx context.Context, digest string) (*model.Release, error)
	// OnDrop has forget called when releases were dropped: what was made of them is to go as well.
	OnDrop(forget func(loaded func(digest string) bool))
}

// Accounts knows where an account is now; *tenant.Directory is one.
type Accounts interface {
	Account(id uuid.UUID) (tenant.Account, error)
	// Refresh returns when Account knows all that was committed before the call.
	Refresh(ctx context.Context) error
	// Switched tells of a release that a store has put the account on, under a new epoch.
	Switched(id uuid.UUID, epoch int64, release string)
}

// Config says what a Handler works with.
type Config struct {
	Releases Releases
	Stores   func(ctx context.Context, storeID string) (Store, error)
	Accounts Accounts
	Within   func(*model.Release, *es.Append) es.Within // what is written with an append; nil: never anything
	Appended func(notify.Signal)                        // told of every stored append; nil: nobody is
	Clock    func() time.Time                           // nil: time.Now
	Log      *zap.Logger                                // nil: silent
	Tracing  *tracing.Tracing                           // nil: nothing is traced
	Beat     func()                                     // called while snapshots are saved or waited for; nil: nobody asks

	RememberedStates int // folded aggregates kept in memory; zero: 20,000
	SnapshotTail     int // events after which a stream gets a new snapshot; zero: 200
}

const (
	defaultRememberedStates = 20_000
	defaultSnapshotTail     = 200
)

func (c Config) withDefaults() Config {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Beat == nil {
		c.Beat = func() {}
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Appended == nil {
		c.Appended = func(notify.Signal) {}
	}
	if c.Within == nil {
		c.Within = func(*model.Release, *es.Append) es.Within { return nil }
	}
	if c.RememberedStates == 0 {
		c.RememberedStates = defaultRememberedStates
	}
	if c.SnapshotTail == 0 {
		c.SnapshotTail = defaultSnapshotTail
	}
	return c
}

// Handler runs commands. It is safe for concurrent use.
type Handler struct {
	config    Config
	mailboxes *mailboxes
	memory    *memory
	snapshots *snapshotter
}

// NewHandler returns a handler. Start begins its background work, without which commands
// run but no snapshots are saved.
func NewHandler(c Config) *Handler {
	c = c.withDefaults()
	h := &Handler{
		config:    c,
		mailboxes: newMailboxes(),
		memory:    newMemory(c.RememberedStates),
		snapshots: newSnapshotter(c.Log, c.Beat),
	}
	c.Releases.OnDrop(h.memory.forget)
	return h
}

// Start begins to save snapshots in the background.
func (h *Handler) Start() { h.snapshots.start() }

// Stop saves the snapshots that are queued and ends the background work. Stopping twice
// is fine.
func (h *Handler) Stop() { h.snapshots.stop() }

// Handle prepares and runs a command. Its errors are of package fault: Invalid and
// Rejected for the input, NotFound, Forbidden, Conflict after lost races, Precondition,
// Unavailable.
func (h *Handler) Handle(ctx context.Context, r Request) (Result, error) {
	p, err := h.Prepare(ctx, r)
	if err != nil {
		return Result{}, err
	}
	return h.Run(ctx, p)
}
