package example_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/example"
)

const library = `
entity: Member
attributes:
  Name: text
  Code: {type: text, optional: true}
  Fee: {type: money, optional: true}
guards:
  Code: {kind: unique, key: Code}
  Debt: {kind: limit, max: Fee}
commands:
  EnrolMemberCommand: {input: [Name, Code, Fee], raises: MemberEnrolledEvent, require: [{that: "Name != 'Nobody'", else: "A member has a name"}]}
projections:
  Members: [Name, Fee]
examples:
`

// run compiles the library with one example and returns the failures.
func run(t *testing.T, text string) []example.Failure {
	t.Helper()
	file := strings.Replace(library, "Members: [Name, Fee]", "Members: {columns: [Name, Fee]}", 1) + text
	result, err := compile.Compile(fstest.MapFS{"Member.yaml": {Data: []byte(file)}})
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(result.Canonical)
	if err != nil {
		t.Fatal(err)
	}
	return example.Run(release, result.Examples)
}

func TestExamplesFailWhenTheModelDoesOtherwise(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"holds", `{name: x, when: {EnrolMemberCommand: {Name: Ann, Fee: "12.5"}}, then: {events: {MemberEnrolledEvent: {Fee: "12.50 EUR"}}, shows: {Members: {Fee: 12.50}}}}`, ""},
		{"other value", `{name: x, when: {EnrolMemberCommand: {Name: Ann}}, then: {events: {MemberEnrolledEvent: {Name: Bob}}}}`, `Name is "Ann", expected "Bob"`},
		{"absent value", `{name: x, when: {EnrolMemberCommand: {Name: Ann}}, then: {events: {MemberEnrolledEvent: {Fee: "1"}}}}`, `Fee is absent, expected "1"`},
		{"other currency", `{name: x, when: {EnrolMemberCommand: {Name: Ann, Fee: 1}}, then: {shows: {Members: {Fee: 1 USD}}}}`, `expected "1 USD"`},
		{"no event", `{name: x, when: {EnrolMemberCommand: {Name: Ann}}, then: {events: []}}`, "it raises MemberEnrolledEvent"},
		{"accepted", `{name: x, when: {EnrolMemberCommand: {Name: Ann}}, then: {rejected: require}}`, "it is accepted"},
		{"rejected", `{name: x, when: {EnrolMemberCommand: {Name: Nobody}}, then: {events: [MemberEnrolledEvent]}}`, "it is rejected: A member has a name (require Name)"},
		{"rejected otherwise", `{name: x, when: {EnrolMemberCommand: {}}, then: {rejected: Member.Code}}`, `"Member.Code" should reject it, but it is rejected by: Name is required`},
		{"rejected by the sentence", `{name: x, when: {EnrolMemberCommand: {Name: Nobody}}, then: {rejected: A member has a name}}`, ""},
		{"guard", `{name: x, given: [EnrolMemberCommand: {Name: Ann, Code: a}], when: {EnrolMemberCommand: {Name: Bob, Code: A}}, then: {rejected: Member.Code}}`, ""},
		{"history that cannot be", `{name: x, given: [EnrolMemberCommand: {}], when: {EnrolMemberCommand: {Name: Bob}}, then: {events: [MemberEnrolledEvent]}}`, "given 1 (Member.yaml:15): Name is required"},
		{"no row", `{name: x, when: {EnrolMemberCommand: {Name: Ann}}, then: {shows: {Members m2: {Name: Ann}}}}`, "Members has no row for it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			failures := run(t, "  - "+test.text)
			switch {
			case test.want == "" && len(failures) > 0:
				t.Errorf("fails: %v", failures)
			case test.want != "" && (len(failures) != 1 || !strings.Contains(failures[0].Error(), test.want)):
				t.Errorf("failures %v, want %q", failures, test.want)
			case test.want != "" && !strings.HasPrefix(failures[0].Error(), "Member.yaml:15: x: "):
				t.Errorf("the failure does not say where the example is: %v", failures[0])
			}
		})
	}
}

func TestAliasOfAnIDIsTheID(t *testing.T) {
	t.Parallel()
	id := "0b81b458-7671-4e9b-844b-9934255f5406"
	if got := example.AliasID(id).String(); got != id {
		t.Errorf("an id stands for itself; got %s", got)
	}
	if example.AliasID("a") == example.AliasID("b") {
		t.Error("two aliases stand for the same id")
	}
}
