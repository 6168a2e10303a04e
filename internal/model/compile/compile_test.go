package compile_test

import (
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/internal/model/compile"
)

func TestOneFileIsACompleteModel(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"crm/Person.yaml": {Data: []byte("entity: Person\nattributes: {Name: text}\n")}}
	result, err := compile.Compile(files)
	if err != nil {
		t.Fatal(err)
	}
	ir := result.IR
	if len(ir.Streams) != 1 || len(ir.Streams[0].Commands) != 2 || len(ir.Projections) != 1 || len(ir.Queries) != 1 {
		t.Fatalf("a file alone gives commands, a projection and a query; got %s", result.Canonical)
	}
	if got := ir.Streams[0].Commands[0]; got.Name != "RegisterPersonCommand" || !got.Creates {
		t.Errorf("the first command registers; got %+v", got)
	}
}
