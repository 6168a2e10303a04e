package audit

import _ "embed" // the statements below

var (
	//go:embed sql/cursors.sql
	cursorsSQL string
	//go:embed sql/own_cursors.sql
	ownCursorsSQL string
	//go:embed sql/jobs.sql
	jobsSQL string
)
