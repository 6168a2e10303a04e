package main

import (
	"testing"

	"github.com/google/uuid"
)

func TestVerifyAnAccount(t *testing.T) {
	w := newCompany(t)
	id := w.id("northwind")
	for _, reference := range []string{"a", "b", "c"} {
		w.place(id, uuid.New(), reference)
	}
	report := decode[verifiedAccount](w, "account", "verify", "northwind")
	if report.Events != 3 || report.Sealed != 0 || report.Altered != nil || report.AccountID != id {
		t.Errorf("%+v", report)
	}
	w.ok("account", "verify", "northwind", "--known", "3:"+report.Digest)
	w.sql("UPDATE store.events SET payload = '{}' WHERE account_id = $1 AND sequence_number = 2", id)
	w.ok("account", "verify", "northwind") // it is not sealed yet, and no digest is known
	w.fails(9, []string{"altered from event 3 on"}, "account", "verify", "northwind", "--known", "3:"+report.Digest)
	w.fails(2, []string{"NUMBER:DIGEST"}, "account", "verify", "northwind", "--known", "x")
	w.fails(2, []string{"64 hexadecimal digits"}, "account", "verify", "northwind", "--known", "3:abc")
	w.fails(2, []string{"the known digest is that of 4"}, "account", "verify", "northwind", "--known", "4:"+report.Digest)
	w.fails(5, []string{"no account"}, "account", "verify", "southwind")
}
