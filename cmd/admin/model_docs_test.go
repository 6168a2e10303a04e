package main

import (
	"os"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model"
)

func TestAModelIsDescribed(t *testing.T) {
	w := newCompany(t)
	published := w.ok("model", "docs", "2026.11.1")
	for _, text := range []string{"# The model erp\n", "\n### Order\n", "\n#### PlaceOrderCommand\n"} {
		if !strings.Contains(published, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
	if own := w.ok("model", "docs"); own != published {
		t.Error("the model of this binary is described otherwise than the release that was published of it")
	}
	if ir := decode[model.IR](w, "model", "docs", "../../models/erp"); ir.Name != "erp" || len(ir.Streams) == 0 {
		t.Errorf("as JSON: %+v", ir)
	}
	w.fails(5, []string{`no release "1999.1"`, "admin release list"}, "model", "docs", "1999.1")
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/model.yaml", []byte("nonsense: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.fails(9, []string{"problem"}, "model", "docs", dir)
}
