package migrations_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/migrations"
)

var update = flag.Bool("update", false, "write the descriptions that are kept beside the migrations")

func TestTheDescriptionIsThatOfTheMigrations(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, schema := range both {
		objects, err := migrations.Describe(t.Context(), db.OwnerURL, schema)
		must(t, err)
		path, is := string(schema)+"/description.txt", migrations.Description(objects)
		if *update {
			must(t, os.WriteFile(path, []byte(is), 0o644))
			continue
		}
		kept, err := os.ReadFile(path)
		must(t, err)
		if string(kept) != is {
			t.Errorf("%s is not what the migrations make: run `go generate ./migrations`", path)
		}
		wantSame(t, db.URL, schema) // as a login without rights
	}
}

func wantSame(t *testing.T, url string, schema migrations.Schema) {
	t.Helper()
	differences, err := migrations.Verify(t.Context(), url, schema)
	must(t, err)
	for _, d := range differences {
		t.Errorf("%s is %s:\nwanted %s\nfound  %s", d.Object, d.What, d.Wanted, d.Found)
	}
}

// Each is found and, unless a person has to decide, undone by its mend.
func TestDifferencesAreFoundAndMended(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"ALTER TABLE store.builds DROP COLUMN error":                                                    "missing column store.builds.error",
		"ALTER TABLE store.builds ALTER COLUMN error SET NOT NULL":                                      "different column store.builds.error",
		"ALTER TABLE store.builds ALTER COLUMN rows_written TYPE int":                                   "different column store.builds.rows_written",
		"ALTER TABLE store.builds ADD COLUMN mine text":                                                 "unexpected column store.builds.mine",
		"CREATE TABLE store.mine ()":                                                                    "unexpected table store.mine",
		"ALTER TABLE store.events DROP CONSTRAINT events_sequence_number_positive":                      "missing constraint events_sequence_number_positive on store.events",
		"ALTER TABLE store.builds DROP CONSTRAINT builds_pkey":                                          "missing constraint builds_pkey on store.builds",
		"DROP INDEX store.audits_checked_at":                                                            "missing index store.audits_checked_at",
		"CREATE INDEX mine ON store.builds (phase)":                                                     "unexpected index store.mine",
		"UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'store.audits_checked_at'::regclass": "different index store.audits_checked_at",
		"ALTER TABLE store.snapshots NO FORCE ROW LEVEL SECURITY":                                       "missing forced row-level security of store.snapshots",
		"ALTER TABLE store.events_07 DISABLE ROW LEVEL SECURITY":                                        "missing row-level security of store.events_07",
		"DROP POLICY watched ON store.events":                                                           "missing policy watched on store.events",
		"ALTER POLICY watched ON store.events TO PUBLIC":                                                "different policy watched on store.events",
		"CREATE POLICY mine ON store.events USING (true)":                                               "unexpected policy mine on store.events",
		"REVOKE INSERT ON store.events FROM polder_appender":                                            "missing grant of INSERT on store.events to polder_appender",
		"GRANT DELETE ON store.events TO polder_api":                                                    "unexpected grant of DELETE on store.events to polder_api",
		"GRANT UPDATE (payload) ON store.events_03 TO polder_api":                                       "unexpected grant of UPDATE on store.events_03.payload to polder_api",
		"REVOKE USAGE ON SCHEMA read_models FROM polder_appender":                                       "missing grant of USAGE on schema read_models to polder_appender",
		"GRANT SELECT ON store.snapshots TO PUBLIC":                                                     "unexpected grant of SELECT on store.snapshots to PUBLIC",
		"ALTER TABLE store.builds RESET (fillfactor)":                                                   "missing storage of store.builds",
		"ALTER TABLE store.builds OWNER TO polder_admin":                                                "different owner of store.builds",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			execute(t, db.OwnerURL, sql)
			differences, err := migrations.Verify(t.Context(), db.URL, migrations.Store)
			must(t, err)
			if len(differences) == 0 || !names(differences, want) {
				t.Fatalf("differences = %+v, want %s", differences, want)
			}
			for _, d := range differences {
				if d.Mend == "" {
					t.Errorf("%s has no mend", d.Object)
				}
				if strings.HasPrefix(d.Mend, "it holds data") {
					return
				}
				execute(t, db.OwnerURL, strings.TrimPrefix(d.Mend, "look what is in it, then "))
			}
			wantSame(t, db.URL, migrations.Store)
		})
	}
}

func names(differences []migrations.Difference, want string) bool {
	for _, d := range differences {
		if d.What+" "+d.Object == want {
			return true
		}
	}
	return false
}
