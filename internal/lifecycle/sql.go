package lifecycle

import _ "embed" // the statements of this package, one per file

var (
	//go:embed sql/originals.sql
	originalsSQL string
	//go:embed sql/last_copied.sql
	lastCopiedSQL string
	//go:embed sql/forget_guards.sql
	forgetGuardsSQL string
	//go:embed sql/facts.sql
	factsSQL string
	//go:embed sql/skipped.sql
	skippedSQL string
	//go:embed sql/make_room.sql
	makeRoomSQL string
	//go:embed sql/reached.sql
	reachedSQL string
	//go:embed sql/live.sql
	liveSQL string
	//go:embed sql/not_live.sql
	notLiveSQL string
	//go:embed sql/skip.sql
	skipSQL string
	//go:embed sql/last_time.sql
	lastTimeSQL string
	//go:embed sql/open.sql
	openSQL string
)
