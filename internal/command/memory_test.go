package command

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
)

func TestMemoryForgetsWhatWasUsedLongestAgo(t *testing.T) {
	t.Parallel()
	m := newMemory(2)
	one, two, three := streamKey{stream: uuid.New()}, streamKey{stream: uuid.New()}, streamKey{stream: uuid.New()}
	m.keep(one, &aggregate{revision: 1})
	m.keep(two, &aggregate{revision: 1})
	m.recall(one)
	m.keep(three, &aggregate{revision: 1})
	if m.recall(two) != nil || m.recall(one) == nil || m.recall(three) == nil {
		t.Error("the wrong stream was forgotten")
	}
	if len(m.entries) != 2 || m.order.Len() != 2 {
		t.Errorf("%d entries and %d in order, want 2", len(m.entries), m.order.Len())
	}
}

func TestMemoryNeverGoesBackToAnEarlierRevision(t *testing.T) {
	t.Parallel()
	m := newMemory(2)
	key := streamKey{stream: uuid.New()}
	m.keep(key, &aggregate{revision: 7})
	m.keep(key, &aggregate{revision: 5}) // a reader that was overtaken
	if got := m.recall(key).revision; got != 7 {
		t.Errorf("revision = %d, want 7", got)
	}
}

func TestMemoryTellsEpochsAndReleasesApart(t *testing.T) {
	t.Parallel()
	m := newMemory(4)
	key := streamKey{account: uuid.New(), epoch: 1, stream: uuid.New(), release: "a"}
	m.keep(key, &aggregate{revision: 1})
	moved, upgraded, other := key, key, key
	moved.epoch, upgraded.release, other.account = 2, "b", uuid.New()
	for _, k := range []streamKey{moved, upgraded, other} {
		if m.recall(k) != nil {
			t.Errorf("%+v finds what was remembered under %+v", k, key)
		}
	}
}

// dropping is a library whose releases are dropped by the test.
type dropping struct{ forget func(func(string) bool) }

func (*dropping) Get(context.Context, string) (*model.Release, error) { return nil, nil }
func (d *dropping) OnDrop(forget func(func(string) bool))             { d.forget = forget }

func TestAggregatesGoWithTheirRelease(t *testing.T) {
	t.Parallel()
	releases := &dropping{}
	m := NewHandler(Config{Releases: releases}).memory
	for _, release := range []string{"kept", "dropped", "kept", "dropped"} {
		m.keep(streamKey{stream: uuid.New(), release: release}, &aggregate{revision: 1})
	}
	releases.forget(func(digest string) bool { return digest == "kept" })
	if len(m.entries) != 2 || m.order.Len() != 2 {
		t.Errorf("%d entries and %d in order, want those of the release that is loaded", len(m.entries), m.order.Len())
	}
	for key := range m.entries {
		if key.release != "kept" {
			t.Errorf("%+v is remembered", key)
		}
	}
}
