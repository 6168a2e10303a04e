package tenant

import (
	"strings"
	"testing"
)

func TestTokensAreRandomAndParse(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		made := newToken()
		parsed, well := parseToken(made.String())
		if !well || parsed != made || !parsed.matches(made.hash()) {
			t.Fatalf("%s does not come back", made)
		}
		if seen[made.keyID] || seen[made.secret] {
			t.Fatal("a token repeats")
		}
		seen[made.keyID], seen[made.secret] = true, true
	}
}

func TestAnyOtherSecretDoesNotMatch(t *testing.T) {
	made := newToken()
	for i := range made.secret {
		other := []byte(made.secret)
		other[i] = 'a' + (other[i]-'a'+1)%26
		if (token{made.keyID, string(other)}).matches(made.hash()) {
			t.Fatalf("a secret that differs at %d matches", i)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	made := newToken().String()
	for _, seed := range []string{made, "", tokenPrefix, made + "a", strings.ToUpper(made), made[:len(made)-1], strings.Replace(made, "_", "-", 2)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, well := parseToken(text)
		if well && parsed.String() != text {
			t.Errorf("%q parses as %q", text, parsed)
		}
	})
}
