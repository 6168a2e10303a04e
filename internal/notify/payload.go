package notify

import (
	"crypto/rand"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// A payload is an origin, a space, and signals divided by commas: 22 characters of base64 for
// the account, the number in base 36. "*" in place of the signals stands for more accounts
// than are worth naming.
const (
	maxPayload    = 7900 // bytes; PostgreSQL takes fewer than 8000
	maxPayloads   = 32   // in one transaction
	accountLength = 22
	numberBase    = 36
	everyAccount  = "*"
)

type message struct {
	origin  string
	all     bool
	signals []Signal
}

func newOrigin() string {
	random := make([]byte, 6)
	_, _ = rand.Read(random) // never fails: the runtime ends the process instead
	return base64.RawURLEncoding.EncodeToString(random)
}

// encode returns the payloads that carry the signals, at most maxPayloads.
func encode(origin string, signals []Signal) []string {
	var payloads []string
	text := []byte(origin + " ")
	for _, s := range signals {
		if len(text)+accountLength+14 > maxPayload {
			payloads = append(payloads, string(text))
			text = append(text[:0], origin+" "...)
		}
		if text[len(text)-1] != ' ' {
			text = append(text, ',')
		}
		text = base64.RawURLEncoding.AppendEncode(text, s.AccountID[:])
		text = strconv.AppendInt(text, s.SequenceNumber, numberBase)
	}
	payloads = append(payloads, string(text))
	if len(payloads) > maxPayloads {
		return []string{origin + " " + everyAccount}
	}
	return payloads
}

// decode returns false for a text that encode does not make.
func decode(payload string) (message, bool) {
	origin, rest, found := strings.Cut(payload, " ")
	m := message{origin: origin}
	if !found || rest == everyAccount {
		m.all = found
		return m, found
	}
	for entry := range strings.SplitSeq(rest, ",") {
		s, well := decodeSignal(entry)
		if !well {
			return message{}, false
		}
		m.signals = append(m.signals, s)
	}
	return m, true
}

func decodeSignal(entry string) (Signal, bool) {
	if len(entry) <= accountLength {
		return Signal{}, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(entry[:accountLength])
	if err != nil || len(raw) != len(uuid.UUID{}) { // line ends inside are skipped, and leave too few bytes
		return Signal{}, false
	}
	number, err := strconv.ParseInt(entry[accountLength:], numberBase, 64)
	if err != nil || number < 0 {
		return Signal{}, false
	}
	return Signal{AccountID: uuid.UUID(raw), SequenceNumber: number}, true
}
