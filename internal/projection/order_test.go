package projection_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// sampleNumbers are decimals of all magnitudes that commands, sums and queries can come to, many of
// them close to each other, with all their zeros.
func sampleNumbers(random *rand.Rand, n int) []string {
	digits := func(most int) string {
		var text strings.Builder
		for range random.IntN(most + 1) {
			text.WriteByte("0000159"[random.IntN(7)])
		}
		return text.String()
	}
	numbers := []string{"0", "-0", "0.000", "1", "1.0", "1.0000", "-1", "-1.00", "-12", "-12.5", "-12.0005", "-12.00000005", "12.00000005",
		"9999", "10000", "-9999", "-10000", "0.9999", "0.0001", "0.00001", "-0.9999", "-0.0001", "-0.00001",
		strings.Repeat("9", 30) + "." + strings.Repeat("9", 30), "-" + strings.Repeat("9", 30) + "." + strings.Repeat("9", 30),
		"0." + strings.Repeat("0", 29) + "1", "-0." + strings.Repeat("0", 29) + "1", "1e-60", "-1e-60", "1e100", "-1e100"}
	for range n {
		numbers = append(numbers, fmt.Sprintf("%s%s%s.%s0", []string{"", "-"}[random.IntN(2)], digits(2), digits(34), digits(32)))
	}
	return numbers
}

// Keys are the same where numbers are, and less where these are less; of no number there is none.
func TestKeysSortAsNumbersDo(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.Shared(t), sales.Release(t))
	seed := rand.Uint64()
	numbers := sampleNumbers(rand.New(rand.NewPCG(seed, 0)), 20000)
	for i, number := range numbers {
		if strings.HasPrefix(strings.TrimPrefix(number, "-"), ".") {
			numbers[i] = strings.Replace(number, ".", "0.", 1)
		}
	}
	wrong := s.Number(t, fmt.Sprintf(`SELECT count(*) FROM (
  SELECT n, key, lag(n) OVER sorted AS before, lag(key) OVER sorted AS key_before
  FROM (SELECT n, %s AS key FROM unnest($1::text[]::numeric[]) AS v (n)) keyed
  WINDOW sorted AS (ORDER BY n, key)) pairs
WHERE key IS NULL OR before = n AND key <> key_before OR before < n AND NOT key_before < key`, projection.OrderKey("v.n")), numbers)
	if wrong > 0 {
		t.Errorf("seed %d: %d of %d keys are not where their numbers are", seed, wrong, len(numbers))
	}
	if none := s.Number(t, "SELECT count(*) WHERE "+projection.OrderKey("NULL::numeric")+" IS NULL"); none != 1 {
		t.Error("what is no number has a key")
	}
}

// The platform writes numbers, and PostgreSQL their keys, whoever writes.
func TestTablesKeepKeysOfIndexedNumbers(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.Shared(t), sales.Release(t))
	const generated = `SELECT count(*) FROM pg_catalog.pg_attribute WHERE attrelid = $1::text::regclass AND attgenerated = 's' AND attname = ANY ($2::text[])`
	table := projection.TableOf(s.Release.Projection("Orders")).Quoted()
	if n := s.Number(t, generated, table, []string{"total_order", "quantity_order"}); n != 2 {
		t.Errorf("%d of two numbers have a key", n)
	}
	if n := s.Number(t, generated, table, []string{"amount_order"}); n != 0 {
		t.Error("a number that nobody asks by has a key")
	}
}
