package query

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
)

// dropping is a library whose releases are dropped by the test.
type dropping struct{ forget func(func(string) bool) }

func (*dropping) Get(context.Context, string) (*model.Release, error) { return nil, nil }
func (d *dropping) OnDrop(forget func(func(string) bool))             { d.forget = forget }

func TestPlansGoWithTheirRelease(t *testing.T) {
	t.Parallel()
	releases := &dropping{}
	h := NewHandler(Config{Releases: releases})
	for _, release := range []string{"kept", "dropped"} {
		p := &plan{release: release}
		h.plans[planKey{release, "GetOrders"}] = p
		h.joining[joiningKey{p, uuid.New()}] = struct{}{}
	}
	releases.forget(func(digest string) bool { return digest == "kept" })
	if len(h.plans) != 1 || len(h.joining) != 1 || h.plans[planKey{"kept", "GetOrders"}] == nil {
		t.Errorf("left are %v and %v", h.plans, h.joining)
	}
}
