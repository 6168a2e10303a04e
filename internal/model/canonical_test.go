package model_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/polderhq/polder/internal/model"
)

// throughTree writes the value by way of maps, which encoding/json writes with sorted keys.
func throughTree(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(out.Bytes())
}

func TestCanonicalSortsKeysAndKeepsEveryCharacter(t *testing.T) {
	t.Parallel()
	ir := manyShops(2)
	ir.Name = "a <b> & \"c\" \\ \t\n\r\b\f\x01\x7f \u2028 é 😀 \ufffd"
	ir.Changes = []model.ChangeSet{{Version: "2", Operations: []model.Operation{{
		Kind: "rename event", Declared: map[string]string{"to": "B", "of": "A", "a\tb\"\x01\x7f\u2028<é": "", "": "x"},
	}}}}
	got, err := model.Canonical(ir)
	if err != nil {
		t.Fatal(err)
	}
	if want := throughTree(t, ir); !bytes.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func BenchmarkCanonical(b *testing.B) {
	ir := manyShops(1400)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := model.Canonical(ir); err != nil {
			b.Fatal(err)
		}
	}
}
