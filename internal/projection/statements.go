package projection

import _ "embed" // the statements below

var (
	//go:embed sql/claim.sql
	claimSQL string
	//go:embed sql/not_live.sql
	notLiveSQL string
	//go:embed sql/advance.sql
	advanceSQL string
	//go:embed sql/park.sql
	parkSQL string
	//go:embed sql/bury.sql
	burySQL string
	//go:embed sql/parked_cursor.sql
	parkedCursorSQL string
	//go:embed sql/live_cursor.sql
	liveCursorSQL string
	//go:embed sql/hold_live.sql
	holdLiveSQL string
	//go:embed sql/advance_parked.sql
	advanceParkedSQL string
	//go:embed sql/join_live.sql
	joinLiveSQL string
	//go:embed sql/existing.sql
	existingSQL string
	//go:embed sql/list.sql
	listSQL string
	//go:embed sql/dead_letters.sql
	deadLettersSQL string
	//go:embed sql/buried.sql
	buriedSQL string
	//go:embed sql/skip.sql
	skipSQL string
	//go:embed sql/skipped.sql
	skippedSQL string
	//go:embed sql/skipped_events.sql
	skippedEventsSQL string
	//go:embed sql/lag.sql
	lagSQL string
	//go:embed sql/parked.sql
	parkedSQL string
)
