package es

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// source answers what is stored of one account. What it knows was true at one head of the
// account, so it is true still when the account has that head.
type source interface {
	stream(id uuid.UUID) (facts streamFacts, known bool)
	unique(k guardKey) uniqueFacts
	series(name string) (last int64, known bool)
	limit(k guardKey) (used decimal.Decimal, known bool)
}

// streamFacts is what is known of one stream.
type streamFacts struct {
	revision int           // 0: the stream does not exist
	commands []commandFact // that wrote revisions from since on, oldest first
	since    int
	checked  bool // the store was asked for the command id of each append at hand
}

// commandFact says that a command is stored.
type commandFact struct {
	id    uuid.UUID
	hash  int64
	first int64 // sequence number of its first event
}

// maxCommands bounds what is remembered of one stream.
const maxCommands = 64

// find returns the command if it is known to be stored in the stream.
func (f streamFacts) find(id uuid.UUID) (commandFact, bool) {
	for i := len(f.commands) - 1; i >= 0; i-- {
		if f.commands[i].id == id {
			return f.commands[i], true
		}
	}
	return commandFact{}, false
}

// complete says whether a command that is not found did not write after the revision.
func (f streamFacts) complete(after int) bool { return f.checked || f.since <= after+1 }

// grow returns the facts after a command wrote n events.
func (f streamFacts) grow(n int, command commandFact) streamFacts {
	if len(f.commands) >= maxCommands {
		f.commands = append([]commandFact(nil), f.commands[maxCommands/2:]...)
		// Each command wrote one event or more, so those that are left wrote from here on. What
		// was not known before stays unknown: a loaded list may hold single commands, with gaps.
		f.since = max(f.since, f.revision+1-len(f.commands))
	}
	f.commands = append(f.commands, command)
	f.revision += n
	return f
}

// guardKey names a row of a guard within an account.
type guardKey struct{ guard, key string }

// uniqueFacts is what is known of a unique key.
type uniqueFacts struct {
	status     uniqueStatus
	owner      uuid.UUID // owned: the stream that has the key
	releasedBy uuid.UUID // releasedBlindly: the stream that gives it back if it has it
}

type uniqueStatus uint8

const (
	ownerUnknown uniqueStatus = iota
	free
	owned
	releasedBlindly
)
