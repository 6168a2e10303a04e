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
	Sort bool // it is meant to sort what it found
}

// ReadStatements are the statements that read for a bound role.
func ReadStatements(account, stream uuid.UUID) map[string]ReadStatement {
	byAccount := []any{account, int64(0), int64(math.MaxInt64), []string(nil), nil, 10, nil}
	byStream := []any{account, stream, 1, math.MaxInt32, time.Now(), 10}
	numbers := []string{"(generation = ", "(sequence_number > ", "(sequence_number <= "}
	revisions := []string{"(generation = ", "(stream_id = ", "(stream_revision >= ", "(stream_revision <= "}
	return map[string]ReadStatement{
		"read_account":          {readAccountSQL, byAccount, numbers, false},
		"read_account_backward": {readAccountBackwardSQL, byAccount, numbers, false},
		"read_stream":           {readStreamSQL, byStream, revisions, false},
		"read_stream_backward":  {readStreamBackwardSQL, byStream, revisions, false},
		"read_streams":          {readStreamsSQL, []any{account, stream, 0, int64(math.MaxInt64), 10, nil, nil}, []string{"(generation = ", "(ROW(stream_id, stream_revision) > "}, false},
		"read_few_streams":      {readFewStreamsSQL, []any{account, int64(math.MaxInt64), []string(nil), nil}, []string{"(generation = "}, true},
		"read_some_streams":     {readSomeStreamsSQL, []any{account, []uuid.UUID{stream}, int64(math.MaxInt64), nil}, []string{"(generation = ", "(stream_id = s.id"}, false},
		"count_kinds":           {countKindsSQL, []any{account, int64(0), int64(math.MaxInt64), nil}, numbers, false},
		"find_as_of":            {findAsOfSQL, []any{account, time.Now()}, []string{"(generation = ", "(sequence_number >= "}, false},
		"load_stream":           {loadStreamSQL, []any{account, stream, "r"}, []string{"(stream_id = ", "(stream_revision > "}, false},
		"read_repeat":           {readRepeatSQL, []any{account, int64(1), uuid.New(), int64(7)}, []string{"(sequence_number >= ", "(sequence_number < "}, false},
		"read_head":             {readHeadSQL, []any{account}, []string{"(account_id = "}, false},
	}
}

// ArchivedStatements are those that leave out events which states stand for, in role builder.
func ArchivedStatements(account uuid.UUID) map[string]ReadStatement {
	until, fingerprints, types := int64(math.MaxInt64), []string{"f1"}, []string{"OneEvent"}
	return map[string]ReadStatement{
		"read_unarchived":       {SQL: readUnarchivedSQL, Args: []any{account, until, nil, nil, fingerprints, nil}},
		"read_archived_streams": {SQL: readArchivedStreamsSQL, Args: []any{account, until, nil, fingerprints, types, types, 50}},
	}
}

// LoadStatements are the statements that load facts, in role appender.
func LoadStatements(account, stream uuid.UUID) map[string]ReadStatement {
	accounts, streams, guards := []uuid.UUID{account}, []uuid.UUID{stream}, []string{"g"}
	return map[string]ReadStatement{
		"lock_heads":    {lockHeadsSQL, []any{accounts}, []string{"(account_id = ANY"}, false},
		"load_streams":  {loadStreamsSQL, []any{accounts, streams}, []string{"(generation = ", "(stream_id = "}, false},
		"load_commands": {loadCommandsSQL, []any{accounts, streams, streams, []int32{0}}, []string{"(stream_id = ", "(stream_revision > "}, false},
		"load_uniques":  {loadUniquesSQL, []any{accounts, guards, guards}, []string{"(account_id = ", "(guard = ", "(key = "}, false},
		"load_series":   {loadSeriesSQL, []any{accounts, guards}, []string{"(account_id = ", "(series = "}, false},
		"load_limits":   {loadLimitsSQL, []any{accounts, guards, guards}, []string{"(account_id = ", "(guard = ", "(key = "}, false},
	}
}

// Partition is the partition that a lane takes an account to be in.
func Partition(account uuid.UUID) int { return partition(account) }
