package es

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// factSheet holds the facts that appends of several accounts depend on, as the store has
// them. What it was not asked for it does not know; what it was asked for and did not
// find does not exist.
type factSheet struct {
	heads    map[uuid.UUID]Head
	accounts map[uuid.UUID]*accountFacts
	ask      questions
}

// accountFacts are the facts of one account, as a source.
type accountFacts struct {
	streams map[uuid.UUID]streamFacts
	uniques map[guardKey]uuid.UUID
	serials map[string]int64
	limits  map[guardKey]decimal.Decimal
}

// questions are the parameters of the statements that load facts, column by column.
type questions struct {
	accounts                                                      []uuid.UUID
	streamAccounts, streams                                       []uuid.UUID
	commandAccounts, commandStreams, commands                     []uuid.UUID
	commandAfter                                                  []int32
	uniqueAccounts, seriesAccounts, limitAccounts                 []uuid.UUID
	uniqueGuards, uniqueKeys, seriesNames, limitGuards, limitKeys []string
}

func newFactSheet(works []*work) *factSheet {
	sheet := &factSheet{heads: make(map[uuid.UUID]Head), accounts: make(map[uuid.UUID]*accountFacts)}
	for _, w := range works {
		sheet.accounts[w.account] = &accountFacts{
			streams: make(map[uuid.UUID]streamFacts), uniques: make(map[guardKey]uuid.UUID),
			serials: make(map[string]int64), limits: make(map[guardKey]decimal.Decimal),
		}
		sheet.ask.accounts = append(sheet.ask.accounts, w.account)
		for _, p := range w.appends {
			sheet.ask.add(&p.append)
		}
	}
	return sheet
}

func (q *questions) add(a *Append) {
	q.commandAccounts = append(q.commandAccounts, a.AccountID)
	q.commandStreams = append(q.commandStreams, a.Writes[0].StreamID)
	q.commands = append(q.commands, a.CommandID)
	q.commandAfter = append(q.commandAfter, int32(a.Writes[0].Expected.read()))
	for _, w := range a.Writes {
		q.addStream(a.AccountID, w.StreamID)
		for _, e := range w.Events {
			if e.Number != nil {
				q.seriesAccounts = append(q.seriesAccounts, a.AccountID)
				q.seriesNames = append(q.seriesNames, e.Number.Series)
			}
		}
	}
	for _, r := range a.Reads {
		q.addStream(a.AccountID, r.StreamID)
	}
	for _, c := range a.Uniques {
		q.addUnique(a.AccountID, c.Guard, c.Take)
		q.addUnique(a.AccountID, c.Guard, c.Release)
	}
	for _, c := range a.Limits {
		q.limitAccounts = append(q.limitAccounts, a.AccountID)
		q.limitGuards = append(q.limitGuards, c.Guard)
		q.limitKeys = append(q.limitKeys, c.Key)
	}
}

func (q *questions) addStream(account, stream uuid.UUID) {
	q.streamAccounts = append(q.streamAccounts, account)
	q.streams = append(q.streams, stream)
}

func (q *questions) addUnique(account uuid.UUID, guard, key string) {
	if key != "" {
		q.uniqueAccounts = append(q.uniqueAccounts, account)
		q.uniqueGuards = append(q.uniqueGuards, guard)
		q.uniqueKeys = append(q.uniqueKeys, key)
	}
}

// queue adds the statements: the lock first, then a question for each kind of fact that matters.
func (s *factSheet) queue(batch *pgx.Batch) {
	q := &s.ask
	batch.Queue(lockHeadsSQL, q.accounts).Query(each(func(h Head) { s.heads[h.AccountID] = h }))
	batch.Queue(loadStreamsSQL, q.streamAccounts, q.streams).Query(each(s.addStream))
	batch.Queue(loadCommandsSQL, q.commandAccounts, q.commandStreams, q.commands, q.commandAfter).Query(each(s.addCommand))
	if len(q.uniqueKeys) > 0 {
		batch.Queue(loadUniquesSQL, q.uniqueAccounts, q.uniqueGuards, q.uniqueKeys).Query(each(func(r uniqueRow) {
			s.accounts[r.AccountID].uniques[guardKey{r.Guard, r.Key}] = r.StreamID
		}))
	}
	if len(q.seriesNames) > 0 {
		batch.Queue(loadSeriesSQL, q.seriesAccounts, q.seriesNames).Query(each(func(r seriesRow) {
			s.accounts[r.AccountID].serials[r.Series] = r.Last
		}))
	}
	if len(q.limitKeys) > 0 {
		batch.Queue(loadLimitsSQL, q.limitAccounts, q.limitGuards, q.limitKeys).Query(each(func(r limitRow) {
			s.accounts[r.AccountID].limits[guardKey{r.Guard, r.Key}] = r.Used
		}))
	}
}

// The rows that the statements give, in the order of their columns.
type (
	streamRow struct {
		AccountID, StreamID uuid.UUID
		Revision            int
	}
	commandRow struct {
		AccountID, StreamID, CommandID uuid.UUID
		Hash, First                    int64
	}
	uniqueRow struct {
		AccountID  uuid.UUID
		Guard, Key string
		StreamID   uuid.UUID
	}
	seriesRow struct {
		AccountID uuid.UUID
		Series    string
		Last      int64
	}
	limitRow struct {
		AccountID  uuid.UUID
		Guard, Key string
		Used       decimal.Decimal
	}
)

// each hands every row of a result to take.
func each[T any](take func(T)) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
		for _, row := range found {
			take(row)
		}
		return err
	}
}

func (s *factSheet) addStream(r streamRow) {
	s.accounts[r.AccountID].streams[r.StreamID] = streamFacts{revision: r.Revision, since: r.Revision + 1, checked: true}
}

func (s *factSheet) addCommand(r commandRow) {
	account := s.accounts[r.AccountID]
	facts := account.streams[r.StreamID]
	facts.commands = append(facts.commands, commandFact{id: r.CommandID, hash: r.Hash, first: r.First})
	account.streams[r.StreamID] = facts
}

func (f *accountFacts) stream(id uuid.UUID) (streamFacts, bool) {
	if facts, ok := f.streams[id]; ok {
		return facts, true
	}
	return streamFacts{since: 1, checked: true}, true
}

func (f *accountFacts) unique(k guardKey) uniqueFacts {
	if owner, ok := f.uniques[k]; ok {
		return uniqueFacts{status: owned, owner: owner}
	}
	return uniqueFacts{status: free}
}

func (f *accountFacts) series(name string) (int64, bool) { return f.serials[name], true }

func (f *accountFacts) limit(k guardKey) (decimal.Decimal, bool) { return f.limits[k], true }
