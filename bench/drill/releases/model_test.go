package releases

import (
	"testing"

	modelbench "github.com/polderhq/polder/bench/model"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/diff"
)

func TestTheReleasesFollowEachOther(t *testing.T) {
	t.Parallel()
	var all []*model.IR
	for _, next := range []bool{false, true} {
		files, err := releaseFiles(next)
		if err != nil {
			t.Fatal(err)
		}
		result, err := compile.Compile(files)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, result.IR)
	}
	if d := diff.Compare(all[0], all[1]); len(d.Refusals) > 0 || len(d.Tables) == 0 || len(d.Tables)*2 > len(all[1].Projections) {
		t.Errorf("%d refusals, %d of %d tables", len(d.Refusals), len(d.Tables), len(all[1].Projections))
	}
	if streams, _ := modelbench.Beginnings(all[0]); len(streams) < 50 {
		t.Errorf("only %d types of events for a history", len(streams))
	}
}
