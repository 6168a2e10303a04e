package es_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
)

// action is what one client asked of one stream, and outcome what it was told.
type action struct {
	stream   int
	read     bool
	expected es.Expected
	want     int // the revision in expected; -1: any
	command  string
}

type outcome struct {
	stored   bool
	revision int    // stored: of the event; refused: where the stream is said to be
	seen     string // read: the commands in the stream
}

// streams is a stream as a list of commands, one event each.
var streams = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := map[int][]porcupine.Operation{}
		for _, op := range history {
			stream := op.Input.(action).stream
			parts[stream] = append(parts[stream], op)
		}
		var list [][]porcupine.Operation
		for _, part := range parts {
			list = append(list, part)
		}
		return list
	},
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		commands, in, out := state.(string), input.(action), output.(outcome)
		revision := strings.Count(commands, ",")
		switch {
		case in.read:
			return out.seen == commands, commands
		case out.stored:
			return (in.want == -1 || in.want == revision) && out.revision == revision+1, commands + in.command + ","
		}
		return in.want != -1 && in.want != revision && out.revision == revision, commands
	},
}

func TestShortHistoriesAreLinearizable(t *testing.T) {
	t.Parallel()
	for range 12 {
		_, stores := twoProcesses(t)
		ids := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
		began := time.Now()
		histories := make([][]porcupine.Operation, 6)
		var wait sync.WaitGroup
		for client := range histories {
			wait.Go(func() {
				known := make([]int, len(ids))
				for range 12 {
					in := choose(known)
					call := time.Since(began)
					out := act(t, stores[client%2], ids[in.stream], in)
					known[in.stream] = max(known[in.stream], out.revision, strings.Count(out.seen, ","))
					histories[client] = append(histories[client], porcupine.Operation{ClientId: client, Input: in, Call: int64(call),
						Output: out, Return: int64(time.Since(began))})
				}
			})
		}
		wait.Wait()
		if result := porcupine.CheckOperationsTimeout(streams, slices.Concat(histories...), 20*time.Second); result != porcupine.Ok {
			t.Fatalf("a history is not linearizable: %s", result)
		}
	}
}

func choose(known []int) action {
	in := action{stream: rand.IntN(len(known)), read: rand.IntN(4) == 0, want: -1, expected: es.Any(), command: uuid.NewString()}
	if rand.IntN(3) > 0 {
		in.want = known[in.stream]
		in.expected = es.Exactly(in.want)
	}
	return in
}

func act(t *testing.T, w *world, stream uuid.UUID, in action) outcome {
	if in.read {
		events, err := w.ReadStream(context.Background(), es.StreamRange{AccountID: w.account, StreamID: stream})
		if err != nil {
			t.Error(err)
		}
		var seen strings.Builder
		for _, e := range events {
			seen.WriteString(e.CommandID.String() + ",")
		}
		return outcome{seen: seen.String()}
	}
	a := w.write(stream, in.expected, 1)
	a.CommandID = uuid.MustParse(in.command)
	result, err := w.Append(context.Background(), a)
	var conflict *es.ConflictError
	if errors.As(err, &conflict) {
		return outcome{revision: conflict.Revision}
	}
	if err != nil {
		t.Error(err)
		return outcome{}
	}
	return outcome{stored: true, revision: result.Events[0].StreamRevision}
}
