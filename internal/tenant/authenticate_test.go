package tenant_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

func TestAKeySpeaksForItsAccountAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.account("ann"), w.account("bob")
	annKey, annToken := w.key(ann.ID, "clerk")
	bobKey, bobToken := w.key(bob.ID, "*")
	d := w.directory(tenant.DirectoryConfig{Keys: true, Poll: never})

	p, err := d.Authenticate(t.Context(), annToken)
	must(t, err)
	if p.Account != ann || p.KeyID != annKey.ID || !p.HasRole("clerk") || p.HasRole("manager") {
		t.Errorf("principal = %+v", p)
	}
	// Ann's secret under Bob's key id is nobody.
	_, err = d.Authenticate(t.Context(), strings.Replace(annToken, annKey.ID, bobKey.ID, 1))
	wantKind(t, err, fault.Unauthorized)
	keys, err := w.catalog.Keys(t.Context(), ann.ID)
	must(t, err)
	if len(keys) != 1 || keys[0].ID != annKey.ID {
		t.Errorf("Ann's keys = %+v", keys)
	}
	must(t, w.catalog.RevokeKey(t.Context(), annKey.ID))
	until(t, "Ann's key is revoked", func() bool { _, err := d.Authenticate(t.Context(), annToken); return fault.Is(err, fault.Unauthorized) })
	_, err = d.Authenticate(t.Context(), bobToken)
	must(t, err)
	for _, junk := range []string{"", "polder_", "Bearer x", annToken + "a", strings.ToUpper(annToken)} {
		_, err := d.Authenticate(t.Context(), junk)
		wantKind(t, err, fault.Unauthorized)
	}
}

func TestNoSecretIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, token := w.key(w.account("acme").ID, "*")
	secret := token[strings.LastIndex(token, "_")+1:]
	for _, table := range []string{"api_keys", "audit_log"} {
		if text := scan[string](t, w, "SELECT string_agg(x::text, ' ') FROM catalog."+table+" x"); strings.Contains(text, secret) {
			t.Errorf("the secret is in catalog.%s", table)
		}
	}
}

// A key and an account made a moment ago work at the first request, without a hint or a poll.
func TestANewKeyWorksAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.directory(tenant.DirectoryConfig{Keys: true, Poll: never})
	for _, name := range []string{"a", "b", "c", "d"} {
		a := w.account(name)
		_, token := w.key(a.ID, "*")
		p, err := d.Authenticate(t.Context(), token)
		must(t, err)
		if p.Account != a {
			t.Errorf("principal = %+v", p)
		}
	}
}

// Whoever tries keys that do not exist costs the catalog a bounded number of look-ups.
func TestJunkKeysDoNotHammerTheCatalog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pool, sent := counted(t, w.db, pg.API)
	d := w.directory(tenant.DirectoryConfig{Pool: pool, Keys: true, Poll: never})
	before, begun := sent.Load(), time.Now()
	var attackers sync.WaitGroup
	for n := range 500 {
		attackers.Go(func() {
			for i := range 4 {
				keyID := []byte("aaaaaaaaaaaaaaaa")
				keyID[0], keyID[1], keyID[2] = byte('a'+n%26), byte('a'+n/26), byte('a'+i)
				if _, err := d.Authenticate(t.Context(), "polder_"+string(keyID)+"_"+string(make52('b'))); !fault.Is(err, fault.Unauthorized) {
					t.Error(err)
				}
			}
		})
	}
	attackers.Wait()
	lookUps := sent.Load() - before
	if most := int64(time.Since(begun)/(20*time.Millisecond)) + 4; lookUps > most {
		t.Errorf("2000 junk keys cost %d look-ups, want at most %d", lookUps, most)
	}
}

func TestLastUsesAreWrittenTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.account("acme")
	var tokens []string
	for range 5 {
		_, token := w.key(a.ID, "*")
		tokens = append(tokens, token)
	}
	pool, sent := counted(t, w.db, pg.API)
	clock := &fakeClock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	d := tenant.NewDirectory(tenant.DirectoryConfig{Pool: pool, Keys: true, Poll: never, Clock: clock.read})
	must(t, d.Start(t.Context()))
	for _, token := range tokens[:4] {
		for range 100 {
			_, err := d.Authenticate(t.Context(), token)
			must(t, err)
		}
	}
	// A failed attempt is no use.
	last := tokens[4]
	_, err := d.Authenticate(t.Context(), last[:len(last)-8]+"aaaaaaaa")
	wantKind(t, err, fault.Unauthorized)
	before := sent.Load()
	d.Stop()
	if writes := sent.Load() - before; writes > 2 { // one may be the refresh that the first listening asks for
		t.Errorf("uses took %d statements", writes)
	}
	keys, err := w.catalog.Keys(t.Context(), a.ID)
	must(t, err)
	for _, key := range keys {
		want := clock.now
		if strings.Contains(last, key.ID) {
			want = time.Time{}
		}
		if !key.LastUsedAt.Equal(want) {
			t.Errorf("key %s was used %v, want %v", key.ID, key.LastUsedAt, want)
		}
	}
}

func TestUsesAreWrittenInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.account("acme")
	_, token := w.key(a.ID, "*")
	d := w.directory(tenant.DirectoryConfig{Keys: true, Poll: never, RecordUse: 20 * time.Millisecond})
	_, err := d.Authenticate(t.Context(), token)
	must(t, err)
	until(t, "the use is written down", func() bool {
		keys, err := w.catalog.Keys(t.Context(), a.ID)
		return err == nil && !keys[0].LastUsedAt.IsZero()
	})
}

func TestWithoutKeysNobodyIsLetIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, token := w.key(w.account("acme").ID, "*")
	d := w.directory(tenant.DirectoryConfig{Pool: w.db.Pool(t, pg.Projector)})
	if _, err := d.Authenticate(t.Context(), token); err == nil {
		t.Error("a directory without keys lets somebody in")
	}
}
