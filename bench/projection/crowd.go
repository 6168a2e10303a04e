package projectionbench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/polderhq/polder/internal/model"
)

const (
	crowdAccounts = 500
	crowdStreams  = 115 // stream types, each with as many projections:
	crowdEach     = 10
	crowdEvents   = 20 // of each account
	crowdRest     = 3 * time.Second
	crowdIdle     = 20 * time.Second
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
	if err := w.enroll(ctx, w.host(), accounts); err != nil {
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
