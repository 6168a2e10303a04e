package upgrade

import _ "embed" // the statements below

var (
	//go:embed sql/lock.sql
	lockSQL string
	//go:embed sql/lock_live.sql
	lockLiveSQL string
	//go:embed sql/admit.sql
	admitSQL string
	//go:embed sql/enter.sql
	enterSQL string
	//go:embed sql/count_missing.sql
	countMissingSQL string
	//go:embed sql/missing.sql
	missingSQL string
	//go:embed sql/switch_head.sql
	switchHeadSQL string
	//go:embed sql/switch_live.sql
	switchLiveSQL string
	//go:embed sql/leave_behind.sql
	leaveBehindSQL string
)
