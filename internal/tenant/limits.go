package tenant

import "github.com/polderhq/polder/internal/fault"

// mostRequests is more than a process answers in a second: a larger limit is a slip of the finger.
const mostRequests = 1_000_000

// Limits are what an account may ask of each process. Zeros stand for the platform's defaults.
type Limits struct {
	RequestsPerSecond float64 `json:"requestsPerSecond,omitempty"` // in the long run
	RequestBurst      int     `json:"requestBurst,omitempty"`      // at once, after a rest; zero beside requests per second: twice those
}

// Check returns Invalid when there can be no such limits.
func (l Limits) Check() error {
	if !(l.RequestsPerSecond >= 0 && l.RequestsPerSecond <= mostRequests) { // as NaN is not
		return fault.New(fault.Invalid, "Requests per second are a positive number, %d at most, and not %v; 0 stands for the platform's default",
			mostRequests, l.RequestsPerSecond)
	}
	if l.RequestBurst < 0 || l.RequestBurst > mostRequests {
		return fault.New(fault.Invalid, "A burst is a positive number of requests, %d at most, and not %d; 0 stands for the platform's default",
			mostRequests, l.RequestBurst)
	}
	return nil
}
