package tenant

import (
	"context"
	"errors"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

var errNoKeys = errors.New("this directory follows no keys")

// Authenticate returns who holds the token, with the account as it is now: whether it may
// read or write is the caller's next question. It returns Unauthorized when nobody holds the
// token. A key that is not known is looked for in the catalog, together with all others that
// are asked for at the time; when the catalog is away then, it returns Unavailable.
func (d *Directory) Authenticate(ctx context.Context, text string) (Principal, error) {
	if !d.config.Keys {
		return Principal{}, errNoKeys
	}
	presented, well := parseToken(text)
	if !well {
		return Principal{}, unauthorized()
	}
	key, err := d.findKey(ctx, presented.keyID)
	if err != nil {
		return Principal{}, err
	}
	if !presented.matches(key.hash) || key.revoked {
		return Principal{}, unauthorized()
	}
	account, err := d.Account(key.accountID)
	if err != nil {
		return Principal{}, err
	}
	d.used.note(key.id, d.config.Clock())
	return Principal{Account: account, KeyID: key.id, Roles: key.roles}, nil
}

func (d *Directory) findKey(ctx context.Context, id string) (apiKey, error) {
	if key, found := d.mirror.key(id); found {
		return key, nil
	}
	if err := d.asks.ask(ctx); err != nil {
		return apiKey{}, lookUpFault(ctx, err)
	}
	if key, found := d.mirror.key(id); found {
		return key, nil
	}
	return apiKey{}, unauthorized()
}

// lookUpFault does not say Unauthorized: nobody knows whether the key is good.
func lookUpFault(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	if fault.KindOf(pg.Fault(err)) == fault.Unavailable {
		return fault.Wrap(err, fault.Unavailable, "The catalog does not answer; try again").After(movingRetryAfter)
	}
	return err
}

// unauthorized tells nothing about what was wrong with the token.
func unauthorized() error {
	return fault.New(fault.Unauthorized, "The API key is not valid")
}
