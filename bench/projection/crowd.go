package projectionbench

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

//go:embed sql/differences.sql
var differencesSQL string

const (
	crowdAccounts = 500
	crowdStreams  = 115 // stream types, each with as many projections:
	crowdEach     = 10
	crowdEvents   = 20 // of each account
	crowdRest     = 3 * time.Second
	crowdIdle     = 20 * time.Second

	teamAccounts = 40
	teamEvents   = 1500 // of each account
)

// crowd measures what 1,150 projections for 500 live accounts take when nothing happens.
func crowd(ctx context.Context, out io.Writer, numbers map[string]float64) error {
	release, err := crowdRelease()
	if err != nil {
		return err
	}
	w, err := open(ctx, out, release)
	defer w.close(ctx)
	if err != nil {
		return err
	}
	accounts, err := w.backlogged(ctx, crowdAccounts, crowdEvents)
	if err != nil {
		return err
	}
	// Each event goes to one of the stream types, so that all projections have rows.
	if err := w.exec(ctx, "UPDATE store.events SET stream_type = 'Order' || abs(hashtext(stream_id::text)) % $1", crowdStreams); err != nil {
		return err
	}
	if err := w.enroll(ctx, accounts); err != nil {
		return err
	}
	p, err := w.start(ctx)
	if err != nil {
		return err
	}
	defer p.kill()
	if err := w.allApplied(ctx, 0); err != nil {
		return err
	}
	var parked int
	if err := w.super.QueryRow(ctx, "SELECT count(*) FROM store.dead_letters").Scan(&parked); err != nil || parked > 0 {
		return errors.Join(err, fmt.Errorf("%d projections are parked", parked))
	}
	time.Sleep(crowdRest)
	before := p.cpu()
	time.Sleep(crowdIdle)
	numbers["crowd.idle_cpu_percent"] = (p.cpu() - before).Seconds() / crowdIdle.Seconds() * 100
	numbers["crowd.memory_mib"] = p.residentMiB()
	var sessions float64
	err = w.super.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'polder-projector'").Scan(&sessions)
	numbers["crowd.connections"] = sessions
	return err
}

// crowdRelease is the ERP with many types like an order, each with some narrow projections.
func crowdRelease() (*model.Release, error) {
	release, err := erp("join")
	if err != nil {
		return nil, err
	}
	ir := *release.IR()
	stream := *release.Stream("Order").Stream
	narrow := narrowOrders(release)
	ir.Streams = append([]model.Stream(nil), ir.Streams...)
	ir.Projections = append([]model.Projection(nil), ir.Projections...)
	stream.Commands = nil
	for s := range crowdStreams {
		stream.Name = fmt.Sprintf("Order%d", s)
		ir.Streams = append(ir.Streams, stream)
		for n := range crowdEach {
			narrow.From, narrow.Name = stream.Name, fmt.Sprintf("Orders%dx%d", s, n)
			narrow.Fingerprint = fmt.Sprintf("%06x%06x", s, n)
			ir.Projections = append(ir.Projections, narrow)
		}
	}
	canonical, err := model.Canonical(&ir)
	if err != nil {
		return nil, err
	}
	return model.Load(canonical)
}

// team compares one projector with two at the same backlog, kills one of two amid it, and
// compares the rows with those of the projector written by hand.
func team(ctx context.Context, out io.Writer, numbers map[string]float64) error {
	for _, t := range []struct {
		name      string
		processes int
		kill      bool
	}{{"team.1.events_per_s", 1, false}, {"team.2.events_per_s", 2, false}, {"team.killed.events_per_s", 2, true}} {
		rate, err := teamwork(ctx, out, t.processes, t.kill)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		numbers[t.name] = rate
	}
	numbers["team.ratio"] = numbers["team.2.events_per_s"] / numbers["team.1.events_per_s"]
	return nil
}

// teamwork gives the rate at which so many processes take a backlog.
func teamwork(ctx context.Context, out io.Writer, processes int, kill bool) (float64, error) {
	w, err := openERP(ctx, out, "join")
	defer w.close(ctx)
	if err != nil {
		return 0, err
	}
	accounts, err := w.backlogged(ctx, teamAccounts, teamEvents)
	if err != nil {
		return 0, err
	}
	if err := w.enroll(ctx, accounts); err != nil {
		return 0, err
	}
	if err := w.moveHeads(ctx, 0); err != nil { // nothing to do yet
		return 0, err
	}
	var running []*process
	for range processes {
		p, err := w.start(ctx)
		if err != nil {
			return 0, err
		}
		defer p.kill()
		running = append(running, p)
	}
	total := int64(teamAccounts * teamEvents)
	began := time.Now()
	if err := w.moveHeads(ctx, teamEvents); err != nil {
		return 0, err
	}
	if kill {
		if err := w.allApplied(ctx, total/2); err != nil {
			return 0, err
		}
		running[0].kill()
	}
	if err := w.allApplied(ctx, 0); err != nil {
		return 0, err
	}
	rate := float64(total) / time.Since(began).Seconds()
	if kill {
		err = w.asByHand(ctx, accounts)
	}
	return rate, err
}

// asByHand fails when an order's row differs from what the projector written by hand makes
// of the same events.
func (w *world) asByHand(ctx context.Context, accounts []uuid.UUID) error {
	hand, err := w.byHand(ctx, uuid.Nil)
	if err != nil {
		return err
	}
	table := projection.TableOf(w.release.Projection("Orders")).Quoted()
	for _, account := range accounts {
		hand.account = account
		if _, err := hand.batches(teamEvents)(ctx); err != nil {
			return err
		}
		var rows, differ int
		if err := w.super.QueryRow(ctx, fmt.Sprintf(differencesSQL, table), account).Scan(&rows, &differ); err != nil {
			return err
		}
		if differ > 0 || rows == 0 {
			return fmt.Errorf("account %s: %d of %d rows differ", account, differ, rows)
		}
	}
	return nil
}
