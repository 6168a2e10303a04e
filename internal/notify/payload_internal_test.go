package notify

import (
	"reflect"
	"testing"

	"github.com/google/uuid"
)

func signals(n int) []Signal {
	made := make([]Signal, n)
	for i := range made {
		made[i] = Signal{AccountID: uuid.New(), SequenceNumber: 1<<62 + int64(i)}
	}
	return made
}

func TestPayloadsCarryEverySignalAndFit(t *testing.T) {
	for _, n := range []int{1, 2, 200, 250, 5000} {
		want := signals(n)
		var got []Signal
		payloads := encode("origin", want)
		for _, payload := range payloads {
			if len(payload) > maxPayload {
				t.Errorf("%d signals: a payload of %d bytes", n, len(payload))
			}
			m, well := decode(payload)
			if !well || m.all || m.origin != "origin" {
				t.Fatalf("%d signals: %+v", n, m)
			}
			got = append(got, m.signals...)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d signals do not come back", n)
		}
	}
}

func TestTooManySignalsBecomeAnInvitationToLook(t *testing.T) {
	payloads := encode("origin", signals(10_500))
	if len(payloads) != 1 {
		t.Fatalf("%d payloads", len(payloads))
	}
	if m, well := decode(payloads[0]); !well || !m.all || len(m.signals) != 0 {
		t.Errorf("%+v", m)
	}
}

func FuzzDecode(f *testing.F) {
	for _, payload := range append(encode("o", signals(3)), "", "o", "o ", "o *", "o ,", "x y,z", "o AAAAAAAAAAAAAAAAAAAAAA-1") {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		m, well := decode(payload)
		if !well || m.all {
			return
		}
		again, well := decode(encode(m.origin, m.signals)[0])
		if !well || again.signals[0] != m.signals[0] {
			t.Errorf("%q decodes to %+v, which does not come back", payload, m)
		}
	})
}
