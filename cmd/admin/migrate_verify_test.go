package main

import "testing"

func TestMigrateVerifyListsWhatIsNotAsTheMigrationsMakeIt(t *testing.T) {
	w := newCompany(t) // with tables of read models, which are none of its business
	w.expect(w.ok("migrate", "verify"), "2 schemas as the migrations make them.")
	w.sql("GRANT DELETE ON store.events TO polder_api")
	w.sql("DROP INDEX catalog.audit_log_at")
	w.sql("ALTER TABLE store.builds ALTER COLUMN error SET NOT NULL")
	r := w.fails(9, []string{"3 differences", "next:  mend them"}, "migrate", "verify")
	w.expect(r.out,
		"missing  catalog  index catalog.audit_log_at",
		"mend: CREATE INDEX audit_log_at ON catalog.audit_log USING btree (at)",
		"different  main  column store.builds.error",
		"wanted: ALTER TABLE store.builds ADD COLUMN error text",
		"found: ALTER TABLE store.builds ADD COLUMN error text NOT NULL",
		"mend: it holds data: bring it by hand to what ALTER TABLE store.builds ADD COLUMN error text makes",
		"unexpected  main  grant of DELETE on store.events to polder_api",
		"mend: REVOKE DELETE ON store.events FROM polder_api")
	r = w.fails(9, nil, "migrate", "verify", "--output", "json")
	if found := decodeText[[]different](w, r.out); len(found) != 3 || found[0].Database != "catalog" || found[2].What != "unexpected" {
		t.Errorf("differences = %+v", found)
	}
	w.sql("UPDATE polder_migrations.store SET version = version - 1")
	w.fails(7, []string{"is at version 10, behind", "where: main", "admin migrate up"}, "migrate", "verify")
}
