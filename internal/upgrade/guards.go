package upgrade

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/release"
)

// guards are those of an account that a release holds otherwise than the one before: they are
// made anew from the events, most of them before the switch and the last within it.
type guards struct {
	account uuid.UUID
	release *model.Release
	forget  []string // guards whose rows go: changed ones, and those that are gone
	ledger  *model.Ledger
	at      int64 // the last event in the ledger
	history *int  // the generation that they are made from; nil: the one in use
}

// newGuards returns nil when the releases hold the same. The guards also are made anew in any case.
func newGuards(m Move, also ...string) *guards {
	before, after := holdings(m.From.IR()), holdings(m.To.IR())
	var made, forget []string
	for _, guard := range m.To.Guards() {
		if before[guard] != after[guard] || slices.Contains(also, guard) {
			made, forget = append(made, guard), append(forget, guard)
		}
	}
	for _, guard := range m.From.Guards() {
		if _, kept := after[guard]; !kept {
			forget = append(forget, guard)
		}
	}
	if len(forget) == 0 {
		return nil
	}
	return &guards{account: m.AccountID, release: m.To, forget: forget, ledger: m.To.NewLedger(made...)}
}

// holding is what decides which rows a guard has: its key, or who claims under it, and how the
// attributes of that come from stored events. The maximum of a limit does not.
type holding struct {
	Key     []string
	Claims  []model.LimitClaim
	Derived []model.Derive
}

// holdings returns a text for each guard, the same for the same rows.
func holdings(ir *model.IR) map[string]string {
	found := map[string]*holding{}
	for _, s := range ir.Streams {
		for _, u := range s.Uniques {
			found[s.Name+"."+u.Name] = &holding{Key: u.Key, Derived: derived(ir, s.Name)}
		}
		for _, l := range s.Limits {
			found[s.Name+"."+l.Name] = &holding{}
		}
	}
	for _, s := range ir.Streams {
		for _, e := range s.Events {
			for _, c := range e.Claims {
				if h := found[c.Limit]; h != nil {
					c.Origin, c.Override = e.Name, ""
					h.Claims = append(h.Claims, c)
					h.Derived = append(h.Derived, derived(ir, s.Name)...)
				}
			}
		}
	}
	texts := map[string]string{}
	for guard, h := range found {
		text, err := json.Marshal(h)
		if err != nil {
			panic(err) // strings only
		}
		texts[guard] = string(text)
	}
	return texts
}

// derived returns how stored events of the stream type come to other values. Names count as
// well: whoever reads them has others then.
func derived(ir *model.IR, stream string) []model.Derive {
	var all []model.Derive
	for _, u := range ir.Upcasts {
		for _, into := range u.Into {
			for _, d := range into.Attributes {
				if into.Stream == stream && d.Expr != "" {
					all = append(all, d)
				}
			}
		}
	}
	return all
}

// begin takes the account's events so far into the ledger. Where no sums follow from a stream type, what is archived of its streams comes in
// the place of their events. The pool's role is builder or admin.
func (g *guards) begin(ctx context.Context, pool *pgxpool.Pool) error {
	all := es.AccountRange{AccountID: g.account}
	err := pool.QueryRow(ctx, headSQL, g.account).Scan(&all.Until)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && all.Until == 0 { // whoever goes on finds that there is none
		return nil
	}
	if err != nil {
		return pg.Fault(err)
	}
	if err := es.StreamArchived(ctx, pool, all, g.archives(), g.take); err != nil {
		return err
	}
	g.at = all.Until // the last events may be among those that states stand for
	return nil
}

// archives returns the archived states that say as much as their events do.
func (g *guards) archives() (a es.Archives) {
	for _, s := range g.release.IR().Streams {
		concerned, each := g.ledger.Concerns(s.Name)
		fingerprint := g.release.ArchiveFingerprint(s.Name)
		if each || fingerprint == "" {
			continue
		}
		a.Fingerprints = append(a.Fingerprints, fingerprint)
		for _, e := range s.Events {
			if concerned { // else neither events nor states are read
				a.Events = append(a.Events, e.Name)
			}
		}
	}
	return a
}

// read takes the account's further events into the ledger. The querier sees all of them.
func (g *guards) read(ctx context.Context, q es.Querier) error {
	return es.StreamAccount(ctx, q, es.AccountRange{AccountID: g.account, After: g.at, Generation: g.history}, g.take)
}

func (g *guards) take(e *es.Event) error {
	if e.IsState() {
		return g.release.Stream(e.StreamType).DecodeArchived(e.Payload, func(fact model.Happened) error { return g.ledger.Take(e.StreamID, fact.Stored) })
	}
	said, err := g.release.Upcast(release.Stored(e))
	for i := 0; err == nil && i < len(said); i++ {
		err = g.ledger.Take(e.StreamID, said[i])
	}
	if err != nil {
		return fault.Wrap(err, fault.Rejected, "The guards cannot be made from event %d", e.SequenceNumber)
	}
	g.at = e.SequenceNumber
	return nil
}

// doubled returns what the guards cannot hold, a sentence each.
func (g *guards) doubled() []string {
	_, _, doubled := g.ledger.Held()
	var all []string
	for _, d := range doubled {
		all = append(all, fmt.Sprintf("%s would not be unique: %d streams have %q, such as %s and %s", d.Guard, len(d.Streams), d.Key, d.Streams[0], d.Streams[1]))
	}
	return all
}

// remake takes the last events in, and replaces the guards' rows within the switch.
func (g *guards) remake(ctx context.Context, tx pgx.Tx) error {
	if err := g.read(ctx, tx); err != nil {
		return err
	}
	return g.write(ctx, tx)
}

// write replaces the guards' rows.
func (g *guards) write(ctx context.Context, tx pgx.Tx) error {
	if doubled := g.doubled(); len(doubled) > 0 {
		return fault.New(fault.Rejected, "%s", doubled[0])
	}
	keys, sums, _ := g.ledger.Held()
	var keyGuards, keyTexts, sumGuards, sumKeys, sumTexts []string
	var owners []uuid.UUID
	for _, k := range keys {
		keyGuards, keyTexts, owners = append(keyGuards, k.Guard), append(keyTexts, k.Key), append(owners, k.Stream)
	}
	for _, s := range sums {
		sumGuards, sumKeys, sumTexts = append(sumGuards, s.Guard), append(sumKeys, s.Key), append(sumTexts, s.Used)
	}
	batch := &pgx.Batch{}
	batch.Queue(forgetGuardsSQL, g.account, slices.Compact(slices.Sorted(slices.Values(g.forget))))
	batch.Queue(holdKeysSQL, g.account, keyGuards, keyTexts, owners)
	batch.Queue(holdSumsSQL, g.account, sumGuards, sumKeys, sumTexts)
	return tx.SendBatch(ctx, batch).Close()
}
