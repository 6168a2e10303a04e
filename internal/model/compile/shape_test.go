package compile_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/models"
)

func compiled(t *testing.T, text string) *model.IR {
	t.Helper()
	result, err := compile.Compile(archive(text))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Load(result.Canonical); err != nil {
		t.Fatalf("compiles but does not load: %v", err)
	}
	return result.IR
}

func projectionOf(t *testing.T, ir *model.IR, name string) model.Projection {
	t.Helper()
	i := slices.IndexFunc(ir.Projections, func(p model.Projection) bool { return p.Name == name })
	if i < 0 {
		t.Fatalf("there is no projection %s", name)
	}
	return ir.Projections[i]
}

func erp(t *testing.T) *model.IR {
	t.Helper()
	result, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	return result.IR
}

func TestJoinsGoThroughHelpers(t *testing.T) {
	t.Parallel()
	ir := shapes(t, "Large: ~}", "Large: ~}\n    shape: {Customer: join}",
		"queries: {}", "queries: {GetOrders: {from: Orders, filter: [CustomerName]}}")
	orders := projectionOf(t, ir, "Orders")
	i := slices.IndexFunc(orders.Columns, func(c model.Column) bool { return c.Name == "CustomerName" })
	want := []model.Hop{
		{Ref: "CustomerId", Helpers: []string{"CustomerLookup"}, Column: "PartyId"},
		{Ref: "PartyId", Helpers: []string{"OrganisationLookup", "PersonLookup"}, Column: "Name"},
	}
	if got := orders.Columns[i]; !reflect.DeepEqual(got.Join, want) || got.Expr != "CustomerName" || got.Copy != nil {
		t.Errorf("CustomerName is stored as %q, joined by %+v and copied by %+v", got.Expr, got.Join, got.Copy)
	}
	helper := projectionOf(t, ir, "CustomerLookup")
	if !helper.Helper || columnsOf(helper) != "Code:text=Code, PartyId:ref=PartyId" {
		t.Errorf("the helper of customers is %+v", helper)
	}
	for _, name := range []string{"OrganisationLookup", "PersonLookup"} {
		if helper := projectionOf(t, ir, name); len(helper.Indexes) != 1 || !slices.Contains(helper.Indexes[0].Serves, "GetOrders") {
			t.Errorf("%s has no index to find orders by name: %+v", name, helper.Indexes)
		}
	}
}

func TestIndexesNameTheQueriesTheyServe(t *testing.T) {
	t.Parallel()
	for _, p := range erp(t).Projections {
		for _, index := range p.Indexes {
			if len(index.Serves) == 0 {
				t.Errorf("the index %v of %s serves no query", index.Columns, p.Name)
			}
			if p.Key == "" && slices.Contains(index.Columns, "OrderId") {
				t.Errorf("the id of a row is the table's key; it needs no index")
			}
		}
	}
}

func TestAProjectionFollowsTheEventsThatChangeIt(t *testing.T) {
	t.Parallel()
	const text = `-- Order.yaml --
agreement: Order
attributes: {A: int, B: int, C: int}
compute: {Sum: "A + B"}
lifecycle: [placed, closed]
commands:
  PlaceOrderCommand: {to: placed, input: [A, B, C], raises: OrderPlacedEvent}
  ChangeACommand: {input: [A], raises: AChangedEvent}
  ChangeBCommand: {input: [B], raises: BChangedEvent}
  ChangeCCommand: {input: [C], raises: CChangedEvent}
  CloseOrderCommand: {in: [placed], to: closed, raises: OrderClosedEvent}
projections:
  Sums: {columns: [Sum]}
  States: {columns: [Status, A]}
  Things: {columns: [C]}
queries: {}
`
	ir := compiled(t, text)
	for name, want := range map[string]string{
		"Sums":   "AChangedEvent BChangedEvent OrderPlacedEvent; hidden A B",
		"States": "AChangedEvent OrderClosedEvent OrderPlacedEvent; hidden",
		"Things": "CChangedEvent OrderPlacedEvent; hidden",
	} {
		p := projectionOf(t, ir, name)
		got := strings.TrimSpace(strings.Join(p.Events, " ") + "; hidden " + strings.Join(p.Hidden, " "))
		if got != want {
			t.Errorf("%s follows %s, expected %s", name, got, want)
		}
	}
}

func TestDefaultsAreForWhatIsMade(t *testing.T) {
	t.Parallel()
	const text = `-- Order.yaml --
agreement: Order
attributes: {Priority: {type: text, default: "'normal'"}, Term: {type: int, default: "30"}}
commands:
  PlaceOrderCommand: {input: [Priority, Term], raises: OrderPlacedEvent}
  ChangeOrderCommand: {input: {Priority: {optional: true}, Term: {default: "60"}}, raises: OrderChangedEvent}
`
	commands := compiled(t, text).Streams[0].Commands
	got := fmt.Sprint(commands[0].Input[0].Default, commands[0].Input[1].Default, commands[1].Input[0].Default, commands[1].Input[1].Default)
	if got != "'normal'30"+"60" {
		t.Errorf("the defaults are %s", got)
	}
}

const fingerprinted = `-- model.yaml --
name: shop
currency: EUR
-- Party.yaml --
entity: Party
plural: Parties
attributes: {Name: text, Town: {type: text, optional: true}}
-- Order.yaml --
agreement: Order
attributes: {PartyId: ref(Party), Price: money, Weight: "decimal(9,3)", Code: text, Remark: {type: text, optional: true}}
compute: {Total: "Price * 2"}
lifecycle: [placed, closed]
commands:
  PlaceOrderCommand: {to: placed, input: [PartyId, Price, Weight, Code, Remark], raises: OrderPlacedEvent}
  CloseOrderCommand: {in: [placed], to: closed, raises: OrderClosedEvent}
projections:
  Orders: {columns: {Total: ~, Weight: ~, Code: ~, Name: Party.Name}}
queries:
  GetOrders: {filter: [Total]}
`

func TestAFingerprintStandsForTheContent(t *testing.T) {
	t.Parallel()
	base := projectionOf(t, compiled(t, fingerprinted), "Orders").Fingerprint
	if len(base) != 12 {
		t.Fatalf("the fingerprint is %q", base)
	}
	for _, test := range []struct {
		what, old, new string
		same           bool
	}{
		{"a comment", "agreement: Order", "# more\nagreement: Order", true},
		{"a label", "agreement: Order", "agreement: Order\nlabel: Sales order", true},
		{"another order of columns", "{Total: ~, Weight: ~, ", "{Weight: ~, Total: ~, ", true},
		{"an index", "filter: [Total]", "filter: [Total, Code]", true},
		{"another index on a number", "filter: [Total]", "filter: [Total], sort: [-Total]", true},
		{"a number's first index", "filter: [Total]", "filter: [Total, Weight]", false},
		{"a number's last index", "filter: [Total]", "filter: [Code]", false},
		{"another joined column", "Name: Party.Name", "Name: Party.Town", true},
		{"an attribute it does not read", "Remark: {type: text, optional: true}", "Remark: {type: text, max: 9, optional: true}", true},
		{"a state it does not read", "lifecycle: [placed, closed]", "lifecycle: [placed, closed, lost]\nevents: {OrderClosedEvent: {to: lost}}", true},
		{"a compute", "Price * 2", "Price * 3", false},
		{"the type of a column", "decimal(9,3)", "int", false},
		{"another column", "{Total: ~,", "{Status: ~, Total: ~,", false},
		{"an expression", "Weight: ~", "Weight: Weight * 2", false},
	} {
		text := strings.Replace(fingerprinted, test.old, test.new, 1)
		if strings.Contains(test.new, "lost]") {
			text = strings.Replace(text, "to: closed, raises: OrderClosedEvent}", "to: closed, raises: OrderClosedEvent}\n  LoseOrderCommand: {to: closed, raises: OrderLostEvent}", 1)
		}
		got := projectionOf(t, compiled(t, text), "Orders").Fingerprint
		if (got == base) != test.same {
			t.Errorf("%s: the fingerprint stays the same: %v, expected %v", test.what, got == base, test.same)
		}
	}
}

func TestTheDigestDoesNotDependOnThePlace(t *testing.T) {
	t.Parallel()
	first, err := compile.Compile(archive(fingerprinted))
	if err != nil {
		t.Fatal(err)
	}
	again, err := compile.Compile(archive(fingerprinted))
	if err != nil {
		t.Fatal(err)
	}
	if first.Digest != again.Digest {
		t.Error("two compiles of the same files differ")
	}
	for _, s := range first.IR.Streams {
		if !strings.HasPrefix(s.Origin, "models/shop/"+s.Name+".yaml:") {
			t.Errorf("the origin of %s is %q", s.Name, s.Origin)
		}
	}
}

func TestProblemsCanBeShownFromElsewhere(t *testing.T) {
	t.Parallel()
	_, err := compile.Compile(archive("-- Order.yaml --\nagreement: Ordr"))
	var problems compile.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("fails otherwise: %v", err)
	}
	if got := problems.In("models/erp/")[0].File; got != "models/erp/Order.yaml" {
		t.Errorf("the file is %q", got)
	}
}

// A model of the size of a very large ERP: 1,400 types, 11,200 events, 43,000 attributes.
func BenchmarkCompileVeryLarge(b *testing.B) {
	files := large(1400)
	for b.Loop() {
		if _, err := compile.Compile(files); err != nil {
			b.Fatal(err)
		}
	}
}

// Four times the types take about four times the time: what is quadratic would show.
func TestTimeGrowsWithTheModel(t *testing.T) {
	small, big := cpu(t, large(20)), cpu(t, large(80))
	t.Logf("figure: 20 types %v, 80 types %v", small.Round(time.Millisecond), big.Round(time.Millisecond))
	if big > 10*small+time.Second {
		t.Errorf("4 times the types take %v instead of %v", big, small)
	}
}

// cpu returns the shorter of two compiles, which other work disturbs least.
func cpu(t *testing.T, files fstest.MapFS) time.Duration {
	t.Helper()
	shortest := time.Hour
	for range 2 {
		began := time.Now()
		if _, err := compile.Compile(files); err != nil {
			t.Fatal(err)
		}
		shortest = min(shortest, time.Since(began))
	}
	return shortest
}

func large(types int) fstest.MapFS {
	files := fstest.MapFS{}
	for i := range types {
		files[fmt.Sprintf("m%d/T%d.yaml", i%20, i)] = &fstest.MapFile{Data: []byte(largeType(i, types))}
	}
	return files
}

func largeType(i, types int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "entity: T%d\nattributes:\n  OtherId: {type: ref(T%d), optional: true}\n  Lines: {key: LineNo, of: {LineNo: int, Price: money, Quantity: \"decimal(9,3)\"}}\n", i, (i+1)%types)
	for a := range 30 {
		fmt.Fprintf(&b, "  A%d: {type: %s, optional: true, help: \"What number %d is\"}\n", a, []string{"text", "money", "int", "date"}[a%4], a)
	}
	b.WriteString("compute: {Total: \"Lines.sum(l, l.Quantity * l.Price)\"}\ncommands:\n")
	fmt.Fprintf(&b, "  Register%dCommand: {creates: true, input: [OtherId, Lines, A0, A1, A2, A3], raises: Registered%dEvent, require: [{that: \"size(Lines) > 0\", else: \"Lines\"}]}\n", i, i)
	for c := range 7 {
		fmt.Fprintf(&b, "  Change%dOf%dCommand: {input: [A%d, A%d, A%d, A%d], raises: Changed%dOf%dEvent}\n", c, i, c*4, c*4+1, c*4+2, c*4+3, c, i)
	}
	fmt.Fprintf(&b, "projections:\n  P%d: {columns: {A0: ~, A1: ~, A2: ~, A5: ~, Total: ~, OtherName: Other.A0}}\n", i)
	fmt.Fprintf(&b, "queries:\n  GetP%d: {filter: [A0, OtherName], sort: [A0]}\n", i)
	return b.String()
}
