package problem_test

import (
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model/compile/problem"
)

func TestErrSortsAndDropsRepetitions(t *testing.T) {
	t.Parallel()
	at := func(file string, line int) problem.Problem {
		return problem.Problem{File: file, Line: line, Column: 1, Code: problem.UnknownKey, Message: "M"}
	}
	err := problem.List{at("b.yaml", 1), at("a.yaml", 2), at("a.yaml", 1), at("b.yaml", 1)}.Err()
	var places []string
	for line := range strings.Lines(err.Error()) {
		places = append(places, strings.TrimSpace(line))
	}
	want := "a.yaml:1:1: M [unknown-key] a.yaml:2:1: M [unknown-key] b.yaml:1:1: M [unknown-key]"
	if got := strings.Join(places, " "); got != want {
		t.Errorf("problems %s, expected %s", got, want)
	}
	if (problem.List{}).Err() != nil {
		t.Error("no problems are an error")
	}
}

func TestDidYouMean(t *testing.T) {
	t.Parallel()
	known := []string{"attributes", "commands", "Customer.Credit"}
	for name, want := range map[string]string{
		"attribute":       `did you mean "attributes"?`,
		"COMMAND":         `did you mean "commands"?`,
		"Customer.Credti": `did you mean "Customer.Credit"?`,
		"zzz":             "known here: Customer.Credit, attributes, commands",
	} {
		if got := problem.DidYouMean(name, known); got != want {
			t.Errorf("%s: %q, expected %q", name, got, want)
		}
	}
	if got := problem.DidYouMean("x", nil); got != "" {
		t.Errorf("nothing is known, but %q", got)
	}
	if got := problem.DidYouMean("zzzzzzz", strings.Split(strings.Repeat("abcdefghijkl ", 40), " ")); got != "" {
		t.Errorf("too many to list, but %q", got)
	}
}

func TestCodesAreUniqueAndSayWhatTheyMean(t *testing.T) {
	t.Parallel()
	seen := map[problem.Code]bool{}
	for _, meaning := range problem.Codes() {
		if seen[meaning.Code] || meaning.Text == "" {
			t.Errorf("%s is there twice, or has no meaning", meaning.Code)
		}
		seen[meaning.Code] = true
	}
}
