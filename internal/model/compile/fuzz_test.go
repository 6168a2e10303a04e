package compile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/models"
)

// Any file gives a result that loads, or problems with a place; never a panic.
func FuzzCompile(f *testing.F) {
	seedERP(f)
	cases, err := filepath.Glob("testdata/problems/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range cases {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive(string(text)) {
			f.Add(file.Data)
		}
	}
	f.Add([]byte(oneFile))
	f.Fuzz(func(t *testing.T, text []byte) {
		result, err := compile.Compile(fstest.MapFS{"orders/Order.yaml": {Data: text}})
		if err == nil {
			if _, err := model.Load(result.Canonical); err != nil {
				t.Fatalf("compiles but does not load: %v", err)
			}
			return
		}
		var problems compile.Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("fails otherwise: %v", err)
		}
		for _, p := range problems {
			if p.File == "" || p.Line < 1 || p.Column < 1 || p.Message == "" || p.Code == "" {
				t.Fatalf("a problem without a place: %+v", p)
			}
		}
	})
}

// oneFile is a type that is read in every shape, of itself.
const oneFile = `agreement: Order
attributes:
  ParentId: {type: ref(Order), optional: true}
  Name: {type: text, optional: true}
  ParentName: {type: text, optional: true}
  Lines: {key: LineNo, of: {LineNo: int, OtherId: ref(Order), Price: money}}
compute: {Large: "size(Lines) > 2"}
projections:
  Orders: {columns: {Lines: ~, Large: ~, Top: Parent.Parent.Name, Name: {stored: Name, join: Parent.Name}}, shape: {Parent: duplicate}}
  OrderLookup2: {sync: true, columns: {Name: Parent.Name}}
  OrderLines: {of: Orders, each: Lines, where: Large, columns: {OrderId: ~, Name: ~, Other: Other.ParentName, Price: ~}, shape: {Other: join}}
  Tops: {of: Orders, group: [Top, ParentId], columns: {Orders: count(), First: min(Top), Name: Parent.Name}}
  Sums: {of: OrderLines, group: OrderId, columns: {Price: sum(Price), Priced: count(Price)}}
queries:
  GetOrders: {from: Orders, filter: [Name], sort: [Top]}
  GetOrderLines: {from: OrderLines, filter: [Key, Name, Other], sort: [Price]}
  GetTops: {from: Tops, filter: [Name]}
`

func seedERP(f *testing.F) {
	err := fs.WalkDir(models.ERP(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(models.ERP(), name)
		f.Add(text)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
}
