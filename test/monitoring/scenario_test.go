package monitoring_test

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/test/binaries"
)

// scenario is what makes an alert fire on a real installation, and is mended by its runbook.
type scenario struct {
	alert  string
	labels map[string]string // that the alert has to have, beside its name

	before func(*installation)                   // what is there while all is well; nil: clients write
	breaks func(*installation) map[string]string // and returns what the operator knows then
	shows  []string                              // names of what the operator knows that the commands of the runbook show him
}

// scenarios are all alerts but PolderXidAge: no test can wait for 500 million transactions.
var scenarios = []scenario{
	{alert: "PolderMetricsAbsent", labels: map[string]string{"process": "projector"}, breaks: stopProjector},
	{alert: "PolderProjectorStalled", labels: map[string]string{"store": storeID}, breaks: lockReadModels, shows: []string{"PID"}},
	{alert: "PolderProjectorLagging", labels: map[string]string{"store": storeID}, breaks: holdCursor, shows: []string{"PID"}},
	{alert: "PolderLoopSilent", labels: map[string]string{"pod": "projector-1"}, breaks: lockReadModels, shows: []string{"PID"}},
	{alert: "PolderProjectorParked", labels: map[string]string{"store": storeID}, breaks: storeNonsense, shows: []string{"ACCOUNT", "PROJECTION", "EVENT"}},
	{alert: "PolderAuditMismatch", labels: map[string]string{"store": storeID}, before: placeOrder, breaks: corruptRow, shows: []string{"ROW", "PROJECTION"}},
	{alert: "PolderAppendLatencyHigh", labels: map[string]string{"store": storeID}, breaks: holdHead, shows: []string{"PID"}},
	{alert: "PolderAppendConflictsHigh", labels: map[string]string{"store": storeID}, before: secondAPI, breaks: fightOverStream, shows: []string{"KEY"}},
	{alert: "PolderPoolSaturated", labels: map[string]string{"role": "polder_api", "pod": "api-1"}, breaks: hangQueries, shows: []string{"PID"}},
	{alert: "PolderApiErrorBudgetBurn", labels: map[string]string{"speed": "fast"}, breaks: revokeRight, shows: []string{"PID", "GRANTED"}},
	{alert: "PolderApiErrorBudgetBurn", labels: map[string]string{"speed": "slow"}, breaks: revokeRight, shows: []string{"PID", "GRANTED"}},
	{alert: "PolderLongTransaction", labels: map[string]string{"store": storeID}, breaks: forgetTransaction, shows: []string{"PID"}},
	{alert: "PolderUpgradeRunFailed", labels: map[string]string{"upgrade": "2.0-1"}, before: planUpgrade, breaks: failUpgrade, shows: []string{"ACCOUNT"}},
	{alert: "PolderUpgradeRunStuck", labels: map[string]string{"upgrade": "2.0-1"}, before: planUpgrade, breaks: killUpgrade},
	{alert: "PolderMixedReleasesTooLong", before: planUpgrade, breaks: upgradeOne, shows: []string{"VERSION"}},
}

func (s scenario) name() string { return s.alert + s.labels["speed"] }

// run shows that the alert is silent while all is well, fires when something breaks, and is silent again when
// an operator has done what the runbook says.
func (s scenario) run(t *testing.T, p *prometheus) {
	i := install(t, p, strings.ToLower(strings.TrimPrefix(s.name(), "Polder")))
	if s.before == nil {
		s.before = (*installation).writing
	}
	s.before(i)
	wanted := map[string]string{"alertname": s.alert, "namespace": i.namespace}
	for name, value := range s.labels {
		wanted[name] = value
	}
	eventually(t, "the processes to be scraped", func() bool {
		found, err := p.query(fmt.Sprintf(`count_over_time(polder_build_info{namespace=%q}[1m]) > 2`, i.namespace))
		return err == nil && len(found) >= len(i.processes)
	})
	eventually(t, "all to be well", func() bool { return len(p.firing(t, map[string]string{"namespace": i.namespace})) == 0 })

	began := time.Now()
	knows := s.breaks(i)
	var fired []alert
	eventually(t, s.alert+" to fire", func() bool {
		fired = p.firing(t, wanted)
		return len(fired) > 0
	})
	fires := time.Since(began)
	for name, text := range fired[0].Annotations {
		if strings.Contains(text, "error expanding") || strings.Contains(text, "<no value>") || strings.Contains(text, "{{") {
			t.Errorf("%s is %q", name, text)
		}
	}
	shown := i.follow(s.alert, knows)
	for _, name := range s.shows {
		if knows[name] == "" || !strings.Contains(shown, knows[name]) {
			t.Errorf("what the runbook shows has no %s (%q):\n%s", name, knows[name], shown)
		}
	}
	eventually(t, s.alert+" to be over", func() bool { return len(p.firing(t, wanted)) == 0 })
	t.Logf("%s fired after %s (%s), and was over after %s", s.name(), fires.Round(time.Second), fired[0].Annotations["description"], time.Since(began).Round(time.Second))
}

func stopProjector(i *installation) map[string]string {
	i.stop("projector-1")
	return nil
}

func lockReadModels(i *installation) map[string]string {
	return i.forgotten(`DO $$ DECLARE t regclass; BEGIN
		FOR t IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'read_models'::regnamespace AND c.relkind = 'r' LOOP
			EXECUTE 'LOCK TABLE ' || t || ' IN ACCESS EXCLUSIVE MODE';
		END LOOP; END $$`)
}

func holdCursor(i *installation) map[string]string {
	knows := i.forgotten("SELECT FROM store.live_cursors WHERE account_id = $1 FOR UPDATE", i.account.ID)
	knows["ACCOUNT"] = i.account.ID.String()
	return knows
}

func holdHead(i *installation) map[string]string {
	return i.forgotten("SELECT FROM store.account_heads WHERE account_id = $1 FOR UPDATE", i.account.ID)
}

// revokeRight takes a right away that commands need; somebody's session that idles is beside the point.
func revokeRight(i *installation) map[string]string {
	i.sql("REVOKE INSERT ON store.events FROM polder_appender")
	knows := i.forgotten("SELECT 1")
	knows["GRANT"], knows["GRANTED"] = "GRANT INSERT ON store.events TO polder_appender", "polder_appender"
	return knows
}

func forgetTransaction(i *installation) map[string]string { return i.forgotten("SELECT 1") }

func storeNonsense(i *installation) map[string]string {
	event := i.store(i.account.Name, "OrderPlacedEvent", `{"OrderNumber": 1}`)
	return map[string]string{"ACCOUNT": i.account.Name, "PROJECTION": "Orders", "EVENT": fmt.Sprint(event), "REASON": "a test, agreed with its owner"}
}

func placeOrder(i *installation) {
	i.writing()
	i.command(`{"PlaceOrderCommand": {"CustomerName": "Linus Torvalds", "Reference": "right", "OrderLines": [{"ProductName": "Chai", "UnitPrice": "18.00"}]}}`)
}

func corruptRow(i *installation) map[string]string {
	order := i.command(`{"PlaceOrderCommand": {"CustomerName": "Linus Torvalds", "Reference": "right", "OrderLines": [{"ProductName": "Chai", "UnitPrice": "18.00"}]}}`)
	key, err := uuid.Parse(order)
	must(i.T, err)
	table := i.text(`SELECT c.table_name FROM information_schema.columns c JOIN information_schema.columns k USING (table_schema, table_name)
		WHERE table_schema = 'read_models' AND c.column_name = 'reference' AND k.column_name = 'key'`)
	eventually(i.T, "the order's row", func() bool {
		return i.text("SELECT count(*)::text FROM read_models."+table+" WHERE key = $1", key) == "1"
	})
	i.sql("UPDATE read_models."+table+" SET reference = 'wrong' WHERE key = $1", key)
	return map[string]string{"ACCOUNT": i.account.Name, "PROJECTION": "Orders", "ROW": order}
}

func secondAPI(i *installation) {
	i.start("api-2", "POLDER_LOG_LEVEL=warn")
	i.writing()
}

func fightOverStream(i *installation) map[string]string {
	person := i.command(`{"RegisterPersonCommand": {"Name": "Nancy Davolio"}}`)
	for _, pod := range []string{"api-1", "api-2"} {
		i.during(2, 20*time.Millisecond, func(ctx context.Context) {
			status, _ := i.send(ctx, pod, "/v1/commands", fmt.Sprintf(`{"RenamePersonCommand": {"PersonId": %q, "Name": %q}}`, person, uuid.New()))
			if status == 401 {
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	return map[string]string{"ACCOUNT": i.account.Name, "KEY": i.key.ID}
}

func hangQueries(i *installation) map[string]string {
	knows := lockReadModels(i)
	i.during(24, 100*time.Millisecond, func(ctx context.Context) {
		i.send(ctx, "api-1", "/v1/queries", `{"GetPeople": {"$size": 1}}`)
	})
	return knows
}

// planUpgrade plans to take two accounts to the next release, the first one first.
func planUpgrade(i *installation) {
	i.writing()
	i.company("southwind")
	model, err := next()
	must(i.T, err)
	i.publish(model, "2.0")
	i.admin(0, "upgrade", "plan", "--to", "2.0", "--all", "--canary", i.account.Name, "--waves", "1,100%")
}

// failUpgrade has an event stored, after the plan was made, that the next release cannot read.
func failUpgrade(i *installation) map[string]string {
	i.command(`{"PlaceOrderCommand": {"CustomerName": "Linus Torvalds", "Freight": "0", "OrderLines": [{"ProductName": "Chai", "UnitPrice": "18.00"}]}}`)
	i.admin(9, "upgrade", "run", "2.0-1")
	return map[string]string{"UPGRADE": "2.0-1", "ACCOUNT": i.account.Name}
}

// killUpgrade kills the process that runs the upgrade, between its waves.
func killUpgrade(i *installation) map[string]string {
	cmd := exec.Command(binaries.Path(i, "admin"), "upgrade", "run", "2.0-1", "--settle", "1h")
	cmd.Env = i.env(nil)
	must(i.T, cmd.Start())
	eventually(i.T, "the first wave to be switched", func() bool {
		return i.text("SELECT count(*)::text FROM catalog.upgrade_accounts WHERE state = 'switched'") == "1"
	})
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return map[string]string{"UPGRADE": "2.0-1"}
}

func upgradeOne(i *installation) map[string]string {
	i.admin(0, "upgrade", "plan", "--to", "2.0", "--account", i.account.Name)
	i.admin(0, "upgrade", "run", "2.0-2")
	return map[string]string{"VERSION": "2.0", "NUMBER": "3"}
}

// text is a value of the database.
func (i *installation) text(sql string, args ...any) (text string) {
	i.Helper()
	must(i.T, i.super().QueryRow(i.Context(), sql, args...).Scan(&text))
	return text
}
