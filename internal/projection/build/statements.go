package build

import (
	"context"
	_ "embed" // the statements below
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

var (
	//go:embed sql/hold_head.sql
	holdHeadSQL string
	//go:embed sql/hold.sql
	holdSQL string
	//go:embed sql/stand.sql
	standSQL string
	//go:embed sql/states.sql
	statesSQL string
	//go:embed sql/begun.sql
	begunSQL string
	//go:embed sql/begin_cursor.sql
	beginCursorSQL string
	//go:embed sql/begin_build.sql
	beginBuildSQL string
	//go:embed sql/advance.sql
	advanceSQL string
	//go:embed sql/folded.sql
	foldedSQL string
	//go:embed sql/filled.sql
	filledSQL string
	//go:embed sql/move.sql
	moveSQL string
	//go:embed sql/tell.sql
	tellSQL string
	//go:embed sql/waits.sql
	waitsSQL string
	//go:embed sql/fail.sql
	failSQL string
	//go:embed sql/leave.sql
	leaveSQL string
	//go:embed sql/join.sql
	joinSQL string
	//go:embed sql/drop.sql
	dropSQL string
	//go:embed sql/list.sql
	listSQL string
	//go:embed sql/pause.sql
	pauseSQL string
	//go:embed sql/figures.sql
	figuresSQL string
	//go:embed sql/longest.sql
	longestSQL string
	//go:embed sql/strangers.sql
	strangersSQL string
	//go:embed sql/heads.sql
	headsSQL string
)

// execer runs a statement: a pool or a transaction.
type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// maxError is how many bytes of an error's text a build keeps.
const maxError = 2000

// storable returns the text as PostgreSQL can hold it.
func storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text[:min(len(text), maxError)], "\uFFFD"), "\x00", "\uFFFD")
}
