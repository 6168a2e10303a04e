package httpapi

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestTheMostThrottledAccountsAreNamedForAWhile(t *testing.T) {
	now := time.Unix(1e9, 0)
	counted := newThrottled(func() time.Time { return now })
	account := func(n byte) uuid.UUID { return uuid.UUID{15: n} }
	for n := byte(1); n <= 20; n++ {
		for range n {
			counted.inc(account(n))
		}
	}
	if n := testutil.CollectAndCount(counted, "polder_api_account_throttled"); n != 10 {
		t.Errorf("%d accounts are named, want 10", n)
	}
	now = now.Add(6 * time.Minute)
	counted.inc(account(1)) // one more, of 2 in all: not among the ten
	counted.inc(account(20))
	want := `
# HELP polder_api_account_throttled Those of the last five to ten minutes, of the ten accounts with the most.
# TYPE polder_api_account_throttled gauge
`
	for n, count := range []string{"11", "12", "13", "14", "15", "16", "17", "18", "19", "21"} {
		want += `polder_api_account_throttled{account="` + account(byte(n+11)).String() + `"} ` + count + "\n"
	}
	if err := testutil.CollectAndCompare(counted, strings.NewReader(want), "polder_api_account_throttled"); err != nil {
		t.Error(err)
	}
	now = now.Add(6 * time.Minute)
	if n := testutil.CollectAndCount(counted, "polder_api_account_throttled"); n != 2 {
		t.Errorf("%d accounts are named, want the 2 of the last minutes", n)
	}
	now = now.Add(time.Hour)
	if n := testutil.CollectAndCount(counted, "polder_api_account_throttled"); n != 0 {
		t.Errorf("%d accounts are named an hour later", n)
	}
	if total := testutil.ToFloat64(counted.total); total != 212 {
		t.Errorf("%v were counted, want 212", total)
	}
}
