package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/polderhq/polder/cmd/dev/northwind"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/tenant"
)

// prepareAccess writes dev.env: with the key of the last run when it still opens the API,
// or else with a new one.
func (p *platform) prepareAccess(ctx context.Context, account tenant.Account) error {
	last, err := p.readEnvironment()
	if err != nil {
		return err
	}
	key := last.apiKey()
	if key == "" || !p.opens(ctx, key) {
		if key, err = p.createKey(ctx, account.ID); err != nil {
			return err
		}
	}
	return p.writeEnvironment(environment{
		{"POLDER_URL", p.url},
		{"POLDER_API_KEY", key},
		{"POLDER_ACCOUNT_ID", account.ID.String()},
		{"POLDER_CATALOG_URL", p.server.LoginURL(adminLogin, database)},
		{"POLDER_MIGRATE_LOGIN", pgserver.Superuser}, // roles belong to the cluster, not to the database
		{"POLDER_MIGRATE_PASSWORD", p.server.Password},
	})
}

// opens asks the API something that only a valid key gets a complaint about.
func (p *platform) opens(ctx context.Context, key string) bool {
	response, err := northwind.Target{URL: p.url, Key: key}.Post(ctx, "/v1/queries", "application/json", strings.NewReader("{}"))
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusBadRequest // the key is good, the query is none
}

func (p *platform) createKey(ctx context.Context, account uuid.UUID) (string, error) {
	admin, err := openPool(ctx, p.server, pg.Admin)
	if err != nil {
		return "", err
	}
	defer admin.Close()
	_, token, err := tenant.NewCatalog(admin).As(actor).CreateKey(ctx, account, "dev", []string{"*"})
	if err != nil {
		return "", fmt.Errorf("API key: %w", err)
	}
	return token, nil
}

// sayReady prints what a newcomer needs: where it is, and lines that work when pasted.
func (p *platform) sayReady() {
	e, _ := p.readEnvironment() // was written a moment ago
	curl := fmt.Sprintf("curl -s -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' %s", e.apiKey(), p.url)
	p.say(`
Polder runs. Settings for shells and programs: %s
  URL  %s
  key  %s

Try (in another terminal):
  %s/v1/queries -d '{"GetOrders": {"CustomerName": "Alfreds Futterkiste", "$size": 3}}'
  %s/v1/commands -d '{"PlaceOrderCommand": {"CustomerName": "Linus Torvalds", "OrderLines": [{"ProductName": "Penguin", "Quantity": "2", "UnitPrice": "12.50"}]}}'
  %s/v1/queries -d '{"GetOrders": {"CustomerName": "Linus Torvalds"}}'
`, p.path("dev.env"), p.url, e.apiKey(), curl, curl, curl)
	p.say("Ctrl-C stops everything; `make run` goes on with the same data, `make clean` removes it.")
}
