package es

import _ "embed"

// The statements. Each file holds one, and says its account.
var (
	//go:embed sql/read_head.sql
	readHeadSQL string
	//go:embed sql/all_heads.sql
	allHeadsSQL string
	//go:embed sql/read_stream.sql
	readStreamSQL string
	//go:embed sql/read_stream_backward.sql
	readStreamBackwardSQL string
	//go:embed sql/read_account.sql
	readAccountSQL string
	//go:embed sql/read_account_backward.sql
	readAccountBackwardSQL string
	//go:embed sql/read_streams.sql
	readStreamsSQL string
	//go:embed sql/read_some_streams.sql
	readSomeStreamsSQL string
	//go:embed sql/find_as_of.sql
	findAsOfSQL string
	//go:embed sql/load_stream.sql
	loadStreamSQL string
	//go:embed sql/save_snapshot.sql
	saveSnapshotSQL string
	//go:embed sql/create_head.sql
	createHeadSQL string
	//go:embed sql/create_live_cursor.sql
	createLiveCursorSQL string
	//go:embed sql/set_state.sql
	setStateSQL string
	//go:embed sql/append.sql
	appendSQL string
	//go:embed sql/append_single.sql
	appendSingleSQL string
	//go:embed sql/append_guarded.sql
	appendGuardedSQL string
	//go:embed sql/lock_heads.sql
	lockHeadsSQL string
	//go:embed sql/load_streams.sql
	loadStreamsSQL string
	//go:embed sql/load_commands.sql
	loadCommandsSQL string
	//go:embed sql/load_uniques.sql
	loadUniquesSQL string
	//go:embed sql/load_series.sql
	loadSeriesSQL string
	//go:embed sql/load_limits.sql
	loadLimitsSQL string
	//go:embed sql/read_originals.sql
	readOriginalsSQL string
	//go:embed sql/read_repeat.sql
	readRepeatSQL string
)
