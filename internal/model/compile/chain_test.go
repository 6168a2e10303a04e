package compile_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
)

// shaped is a shop whose orders are read in every shape.
const shaped = `-- model.yaml --
name: shop
currency: EUR
-- Person.yaml --
entity: Person
attributes: {Name: text, Phone: {type: text, optional: true}}
-- Organisation.yaml --
entity: Organisation
attributes: {Name: text}
-- Product.yaml --
entity: Product
attributes: {Name: text}
-- Customer.yaml --
role: Customer
attributes: {PartyId: "ref(Organisation, Person)", Code: text}
-- Order.yaml --
agreement: Order
attributes:
  CustomerId: {type: ref(Customer), optional: true}
  CustomerName: {type: text, optional: true}
  Day: date
  PaidOn: {type: date, optional: true}
  Lines: {key: LineNo, of: {LineNo: int, ProductId: ref(Product), Quantity: "decimal(9,3)", Price: money}}
compute: {Total: "Lines.sum(l, l.Quantity * l.Price)", Large: "Total > money('100')"}
projections:
  Orders:
    columns: {CustomerName: {stored: CustomerName, join: Customer.Party.Name}, Day: ~, PaidOn: ~, Lines: ~, Total: ~, Large: ~}
  OrderLines:
    of: Orders
    each: Lines
    columns: {OrderId: ~, LineNo: ~, CustomerName: ~, Product: Product.Name, Worth: Quantity * Price}
  LargeOrders: {of: Orders, where: Large, columns: [Total, CustomerName]}
  Days:
    of: Orders
    group: [CustomerId, Day]
    columns: {Orders: count(), Paid: count(PaidOn), Total: sum(Total), Last: max(PaidOn), Code: Customer.Code}
queries: {}
`

// shapes compiles the shop with changes: old text, new text, and so on.
func shapes(t *testing.T, changes ...string) *model.IR {
	t.Helper()
	text := shaped
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the model has no %q", changes[i])
		}
		text = strings.Replace(text, changes[i], changes[i+1], 1)
	}
	return compiled(t, text)
}

// columnsOf shows the columns of a projection in a line.
func columnsOf(p model.Projection) string {
	var out []string
	for _, c := range p.Columns {
		text := c.Name + ":" + string(c.Type.Kind)
		if c.Fold != "" {
			text += "=" + c.Fold + "(" + c.Expr + ")"
		} else if c.Expr != "" {
			text += "=" + c.Expr
		}
		for _, hop := range c.Join {
			text += fmt.Sprintf(">%s.%s", hop.Ref, hop.Column)
		}
		if c.Copy != nil {
			text += fmt.Sprintf(" copies %s.%s.%s", c.Copy.Ref, strings.Join(c.Copy.Helpers, "|"), c.Copy.Column)
		}
		if c.Own != "" {
			text += " or " + c.Own
		}
		if c.Silent {
			text += " silently"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func indexesOf(p model.Projection) string {
	var out []string
	for _, x := range p.Indexes {
		out = append(out, strings.Join(x.Columns, "+")+" for "+strings.Join(x.Serves, ", "))
	}
	return strings.Join(out, "; ")
}

func TestRowsFollowFromRows(t *testing.T) {
	t.Parallel()
	ir := shapes(t)
	for name, want := range map[string]string{
		"OrderLines": "of Orders each Lines where  key Key: OrderId:ref=OrderId, LineNo:int=LineNo, " +
			"CustomerName:text=CustomerName>CustomerId.PartyId>PartyId.Name, Product:text>ProductId.Name, Worth:money=Quantity * Price, " +
			"CustomerId:ref=CustomerId, ProductId:ref=ProductId",
		"LargeOrders": "of Orders each  where Large key : Total:money=Total, " +
			"CustomerName:text=CustomerName>CustomerId.PartyId>PartyId.Name, CustomerId:ref=CustomerId",
		"Days": "of Orders each  where  key Key: CustomerId:ref=CustomerId, Day:date=Day, Orders:int=count(), Paid:int=count(PaidOn), " +
			"Total:money=sum(Total), Last:date=max(PaidOn), Code:text>CustomerId.Code",
	} {
		p := projectionOf(t, ir, name)
		if got := fmt.Sprintf("of %s each %s where %s key %s: %s", p.Of, p.Each, p.Where, p.Key, columnsOf(p)); got != want {
			t.Errorf("%s is\n%s, expected\n%s", name, got, want)
		}
		if p.From != "Order" || !slices.Equal(p.Events, projectionOf(t, ir, "Orders").Events) || p.Hidden != nil {
			t.Errorf("%s is from %s, follows %v and hides %v", name, p.From, p.Events, p.Hidden)
		}
	}
	if got, want := indexesOf(projectionOf(t, ir, "Orders")), "CustomerId+Day+PaidOn for Days"; got != want {
		t.Errorf("orders are indexed by %q, expected %q", got, want)
	}
}

func TestARowFollowsOverManyOthers(t *testing.T) {
	t.Parallel()
	ir := shapes(t, "  Days:", "  Sold: {of: OrderLines, group: ProductId, columns: {Lines: count(), Name: Product.Name}}\n  Days:")
	p := projectionOf(t, ir, "Sold")
	if p.From != "Order" || p.Of != "OrderLines" || !p.Grouped || len(p.Events) == 0 {
		t.Errorf("it is %+v", p)
	}
}

func TestDuplicatesAreKeptAndFollowed(t *testing.T) {
	t.Parallel()
	ir := shapes(t, "Large: ~}", "Large: ~}\n    shape: {Customer: duplicate}")
	for name, want := range map[string][2]string{
		"Orders": {"CustomerName:text>CustomerId.PartyId>PartyId.Name copies CustomerId.CustomerLookup.PartyName or OwnCustomerName, " +
			"Day:date=Day, PaidOn:date=PaidOn, Lines:list=Lines, Total:money=Total, Large:bool=Large, CustomerId:ref=CustomerId, " +
			"OwnCustomerName:text=CustomerName silently", "CustomerId for fan-out of CustomerName; CustomerId+Day+PaidOn for Days"},
		"CustomerLookup": {"Code:text=Code, PartyId:ref=PartyId, PartyName:text copies PartyId.OrganisationLookup|PersonLookup.Name silently",
			"PartyId for fan-out of PartyName"},
		"LargeOrders": {"Total:money=Total, CustomerName:text=OwnCustomerName>CustomerId.PartyId>PartyId.Name, CustomerId:ref=CustomerId", ""},
	} {
		p := projectionOf(t, ir, name)
		if got := [2]string{columnsOf(p), indexesOf(p)}; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is\n%s, expected\n%s", name, got, want)
		}
	}
}

func TestACopyHasAnIndexOfItsOwn(t *testing.T) {
	t.Parallel()
	ir := shapes(t, "Large: ~}", "Large: ~}\n    shape: {CustomerId: duplicate}",
		"queries: {}", "queries: {GetOrders: {from: Orders, filter: [CustomerName]}}")
	if got, want := indexesOf(projectionOf(t, ir, "Orders")),
		"CustomerId for fan-out of CustomerName; CustomerId+Day+PaidOn for Days; CustomerName for GetOrders"; got != want {
		t.Errorf("orders are indexed by %q, expected %q", got, want)
	}
	if got := indexesOf(projectionOf(t, ir, "PersonLookup")); got != "" {
		t.Errorf("people are indexed by %q, and nothing looks there", got)
	}
}

func TestWhatIsAskedByIsCopied(t *testing.T) {
	t.Parallel()
	const orders = "CustomerName:text>CustomerId.PartyId>PartyId.Name copies CustomerId.CustomerLookup.PartyName or OwnCustomerName"
	for _, test := range []struct {
		what, old, new, projection, want string
	}{
		{"a filter", "queries: {}", "queries: {GetOrders: {from: Orders, filter: [CustomerName]}}", "Orders", orders},
		{"a sort", "queries: {}", "queries: {GetOrders: {from: Orders, sort: [-CustomerName]}}", "Orders", orders},
		{"what is only shown", "queries: {}", "queries: {GetOrders: {from: Orders, sort: [Day]}}", "Orders",
			"CustomerName:text=CustomerName>CustomerId.PartyId>PartyId.Name"},
		{"what feeds another", "queries: {}", "queries: {GetOrders: {from: Orders, filter: [CustomerName]}}", "LargeOrders",
			"CustomerName:text=OwnCustomerName>CustomerId.PartyId>PartyId.Name"},
		{"what is fed", "queries: {}", "queries: {GetLargeOrders: {from: LargeOrders, filter: [CustomerName]}}", "LargeOrders", orders},
		{"a group", "queries: {}", "queries: {GetDays: {from: Days, sort: [Code]}}", "Days", "Code:text>CustomerId.Code"},
	} {
		if got := columnsOf(projectionOf(t, shapes(t, test.old, test.new), test.projection)); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s shows\n%s, expected\n%s", test.what, test.projection, got, test.want)
		}
	}
}

func TestHelpersCopyOfTheirOwnKind(t *testing.T) {
	t.Parallel()
	ir := compiled(t, `-- Employee.yaml --
entity: Employee
attributes: {Name: text, ManagerId: {type: ref(Employee), optional: true}, ManagerName: {type: text, optional: true}}
projections:
  Employees: {columns: {Top: Manager.Manager.Manager.Name}, shape: {Manager: duplicate}}
queries: {}
`)
	want := "ManagerId:ref=ManagerId, ManagerManagerNameCopy:text copies ManagerId.EmployeeLookup.ManagerNameCopy silently, " +
		"ManagerNameCopy:text copies ManagerId.EmployeeLookup.Name silently, Name:text=Name"
	if got := columnsOf(projectionOf(t, ir, "EmployeeLookup")); got != want {
		t.Errorf("the helper is\n%s, expected\n%s", got, want)
	}
}

func TestAFingerprintStandsForWhatARowFollowsFrom(t *testing.T) {
	t.Parallel()
	const keep = "Large: ~}\n    shape: {Customer: duplicate}"
	base := shapes(t, "Large: ~}", keep)
	for _, test := range []struct {
		what, projection, old, new string
		same                       bool
	}{
		{"a name", "LargeOrders", "  LargeOrders:", "  BigOrders:", true},
		{"another order of columns", "LargeOrders", "[Total, CustomerName]", "[CustomerName, Total]", true},
		{"another condition", "LargeOrders", "where: Large, ", "", false},
		{"another column", "LargeOrders", "[Total, CustomerName]", "[Total, CustomerName, Day]", false},
		{"another column of the feeder", "LargeOrders", "Day: ~, PaidOn", "Date: Day, Day: ~, PaidOn", false},
		{"a compute of the feeder", "LargeOrders", "money('100')", "money('200')", false},
		{"another fold", "Days", "max(PaidOn)", "min(PaidOn)", false},
		{"a fold of something else", "Days", "max(PaidOn)", "max(Day)", false},
		{"another joined column", "Days", "Customer.Code", "Customer.Party.Name", true},
		{"another group", "Days", "[CustomerId, Day]", "[CustomerId, PaidOn]", false},
		{"a copy or none", "Orders", keep, "Large: ~}", false},
		{"a copy of something else", "Orders", "Customer.Party.Name", "Customer.Code", false},
		{"something else that the helper keeps", "Orders", "Customer.Code", "Customer.Party.Name", true},
		{"what is copied", "Orders", "Person\nattributes: {Name: text", "Person\ncompute: {Name: \"Called + '!'\"}\nattributes: {Called: text", false},
		{"sync", "Other", "  Days:", "  Other: {sync: true, columns: [Total]}\n  Days:", false},
	} {
		text := strings.Replace(shaped, "Large: ~}", keep, 1)
		if test.projection == "Other" {
			text = strings.Replace(text, "  Days:", "  Other: {columns: [Total]}\n  Days:", 1)
			base = compiled(t, text)
			test.old, test.new = "Other: {", "Other: {sync: true, "
		}
		name := test.projection
		if strings.Contains(test.new, "BigOrders") {
			name = "BigOrders"
		}
		got := projectionOf(t, compiled(t, strings.Replace(text, test.old, test.new, 1)), name).Fingerprint
		if (got == projectionOf(t, base, test.projection).Fingerprint) != test.same {
			t.Errorf("%s: the fingerprint of %s stays the same: %v, expected %v", test.what, name, !test.same, test.same)
		}
	}
}

func TestProjectionsOfTheSameContentShareATable(t *testing.T) {
	t.Parallel()
	ir := shapes(t, "  Days:", "  Again: {of: Orders, where: Large, columns: [CustomerName, Total]}\n  Days:")
	if a, b := projectionOf(t, ir, "Again"), projectionOf(t, ir, "LargeOrders"); a.Fingerprint != b.Fingerprint {
		t.Errorf("the fingerprints are %s and %s", a.Fingerprint, b.Fingerprint)
	}
}

// A mistake in what feeds a projection is one problem, whoever follows from it.
func TestWhoIsFedByAMistakeIsExcused(t *testing.T) {
	t.Parallel()
	text := strings.Replace(shaped, "Day: ~, PaidOn: ~", "Day: Dya, PaidOn: ~", 1)
	_, err := compile.Compile(archive(text))
	if err == nil || strings.Count(err.Error(), "[") != 1 {
		t.Errorf("the problems are %v", err)
	}
}
