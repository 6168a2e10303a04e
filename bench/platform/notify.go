package platform

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	notifyRate   = 500 // commands a second
	notifyTime   = 15 * time.Second
	notifyWarmUp = 2 * time.Second // commands of this time are sent and not counted
	notifyGrace  = 10 * time.Second
)

// Notify measures from the answer to a command to the notification of a listening client.
func Notify(ctx context.Context, out io.Writer) (map[string]float64, error) {
	return measure(ctx, out, func(m *machine) (map[string]float64, error) {
		key, err := m.account(ctx, "notify")
		if err != nil {
			return nil, err
		}
		l, err := m.listen(ctx, key)
		if err != nil {
			return nil, err
		}
		defer l.close()
		acknowledged, err := m.sendAtRate(ctx, key)
		if err != nil {
			return nil, err
		}
		late, err := l.delays(acknowledged)
		if err != nil {
			return nil, err
		}
		p50, p99 := percentiles(late)
		return map[string]float64{"e2e.notify_p50_ms": p50, "e2e.notify_p99_ms": p99}, nil
	})
}

// sendAtRate sends commands at fixed times, whether or not earlier ones were answered, and
// returns when each sequence number was acknowledged.
func (m *machine) sendAtRate(ctx context.Context, key string) (map[int64]time.Time, error) {
	acknowledged := map[int64]time.Time{}
	var mutex sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	begin := time.Now()
	for i := range int((notifyWarmUp + notifyTime).Seconds() * notifyRate) {
		due := begin.Add(time.Duration(i) * time.Second / notifyRate)
		time.Sleep(time.Until(due)) // the rate is the measurement's input
		group.Go(func() error {
			a, err := m.post(ctx, key, "/v1/commands", order)
			answered := time.Now()
			if err == nil && due.Sub(begin) >= notifyWarmUp {
				mutex.Lock()
				defer mutex.Unlock()
				acknowledged[a.SequenceNumber] = answered
			}
			return err
		})
	}
	return acknowledged, group.Wait()
}

// listener records when the client was told of which sequence number.
type listener struct {
	body  io.Closer
	mutex sync.Mutex
	told  []notification // by sequence number, ascending
	ended error
}

type notification struct {
	sequenceNumber int64
	at             time.Time
}

func (m *machine) listen(ctx context.Context, key string) (*listener, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url+"/v1/notifications?projections=Orders", http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := m.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("notifications: %s", response.Status), response.Body.Close())
	}
	l := &listener{body: response.Body}
	go l.read(response.Body)
	return l, nil
}

// read takes the id of every server-sent event when its closing blank line is there.
func (l *listener) read(from io.Reader) {
	var id int64
	scanner := bufio.NewScanner(from)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		if text, ok := strings.CutPrefix(scanner.Text(), "id:"); ok {
			id, _ = strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		}
		if scanner.Text() == "" {
			l.mutex.Lock()
			l.told = append(l.told, notification{id, time.Now()})
			l.mutex.Unlock()
		}
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.ended = errors.Join(io.EOF, scanner.Err())
}

func (l *listener) close() { _ = l.body.Close() }

// delays waits until the last command was told of, and returns each command's delay; a
// notification that overtook the command's answer counts as none.
func (l *listener) delays(acknowledged map[int64]time.Time) ([]time.Duration, error) {
	var last int64
	for n := range acknowledged {
		last = max(last, n)
	}
	for deadline := time.Now().Add(notifyGrace); !l.reached(last); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("the client was not told of event %d within %s (%w)", last, notifyGrace, l.ended)
		}
	}
	late := make([]time.Duration, 0, len(acknowledged))
	for n, answered := range acknowledged {
		late = append(late, max(0, l.toldOf(n).Sub(answered)))
	}
	return late, nil
}

func (l *listener) reached(n int64) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return len(l.told) > 0 && l.told[len(l.told)-1].sequenceNumber >= n
}

// toldOf returns when the first notification came that contains the sequence number.
func (l *listener) toldOf(n int64) time.Time {
	for _, t := range l.told {
		if t.sequenceNumber >= n {
			return t.at
		}
	}
	return time.Now()
}
