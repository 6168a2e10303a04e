package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	discovery "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	senders = 4
	// pace is between two requests of a sender.
	pace = 100 * time.Millisecond
	// routerLag is how old what is known of the Service's pods is: what an ingress or a
	// kube-proxy knows is never the newest, and the drain delay is there to bridge it.
	routerLag  = 2 * time.Second
	routerPace = 250 * time.Millisecond // between two looks
)

// load sends commands and queries to the pods of the Service, as an ingress would, and
// counts what is not answered with 200.
type load struct {
	drill *drill
	key   string
	stop  context.CancelFunc
	sent  sync.WaitGroup

	mu       sync.Mutex
	pods     []string // addresses, as they are known
	next     int
	requests int
	failures []string
}

func (d *drill) startLoad(ctx context.Context, key string) (*load, error) {
	ctx, stop := context.WithCancel(ctx)
	l := &load{drill: d, key: key, stop: stop}
	first, err := l.look(ctx)
	if err != nil {
		stop()
		return nil, err
	}
	l.know(first)
	l.sent.Go(func() {
		for sleep(ctx, routerPace) == nil {
			if ready, err := l.look(ctx); err == nil {
				time.AfterFunc(routerLag, func() { l.know(ready) })
			} else if ctx.Err() == nil {
				l.fail("endpoints: %v", err)
			}
		}
	})
	for i := range senders {
		l.sent.Go(func() {
			for n := 0; sleep(ctx, pace) == nil; n++ {
				l.send(fmt.Sprintf("sender %d, %d", i, n), n%2 == 0)
			}
		})
	}
	return l, nil
}

// look reads which pods of the Service are ready.
func (l *load) look(ctx context.Context) ([]string, error) {
	slices, err := l.drill.plane.client.DiscoveryV1().EndpointSlices(namespace).List(ctx, metav1.ListOptions{LabelSelector: discovery.LabelServiceName + "=" + releaseName + "-api"})
	if err != nil {
		return nil, err
	}
	var ready []string
	for _, slice := range slices.Items {
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready != nil && *endpoint.Conditions.Ready {
				ready = append(ready, fmt.Sprintf("%s:%d", endpoint.Addresses[0], *slice.Ports[0].Port))
			}
		}
	}
	return ready, nil
}

func (l *load) know(ready []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pods = ready
}

// pod is the one whose turn it is.
func (l *load) pod() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests++
	if len(l.pods) == 0 {
		return ""
	}
	l.next++
	return l.pods[l.next%len(l.pods)]
}

func (l *load) fail(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures = append(l.failures, time.Now().UTC().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
}

// send sends one request, once: a client that tries again would hide what this looks for. It has a
// time of its own, so that the end of the load cuts nothing off.
func (l *load) send(name string, command bool) {
	at := l.pod()
	if at == "" {
		l.fail("no pod is ready")
		return
	}
	path, body := "/v1/queries", map[string]any{"GetPeople": map[string]any{"$size": 1}}
	if command {
		path, body = "/v1/commands", map[string]any{"RegisterPersonCommand": map[string]any{"Name": name}}
	}
	if err := l.post("http://"+at+path, body); err != nil {
		l.fail("%s: %v", path, err)
	}
}

func (l *load) post(url string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+l.key)
	request.Header.Set("Content-Type", "application/json")
	request.Close = true // a connection that is kept would be tried again by itself
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, said)
	}
	return nil
}

// counts are the requests and failures since the last time.
func (l *load) counts() (int, []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	requests, failures := l.requests, l.failures
	l.requests, l.failures = 0, nil
	return requests, failures
}

func (l *load) end() {
	l.stop()
	l.sent.Wait()
}
