package es

import (
	"math"
	"time"

	"github.com/google/uuid"
)

// ReadStatement is a statement with parameters, and the conditions that its plan must
// look up in an index.
type ReadStatement struct {
	SQL  string
	Args []any
	Cond []string
}

// ReadStatements are the statements that read for a bound role.
func ReadStatements(account, stream uuid.UUID) map[string]ReadStatement {
	byAccount := []any{account, int64(0), int64(math.MaxInt64), []string(nil), nil, 10, nil}
	byStream := []any{account, stream, 1, math.MaxInt32, time.Now(), 10}
	numbers := []string{"(generation = ", "(sequence_number > ", "(sequence_number <= "}
	revisions := []string{"(generation = ", "(stream_id = ", "(stream_revision >= ", "(stream_revision <= "}
	return map[string]ReadStatement{
		"read_account":          {readAccountSQL, byAccount, numbers},
		"read_account_backward": {readAccountBackwardSQL, byAccount, numbers},
		"read_stream":           {readStreamSQL, byStream, revisions},
		"read_stream_backward":  {readStreamBackwardSQL, byStream, revisions},
		"read_streams":          {readStreamsSQL, []any{account, stream, 0, int64(math.MaxInt64), 10, nil, nil}, []string{"(generation = ", "(ROW(stream_id, stream_revision) > "}},
		"read_some_streams":     {readSomeStreamsSQL, []any{account, []uuid.UUID{stream}, int64(math.MaxInt64), nil}, []string{"(generation = ", "(stream_id = s.id"}},
		"find_as_of":            {findAsOfSQL, []any{account, time.Now()}, []string{"(generation = ", "(sequence_number >= "}},
		"load_stream":           {loadStreamSQL, []any{account, stream, "r"}, []string{"(stream_id = ", "(stream_revision > "}},
		"read_repeat":           {readRepeatSQL, []any{account, int64(1), uuid.New(), int64(7)}, []string{"(sequence_number >= ", "(sequence_number < "}},
		"read_head":             {readHeadSQL, []any{account}, []string{"(account_id = "}},
	}
}

// LoadStatements are the statements that load facts, in role appender.
func LoadStatements(account, stream uuid.UUID) map[string]ReadStatement {
	accounts, streams, guards := []uuid.UUID{account}, []uuid.UUID{stream}, []string{"g"}
	return map[string]ReadStatement{
		"lock_heads":    {lockHeadsSQL, []any{accounts}, []string{"(account_id = ANY"}},
		"load_streams":  {loadStreamsSQL, []any{accounts, streams}, []string{"(generation = ", "(stream_id = "}},
		"load_commands": {loadCommandsSQL, []any{accounts, streams, streams, []int32{0}}, []string{"(stream_id = ", "(stream_revision > "}},
		"load_uniques":  {loadUniquesSQL, []any{accounts, guards, guards}, []string{"(account_id = ", "(guard = ", "(key = "}},
		"load_series":   {loadSeriesSQL, []any{accounts, guards}, []string{"(account_id = ", "(series = "}},
		"load_limits":   {loadLimitsSQL, []any{accounts, guards, guards}, []string{"(account_id = ", "(guard = ", "(key = "}},
	}
}

// Partition is the partition that a lane takes an account to be in.
func Partition(account uuid.UUID) int { return partition(account) }
