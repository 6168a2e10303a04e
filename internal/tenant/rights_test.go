package tenant_test

import (
	"testing"

	"github.com/jackc/pgerrcode"

	"github.com/polderhq/polder/internal/pg"
)

// What each role may not do in the catalog, the database refuses.
func TestTheCatalogRefusesWhatARoleMayNotDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.key(w.account("acme").ID, "*")

	const (
		readAccounts = "SELECT * FROM catalog.accounts"
		readKeys     = "SELECT key_id FROM catalog.api_keys"
		readAudit    = "SELECT * FROM catalog.audit_log"
		suspend      = "UPDATE catalog.accounts SET state = 'suspended'"
		moveStore    = "UPDATE catalog.stores SET location = 'postgres://evil/db'"
		count        = "UPDATE catalog.change_counter SET last = last + 1"
		unrevoke     = "UPDATE catalog.api_keys SET revoked_at = NULL"
		promote      = "UPDATE catalog.api_keys SET roles = '{*}'"
		forge        = "UPDATE catalog.api_keys SET secret_hash = '\\x00'"
		use          = "UPDATE catalog.api_keys SET last_used_at = now()"
		addKey       = "INSERT INTO catalog.api_keys SELECT 'x', account_id, name, secret_hash, roles, created_at, revoked_at, last_used_at, change FROM catalog.api_keys"
		addAudit     = "INSERT INTO catalog.audit_log (actor, action, parameters, result) VALUES ('me', 'x', '{}', 'done')"
		changeIR     = "UPDATE catalog.releases SET ir = '{}'"
		withdraw     = "UPDATE catalog.releases SET withdrawn_at = now()"
		changeAudit  = "UPDATE catalog.audit_log SET actor = 'somebody else'"
		dropAccounts = "DELETE FROM catalog.accounts"
		dropKeys     = "DELETE FROM catalog.api_keys"
		dropAudit    = "DELETE FROM catalog.audit_log"
		dropRelease  = "DELETE FROM catalog.releases"
		createTable  = "CREATE TABLE catalog.mine (x int)"
	)
	everything := []string{readAccounts, readKeys, readAudit, suspend, moveStore, count, unrevoke, promote, forge, use, addKey,
		addAudit, changeIR, withdraw, changeAudit, dropAccounts, dropKeys, dropAudit, dropRelease, createTable}
	allowed := map[pg.Role][]string{
		pg.API:       {readAccounts, readKeys, use},
		pg.Projector: {readAccounts},
		pg.Admin:     {readAccounts, readKeys, readAudit, suspend, moveStore, count, unrevoke, addKey, dropKeys, addAudit, withdraw}, // keys go with an account that is erased
		pg.Appender:  {},
		pg.Builder:   {},
		pg.Watcher:   {},
	}
	for role, may := range allowed {
		pool := w.db.Pool(t, role)
		for _, sql := range everything {
			tx, err := pool.Begin(t.Context())
			must(t, err)
			_, err = tx.Exec(t.Context(), sql)
			must(t, tx.Rollback(t.Context()))
			want := pgerrcode.InsufficientPrivilege
			for _, s := range may {
				if s == sql {
					want = ""
				}
			}
			if got := pg.Code(err); got != want {
				t.Errorf("%s: %s: SQLSTATE %q (%v), want %q", role, sql, got, err, want)
			}
		}
	}
}
