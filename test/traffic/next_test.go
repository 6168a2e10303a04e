package traffic_test

import (
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/diff"
	"github.com/polderhq/polder/test/traffic"
)

// The next release may follow the ERP, and leads back to it.
func TestNextFollowsTheERP(t *testing.T) {
	t.Parallel()
	files, err := traffic.ERP()
	if err != nil {
		t.Fatal(err)
	}
	before, err := compile.Compile(files)
	if err != nil {
		t.Fatal(err)
	}
	if err := traffic.Next(files); err != nil {
		t.Fatal(err)
	}
	after, err := compile.Compile(files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Load(after.Canonical); err != nil {
		t.Fatal(err)
	}
	if d := diff.Compare(before.IR, after.IR); d.Class != diff.Major || len(d.Refusals) > 0 || len(d.Tables) == 0 {
		t.Errorf("class %s, refusals %+v, %d tables", d.Class, d.Refusals, len(d.Tables))
	}
	if err := traffic.Next(files); err == nil {
		t.Error("it follows itself")
	}
}
