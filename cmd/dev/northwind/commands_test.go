package northwind

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/models"
)

func TestEveryRowBecomesACommandThatTheModelTakes(t *testing.T) {
	commands, err := Commands()
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(compiled.Canonical)
	if err != nil {
		t.Fatal(err)
	}
	count, ids := map[string]int{}, map[uuid.UUID]bool{}
	for _, command := range commands {
		count[command.Name]++
		ids[command.ID] = true
		parse(t, release, command)
	}
	if len(ids) != len(commands) {
		t.Errorf("%d commands have %d ids", len(commands), len(ids))
	}
	want := map[string]int{
		"RegisterPersonCommand": 120, "RegisterOrganisationCommand": 120, "AssignCustomerCommand": 91, "AssignSupplierCommand": 29,
		"RegisterProductCommand": 77, "PlaceOrderCommand": 830, "ConfirmOrderCommand": 809, "CloseOrderCommand": 809,
	}
	for name, n := range want {
		if count[name] != n {
			t.Errorf("%d times %s, want %d", count[name], name, n)
		}
	}
}

func parse(t *testing.T, release *model.Release, command Command) {
	t.Helper()
	kind := release.Command(command.Name)
	if kind == nil {
		t.Fatalf("the model has no %s", command.Name)
	}
	text, err := json.Marshal(command.Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kind.Parse(text); err != nil {
		t.Errorf("%s: %v\n%s", command.Name, err, text)
	}
}

func TestFloatsBecomeTheCentsThatWereMeant(t *testing.T) {
	b := &builder{}
	for in, want := range map[string]string{"9.80000019": "9.80", "34.7999992": "34.80", "0.150000006": "0.15", "0": "0.00", "263.5": "263.50"} {
		if got := b.rounded(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if b.rounded("x"); b.err == nil {
		t.Error("a number that does not parse gives no error")
	}
}

func TestCommandsAreTheSameEveryTime(t *testing.T) {
	one, _ := Commands()
	two, _ := Commands()
	first, _ := json.Marshal(one)
	second, _ := json.Marshal(two)
	if string(first) != string(second) {
		t.Error("the second time the commands differ")
	}
}
