package northwind

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Namespace is the namespace of all ids that follow from Northwind's rows.
var Namespace = uuid.MustParse("6f5ed2a4-6f6c-5c1c-9a5e-4e6f72746877")

// currency is the one that Northwind's prices are in.
const currency = "USD"

// Command is a command of the ERP model.
type Command struct {
	ID   uuid.UUID // follows from the row: sending it again changes nothing
	Name string
	Body map[string]any
}

// Commands returns the commands that bring about Northwind's data, in an order in which
// they can be given: who it deals with, what it sells, and its orders, of which those that
// were shipped are confirmed and closed.
func Commands() ([]Command, error) {
	rows, err := tables(source, "customers", "suppliers", "categories", "products", "orders", "order_details")
	if err != nil {
		return nil, err
	}
	b := &builder{rows: rows}
	for _, customer := range rows["customers"] {
		b.customer(customer)
	}
	for _, supplier := range rows["suppliers"] {
		b.supplier(supplier)
	}
	b.products()
	b.orders()
	for _, product := range rows["products"] {
		if product["discontinued"] == "1" {
			b.add("DiscontinueProductCommand", product["product_id"], body{"ProductId": idOf("product", product["product_id"])})
		}
	}
	return b.commands, b.err
}

// idOf is the id of the stream that holds a row of the source.
func idOf(what, key string) uuid.UUID { return uuid.NewSHA1(Namespace, []byte(what+" "+key)) }

// body is the body of a command or a part of it.
type body map[string]any

// put adds the value of the column unless it is NULL.
func (b body) put(name string, r row, column string) body {
	if value, ok := r[column]; ok {
		b[name] = value
	}
	return b
}

// builder collects commands, and the first error of a number that does not parse.
type builder struct {
	rows     map[string][]row
	commands []Command
	err      error
}

// add appends a command about the row with the key; name and key make its id.
func (b *builder) add(name, key string, with body) {
	b.commands = append(b.commands, Command{ID: idOf(name, key), Name: name, Body: with})
}

func (b *builder) customer(r row) {
	key := r["customer_id"]
	b.party(r, "customer "+key)
	b.add("AssignCustomerCommand", key, body{
		"CustomerId": idOf("customer", key), "PartyId": idOf("organisation", "customer "+key), "Code": key,
	})
}

func (b *builder) supplier(r row) {
	key := r["supplier_id"]
	b.party(r, "supplier "+key)
	b.add("AssignSupplierCommand", key, body{
		"SupplierId": idOf("supplier", key), "PartyId": idOf("organisation", "supplier "+key), "Code": key,
	})
}

// party registers a company and the person one speaks to there.
func (b *builder) party(r row, key string) {
	person := idOf("person", key)
	b.add("RegisterPersonCommand", key, body{"PersonId": person}.put("Name", r, "contact_name").put("JobTitle", r, "contact_title"))
	company := body{
		"OrganisationId": idOf("organisation", key),
		"Address":        address(r, ""),
		"Contacts":       []body{body{"PersonId": person}.put("Position", r, "contact_title")},
	}
	if page, ok := r["homepage"]; ok {
		company["Website"] = website(page)
	}
	b.add("RegisterOrganisationCommand", key, company.put("Name", r, "company_name").put("Phone", r, "phone").put("Fax", r, "fax"))
}

// address reads the columns of an address, whose names begin with the prefix.
func address(r row, prefix string) body {
	return body{}.put("Street", r, prefix+"address").put("PostalCode", r, prefix+"postal_code").put("City", r, prefix+"city").
		put("Region", r, prefix+"region").put("Country", r, prefix+"country")
}

// website reads a hyperlink as the source's first home wrote it: "words#address#".
func website(link string) string {
	if parts := strings.Split(link, "#"); len(parts) > 1 && parts[1] != "" {
		return parts[1]
	}
	return link
}

func (b *builder) products() {
	categories := map[string]string{}
	for _, r := range b.rows["categories"] {
		categories[r["category_id"]] = r["category_name"]
	}
	for _, r := range b.rows["products"] {
		key := r["product_id"]
		b.add("RegisterProductCommand", key, body{
			"ProductId": idOf("product", key), "Code": key, "Category": categories[r["category_id"]],
			"UnitPrice": b.money(r["unit_price"]), "SupplierId": idOf("supplier", r["supplier_id"]),
		}.put("Name", r, "product_name").put("QuantityPerUnit", r, "quantity_per_unit"))
	}
}

func (b *builder) orders() {
	lines := map[string][]body{}
	for _, r := range b.rows["order_details"] {
		key := r["order_id"]
		lines[key] = append(lines[key], body{
			"ProductId": idOf("product", r["product_id"]), "Quantity": r["quantity"],
			"UnitPrice": b.money(r["unit_price"]), "Discount": b.rounded(r["discount"]),
		})
	}
	for _, r := range b.rows["orders"] {
		key := r["order_id"]
		order := idOf("order", key)
		b.add("PlaceOrderCommand", key, body{
			"OrderId": order, "CustomerId": idOf("customer", r["customer_id"]), "Reference": key,
			"ShipTo": address(r, "ship_"), "Freight": b.money(r["freight"]), "OrderLines": lines[key],
		}.put("OrderDate", r, "order_date").put("RequiredDate", r, "required_date"))
		if _, shipped := r["shipped_date"]; shipped {
			b.add("ConfirmOrderCommand", key, body{"OrderId": order})
			b.add("CloseOrderCommand", key, body{"OrderId": order})
		}
	}
}

func (b *builder) money(number string) string { return b.rounded(number) + " " + currency }

// rounded turns a printed single-precision number into the two decimals that were meant.
func (b *builder) rounded(number string) string {
	exact, err := decimal.NewFromString(number)
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("northwind.sql: %q is no number: %w", number, err)
	}
	return exact.Round(2).StringFixed(2)
}
