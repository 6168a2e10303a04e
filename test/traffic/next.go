package traffic

import (
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/polderhq/polder/models"
)

// nextVersion is the version of the changes that Next declares.
const nextVersion = "2.0"

// changes declares what Next does to stored events.
const changes = `- add attribute: {of: OrderPlacedEvent, attribute: Priority, value: "'normal'"}
- update attribute: {of: OrderPlacedEvent, attribute: Freight, from: money, value: amount(Freight), back: "money(Freight, 'EUR')"}
`

// ERP returns a copy of the ERP's files.
func ERP() (fstest.MapFS, error) {
	files := fstest.MapFS{}
	err := fs.WalkDir(models.ERP(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(models.ERP(), path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	})
	return files, err
}

// Next changes the files of the ERP, or of a model that holds its orders, to those of the next
// release: the freight of an order is a decimal and no money any more, and an order has a
// priority. Whoever places orders may do so as before.
func Next(files fstest.MapFS) error {
	const place = "orders/Order.yaml"
	text, _, _ := strings.Cut(string(files[place].Data), "\nexamples:\n") // they are about orders as they were
	for _, change := range [][2]string{
		{`Freight:      {type: money, optional: true, min: "0",`, `Freight:      {type: "decimal(12,2)", optional: true, min: "0",`},
		{"  OrderLines:\n    key:", "  Priority: {type: \"enum(low, normal, high)\", default: \"'normal'\"}\n  OrderLines:\n    key:"},
		{"Total + or(Freight, money('0'))", "Total + money(or(Freight, decimal('0')), 'EUR')"},
		{"ShipTo, Freight, OrderLines, X]", "ShipTo, Freight, Priority, OrderLines, X]"},
		{"      Payable: ~\n", "      Payable: ~\n      Priority: ~\n"},
	} {
		if strings.Count(text, change[0]) != 1 {
			return fmt.Errorf("%s has %q no more, or more than once", place, change[0])
		}
		text = strings.Replace(text, change[0], change[1], 1)
	}
	files[place] = &fstest.MapFile{Data: []byte(text)}
	declared := "changes/" + nextVersion + ".yaml"
	var before []byte
	if known := files[declared]; known != nil {
		before = known.Data
	}
	files[declared] = &fstest.MapFile{Data: append(before, changes...)}
	return nil
}
