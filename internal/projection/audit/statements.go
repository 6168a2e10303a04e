package audit

import _ "embed" // the statements below

var (
	//go:embed sql/cursors.sql
	cursorsSQL string
	//go:embed sql/own_cursors.sql
	ownCursorsSQL string
	//go:embed sql/jobs.sql
	jobsSQL string
	//go:embed sql/turn.sql
	turnSQL string
	//go:embed sql/enter.sql
	enterSQL string
	//go:embed sql/take.sql
	takeSQL string
	//go:embed sql/looked.sql
	lookedSQL string
	//go:embed sql/found.sql
	foundSQL string
	//go:embed sql/mended.sql
	mendedSQL string
	//go:embed sql/pass.sql
	passSQL string
	//go:embed sql/leave.sql
	leaveSQL string
)
