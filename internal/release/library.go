package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

const (
	irSQL       = "SELECT ir FROM catalog.releases WHERE digest = $1"
	loadTimeout = 30 * time.Second
	// defaultIdle is longer than any pause of somebody at work, and shorter than a wave of an upgrade.
	defaultIdle = 30 * time.Minute
)

// Library loads each release once, whoever asks for it at the same time, keeps it as long as it
// is asked for, and drops it when nobody has for a while. It decides that for the whole process:
// what others make of a release goes when the release does (OnDrop). Whoever holds one that was
// dropped may go on with it; who asks again has it loaded again. A Library is safe for
// concurrent use, and has no goroutine of its own.
type Library struct {
	Idle time.Duration // that a release is kept for after it was asked for last; zero: half an hour. It is set before the first Get

	pool    *pgxpool.Pool
	clock   func() time.Time
	loading singleflight.Group
	alive   *atomic.Int64 // releases in memory, those that were dropped and are held included

	mu      sync.Mutex
	loaded  map[string]*kept // by digest
	forget  []func(loaded func(digest string) bool)
	sweeper *time.Timer // nil: nothing was loaded yet
}

// kept is a release with when it was asked for last.
type kept struct {
	release *model.Release
	asked   time.Time
}

// New returns a library over the catalog; the pool's role is api, projector or admin.
func New(pool *pgxpool.Pool) *Library {
	return &Library{pool: pool, clock: time.Now, alive: &atomic.Int64{}, loaded: map[string]*kept{}}
}

// OnDrop has forget called whenever releases were dropped, and now and then when none was.
// Whoever keeps what was made of releases throws away what was made of one that is not loaded,
// or else keeps all of it in memory. forget returns quickly, and calls nothing of the library but loaded.
func (l *Library) OnDrop(forget func(loaded func(digest string) bool)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget = append(l.forget, forget)
}

// Get returns the release of the digest: NotFound when it was not published, Unavailable when
// the catalog is away, Internal when the stored IR is not what was published or cannot be
// loaded. Failures are not remembered.
func (l *Library) Get(ctx context.Context, digest string) (*model.Release, error) {
	if known := l.ask(digest); known != nil {
		return known, nil
	}
	// Loaded for all who wait: one of them giving up does not end it for the others.
	done := l.loading.DoChan(digest, func() (any, error) {
		return l.load(context.WithoutCancel(ctx), digest)
	})
	select {
	case result := <-done:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.(*model.Release), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ask returns the release if it is loaded, and notes that it was asked for.
func (l *Library) ask(digest string) *model.Release {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.loaded[digest]
	if k == nil {
		return nil
	}
	k.asked = l.clock()
	return k.release
}

func (l *Library) load(ctx context.Context, digest string) (*model.Release, error) {
	if known := l.ask(digest); known != nil {
		return known, nil // it came while this was on its way
	}
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	var ir []byte
	err := l.pool.QueryRow(ctx, irSQL, digest).Scan(&ir)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "Release %s was not published", digest)
	}
	if err != nil {
		return nil, pg.Fault(err)
	}
	if sum := sha256.Sum256(ir); hex.EncodeToString(sum[:]) != digest {
		return nil, fault.New(fault.Internal, "Release %s is not what was published: its content has another digest", digest)
	}
	release, err := model.Load(ir)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Release %s cannot be loaded", digest)
	}
	l.keep(release)
	return release, nil
}

func (l *Library) keep(release *model.Release) {
	l.alive.Add(1)
	runtime.AddCleanup(release, func(alive *atomic.Int64) { alive.Add(-1) }, l.alive)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.loaded) == 0 {
		l.sweepLater()
	}
	l.loaded[release.Digest()] = &kept{release, l.clock()}
}

// sweepLater is called with the lock.
func (l *Library) sweepLater() {
	if l.sweeper == nil {
		l.sweeper = time.AfterFunc(l.idle()/2, l.sweep)
		return
	}
	l.sweeper.Reset(l.idle() / 2)
}

func (l *Library) idle() time.Duration {
	if l.Idle <= 0 {
		return defaultIdle
	}
	return l.Idle
}

// sweep drops what nobody has asked for. It comes again as long as anything is loaded.
func (l *Library) sweep() {
	l.mu.Lock()
	unasked := l.clock().Add(-l.idle())
	for digest, k := range l.loaded {
		if k.asked.Before(unasked) {
			delete(l.loaded, digest)
		}
	}
	if len(l.loaded) > 0 {
		l.sweepLater()
	}
	forget := l.forget
	l.mu.Unlock()
	for _, f := range forget {
		f(l.has)
	}
}

// has does not count as asking.
func (l *Library) has(digest string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.loaded[digest] != nil
}

// Describe implements prometheus.Collector.
func (l *Library) Describe(to chan<- *prometheus.Desc) { to <- loadedDesc() }

// Collect implements prometheus.Collector: how many releases are in memory.
func (l *Library) Collect(to chan<- prometheus.Metric) {
	to <- prometheus.MustNewConstMetric(loadedDesc(), prometheus.GaugeValue, float64(l.alive.Load()))
}

func loadedDesc() *prometheus.Desc {
	return prometheus.NewDesc("polder_releases_loaded", "Releases in memory: those that were asked for of late, and those that something holds still.", nil, nil)
}
