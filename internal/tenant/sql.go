package tenant

import _ "embed" // the statements of this package, one per file

var (
	//go:embed sql/store_put.sql
	storePutSQL string
	//go:embed sql/account_create.sql
	accountCreateSQL string
	//go:embed sql/account_by_name.sql
	accountByNameSQL string
	//go:embed sql/account_limits.sql
	accountLimitsSQL string
	//go:embed sql/account_route.sql
	accountRouteSQL string
	//go:embed sql/accounts_since.sql
	accountsSinceSQL string
	//go:embed sql/release_publish.sql
	releasePublishSQL string
	//go:embed sql/releases.sql
	releasesSQL string
	//go:embed sql/key_create.sql
	keyCreateSQL string
	//go:embed sql/keys_of_account.sql
	keysOfAccountSQL string
	//go:embed sql/keys_since.sql
	keysSinceSQL string
	//go:embed sql/key_revoke.sql
	keyRevokeSQL string
	//go:embed sql/keys_used.sql
	keysUsedSQL string
	//go:embed sql/audit_write.sql
	auditWriteSQL string
	//go:embed sql/audit_latest.sql
	auditLatestSQL string
)
