package tenant

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"strings"
)

// A token is polder_<key id>_<secret>: the id is public, the secret has 256 random bits and
// is known to its holder only.
const (
	tokenPrefix  = "polder_"
	keyIDBytes   = 10
	secretBytes  = 32
	keyIDLength  = 16 // of keyIDBytes in base32
	secretLength = 52 // of secretBytes in base32
)

type token struct{ keyID, secret string }

func newToken() token {
	random := make([]byte, keyIDBytes+secretBytes)
	_, _ = rand.Read(random) // never fails: the runtime ends the process instead
	return token{
		keyID:  lowerBase32(random[:keyIDBytes]),
		secret: lowerBase32(random[keyIDBytes:]),
	}
}

func lowerBase32(raw []byte) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
}

// parseToken returns false for what no key can look like, so that it costs no look-up.
func parseToken(text string) (token, bool) {
	rest, found := strings.CutPrefix(text, tokenPrefix)
	if !found || len(rest) != keyIDLength+1+secretLength || rest[keyIDLength] != '_' {
		return token{}, false
	}
	t := token{keyID: rest[:keyIDLength], secret: rest[keyIDLength+1:]}
	return t, isLowerBase32(t.keyID) && isLowerBase32(t.secret)
}

func isLowerBase32(text string) bool {
	for _, c := range []byte(text) {
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

func (t token) String() string { return tokenPrefix + t.keyID + "_" + t.secret }

func (t token) hash() [sha256.Size]byte { return sha256.Sum256([]byte(t.secret)) }

// matches compares in a time that does not depend on where the hashes differ.
func (t token) matches(hash [sha256.Size]byte) bool {
	own := t.hash()
	return subtle.ConstantTimeCompare(own[:], hash[:]) == 1
}
