package northwind

import "testing"

func TestSourceIsReadWhole(t *testing.T) {
	want := map[string]int{"customers": 91, "suppliers": 29, "products": 77, "orders": 830, "order_details": 2155}
	got, err := tables(Source(), "customers", "suppliers", "products", "orders", "order_details")
	if err != nil {
		t.Fatal(err)
	}
	for name, count := range want {
		if len(got[name]) != count {
			t.Errorf("%d %s, want %d", len(got[name]), name, count)
		}
	}
	supplier := got["suppliers"][4]
	if supplier["company_name"] != "Cooperativa de Quesos 'Las Cabras'" {
		t.Errorf("doubled quotes: %q", supplier["company_name"])
	}
	if _, present := supplier["fax"]; present {
		t.Error("a NULL must be absent")
	}
}

func TestBadLinesAreNamed(t *testing.T) {
	create := "CREATE TABLE t (\n    a int,\n    b int\n);\n"
	for _, line := range []string{
		"INSERT INTO t VALUES (1);", "INSERT INTO t VALUES (1, 'x);", "INSERT INTO t VALUES (1; 2);", "INSERT INTO t VALUES (1, 2",
	} {
		if _, err := tables(create+line, "t"); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
}
