package lifecycle

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tenant"
)

// The states of an erasure: rows are being removed, then it is over, and its receipt is kept.
const (
	stateErasing = "erasing"
	stateErased  = "erased"
)

// Erasure says which account to erase.
type Erasure struct {
	Account string // name or id; or the name of a copy that was cut off
	Key     []byte // PEM of the Ed25519 private key that signs the receipt; empty: it is not signed
}

// Receipt says what was removed. It is kept and signed as JSON, to the byte.
type Receipt struct {
	Receipt   string    `json:"receipt"` // what this is
	AccountID uuid.UUID `json:"accountId"`
	Name      string    `json:"name"` // that the account had
	ErasedBy  string    `json:"erasedBy"`
	BegunAt   time.Time `json:"begunAt"`
	ErasedAt  time.Time `json:"erasedAt"`
	Stores    []string  `json:"stores"`  // that were searched
	Removed   Removed   `json:"removed"` // rows that there were when it was closed, by table
	Keys      int       `json:"keys"`    // of the API, that were destroyed
	Signed    bool      `json:"signed"`  // by Ed25519 over these bytes
}

// Erased is the end of an account.
type Erased struct {
	AccountID uuid.UUID `json:"accountId"`
	Rows      int64     `json:"rows"` // that were removed
	Removed   Removed   `json:"removed"`
	Receipt   string    `json:"receipt,omitempty"`   // JSON of Receipt; empty: it was a copy that nobody had seen
	Signature []byte    `json:"signature,omitempty"` // of the receipt's bytes; empty: it is not signed
}

const receiptTitle = "Everything of this account was removed from the stores of Polder"

// Erase removes everything of the account from all stores, or goes on with that, or answers with the receipt of an erasure that has ended.
// Invalid: the key is none. NotFound: there is no such account. Conflict: somebody else works on it.
func (r *Runner) Erase(ctx context.Context, e Erasure) (Erased, error) {
	key, err := parseKey(e.Key)
	if err != nil {
		return Erased{}, err
	}
	account, err := r.find(ctx, e.Account)
	if fault.Is(err, fault.NotFound) {
		return r.eraseCopy(ctx, e.Account, err)
	}
	if err != nil {
		return Erased{}, err
	}
	done := Erased{AccountID: account.ID}
	err = r.holding(ctx, account.ID, func() error {
		w, err := r.Catalog.BeginErasure(ctx, account)
		if err != nil {
			return err
		}
		if w.State != stateErased {
			if w, err = r.erase(ctx, account, w, key); err != nil {
				return err
			}
		}
		var receipt Receipt
		if err := json.Unmarshal([]byte(w.Result), &receipt); err != nil {
			return err
		}
		done.Removed, done.Rows, done.Receipt, done.Signature = receipt.Removed, receipt.Removed.total(), w.Result, w.Signature
		return nil
	})
	return done, err
}

// parseKey reads a private key; nil: there is none.
func parseKey(text []byte) (ed25519.PrivateKey, error) {
	if len(text) == 0 {
		return nil, nil
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fault.New(fault.Invalid, "The key of receipts is no PEM file: openssl genpkey -algorithm ed25519 -out FILE")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, is := parsed.(ed25519.PrivateKey)
	if err != nil || !is {
		return nil, fault.New(fault.Invalid, "The key of receipts is no Ed25519 private key: openssl genpkey -algorithm ed25519 -out FILE")
	}
	return key, nil
}

func (r *Runner) find(ctx context.Context, nameOrID string) (tenant.Account, error) {
	id, err := uuid.Parse(nameOrID)
	if err != nil {
		return r.Catalog.AccountByName(ctx, nameOrID)
	}
	accounts, err := r.Catalog.Accounts(ctx)
	if err != nil {
		return tenant.Account{}, err
	}
	for _, a := range accounts {
		if a.ID == id {
			return a, nil
		}
	}
	return tenant.Account{}, fault.New(fault.NotFound, "There is no account %s", id)
}

// erase removes the account from every store: a move may have left some of it elsewhere.
func (r *Runner) erase(ctx context.Context, account tenant.Account, w tenant.Work, key ed25519.PrivateKey) (tenant.Work, error) {
	places, err := r.places(ctx)
	if err != nil {
		return w, err
	}
	were, err := r.inventory(ctx, places, w)
	if err != nil {
		return w, err
	}
	keys, err := r.Catalog.Keys(ctx, account.ID)
	if err != nil {
		return w, err
	}
	receipt := Receipt{Receipt: receiptTitle, AccountID: account.ID, Name: account.Name, ErasedBy: r.By, BegunAt: w.StartedAt.UTC(),
		Stores: []string{}, Removed: were, Keys: len(keys), Signed: key != nil}
	for _, place := range places {
		if err := r.remove(ctx, place, account.ID, Removed{}); err != nil {
			return w, err
		}
		receipt.Stores = append(receipt.Stores, place.StoreID)
	}
	receipt.ErasedAt = r.Clock().UTC()
	text, err := json.Marshal(receipt)
	if err != nil {
		return w, err
	}
	w.State, w.Result = stateErased, string(text)
	if key != nil {
		w.Signature = ed25519.Sign(key, text)
	}
	return w, r.Catalog.EndErasure(ctx, w)
}

// places are all stores.
func (r *Runner) places(ctx context.Context) (all []Place, err error) {
	stores, err := r.Catalog.Stores(ctx)
	if err != nil {
		return nil, err
	}
	for _, store := range stores {
		place, err := r.Places(ctx, store.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, place)
	}
	return all, nil
}

// inventory closes the account everywhere, and counts its rows once, before the first is removed: a run that was cut off has
// no count of what it removed.
func (r *Runner) inventory(ctx context.Context, places []Place, w tenant.Work) (Removed, error) {
	were := Removed{}
	if err := json.Unmarshal(w.Parameters, &were); err != nil || len(were) > 0 {
		return were, err
	}
	for _, place := range places {
		if err := r.shut(ctx, place, w.AccountID); err != nil {
			return nil, err
		}
		if err := r.count(ctx, place, w.AccountID, were); err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(were)
	if err != nil {
		return nil, err
	}
	return were, r.Catalog.DescribeWork(ctx, w.AccountID, text)
}

// eraseCopy removes a copy that was cut off before it was an account; of others it returns the error.
func (r *Runner) eraseCopy(ctx context.Context, name string, otherwise error) (Erased, error) {
	works, err := r.Catalog.Works(ctx)
	if err != nil {
		return Erased{}, err
	}
	for _, w := range works {
		var c copying
		if w.Kind != "copy" || json.Unmarshal(w.Parameters, &c) != nil || c.Name != name && w.AccountID.String() != name {
			continue
		}
		done := Erased{AccountID: w.AccountID, Removed: Removed{}}
		err := r.holding(ctx, w.AccountID, func() error {
			place, err := r.Places(ctx, w.ToStore)
			if err != nil {
				return err
			}
			if err := r.remove(ctx, place, w.AccountID, done.Removed); err != nil {
				return err
			}
			return r.Catalog.EndWork(ctx, w.AccountID)
		})
		done.Rows = done.Removed.total()
		return done, err
	}
	return Erased{}, otherwise
}
