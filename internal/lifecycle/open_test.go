package lifecycle_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/test/sales"
)

// open is the one work that is under way, as another process sees it.
func (w *world) open() lifecycle.Open {
	w.Helper()
	open, err := w.newRunner().Open(w.Context())
	w.must(err)
	if len(open) != 1 {
		w.Fatalf("%d works are open, want one: %+v", len(open), open)
	}
	return open[0]
}

// isOpen holds what is said of the one work, and returns it.
func (w *world) isOpen(title, goOn, back string) lifecycle.Open {
	w.Helper()
	o := w.open()
	if o.Title != title || o.GoOn != goOn || o.Back != back {
		w.Errorf("%s: %s, or %s; want %s: %s, or %s", o.Title, o.GoOn, o.Back, title, goOn, back)
	}
	return o
}

func TestACopyThatIsOpen(t *testing.T) {
	w := newWorld(t)
	source := w.account("northwind", sales.Happenings(31, 500)...)
	folder := filepath.Join(t.TempDir(), "export")
	_, err := w.runner.Export(t.Context(), lifecycle.Export{Account: source, Folder: folder})
	w.must(err)
	id := uuid.New()
	for name, c := range map[string]struct {
		begin             func(*lifecycle.Runner) error
		title, goOn, back string
		goesOn            lifecycle.Duplicate
	}{
		"clone": {func(r *lifecycle.Runner) error {
			_, err := r.Duplicate(t.Context(), lifecycle.Duplicate{Source: source, Name: "clone", StoreID: "two"})
			return err
		}, "copy clone of account northwind up to event 500, on store two", "admin account restore northwind clone --sequence 500 --store two", "admin account erase clone --yes",
			lifecycle.Duplicate{Source: source, Name: "clone", StoreID: "two", Until: 500}},
		"import": {func(r *lifecycle.Runner) error {
			_, err := r.Import(t.Context(), lifecycle.Import{Folder: folder, StoreID: "two", Name: "import", ID: id})
			return err
		}, "import of account import to store two", "admin account import FOLDER --store two --name import --id " + id.String(), "admin account erase import --yes", lifecycle.Duplicate{}},
	} {
		r := w.newRunner()
		told := false
		r.Progress = func(string, int64, int64) {
			if !told && !w.open().AtWork {
				t.Errorf("%s: nobody works on it", name)
			}
			told = true
		}
		w.exec("one", "REVOKE INSERT ON catalog.accounts FROM polder_admin")
		if err := c.begin(r); err == nil || !told {
			t.Fatalf("%s was not cut off: %v", name, err)
		}
		w.exec("one", "GRANT INSERT ON catalog.accounts TO polder_admin")
		if o := w.isOpen(c.title, c.goOn, c.back); o.AtWork || o.Fenced || o.Kept || o.Kind != "copy" {
			t.Errorf("%s: %+v", name, o)
		}
		if c.goesOn.Name != "" { // as its command says
			_, err := w.runner.Duplicate(t.Context(), c.goesOn)
			w.must(err)
			continue
		}
		w.must(c.begin(w.newRunner()))
	}
	if open, err := w.runner.Open(t.Context()); err != nil || len(open) > 0 {
		t.Errorf("%+v %v", open, err)
	}
}

func TestAMoveThatIsOpen(t *testing.T) {
	w := newWorld(t)
	account := w.account("northwind", sales.Happenings(32, 200)...)
	const title, goOn, back = "move of account northwind to store two", "admin account move northwind --to-store two", "admin account move northwind --cancel"
	r := w.newRunner()
	phases := map[string]lifecycle.Open{}
	r.Progress = func(phase string, _, _ int64) {
		if _, seen := phases[phase]; !seen {
			phases[phase] = w.open()
		}
	}
	_, err := r.Move(t.Context(), account, "two")
	w.must(err)
	for phase, fenced := range map[string]bool{"copying": false, "projections": false, "fenced": true, "handing over": true} {
		if o := phases[phase]; !o.AtWork || o.Fenced != fenced || o.Title != title || o.GoOn != goOn || o.Back != back {
			t.Errorf("%s: %+v", phase, o)
		}
	}
	if o := w.isOpen(title, "admin account move northwind --confirm --yes", ""); !o.Kept || o.Fenced || o.AtWork {
		t.Errorf("moved: %+v", o)
	}
	// Cut off before the old store was left.
	w.exec("one", "INSERT INTO store.live_cursors (account_id) VALUES ($1)", account.ID)
	if o := w.isOpen(title, goOn, ""); o.Kept || o.Fenced {
		t.Errorf("moved, and not left: %+v", o)
	}
	// A store that is away is taken to be as the catalog has it.
	w.exec("one", "UPDATE catalog.account_works SET state = 'fenced'")
	away := w.newRunner()
	away.Places = func(context.Context, string) (lifecycle.Place, error) {
		return lifecycle.Place{}, errors.New("away")
	}
	if open, err := away.Open(t.Context()); err != nil || len(open) != 1 || !open[0].Fenced {
		t.Errorf("%+v %v", open, err)
	}
}

func TestAnErasureThatIsOpen(t *testing.T) {
	w := newWorld(t)
	account := w.account("northwind", sales.Happenings(33, 20)...)
	r := w.newRunner()
	r.Progress = func(string, int64, int64) {
		o := w.isOpen("erasure of account northwind", "admin account erase "+account.ID.String()+" --yes", "")
		if !o.AtWork || !o.Fenced {
			t.Errorf("%+v", o)
		}
	}
	_, err := r.Erase(t.Context(), lifecycle.Erasure{Account: "northwind"})
	w.must(err)
	if open, err := r.Open(t.Context()); err != nil || len(open) > 0 {
		t.Errorf("an erasure that has ended is open: %+v %v", open, err)
	}
}
