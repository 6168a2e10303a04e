package example_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/example"
)

// shelf is a library whose loans are read in every shape.
const shelf = `agreement: Loan
attributes:
  ReaderId: ref(Loan)
  Name: text
  Late: bool
  Books: {key: Line, of: {Line: int, Title: text, Pages: int}}
projections:
  Loans: {columns: {Books: ~, Name: ~, Late: ~, Reader: Reader.Name}, shape: {Reader: duplicate}}
  LateLoans: {of: Loans, where: Late, columns: {Name: ~, Reader: ~, Shout: "Reader + '!'"}}
  Books: {of: Loans, each: Books, columns: {LoanId: ~, Title: ~, Pages: ~}}
  Readers: {of: Loans, group: Reader, columns: {Loans: count(), First: min(Name)}}
  Titles: {of: Books, group: Title, columns: {Pages: sum(Pages)}}
queries: {}
examples:
  - name: x
    given:
      - Loan ann: {LoanMadeEvent: {ReaderId: ann, Name: Ann, Late: false, Books: [{Line: 1, Title: A, Pages: 10}, {Line: 2, Title: B, Pages: 20}]}}
    when: {MakeLoanCommand: {LoanId: bob, ReaderId: ann, Name: Bob, Late: true, Books: [{Title: A, Pages: 30}]}}
    then: {shows: `

func TestExamplesShowRowsOfEveryShape(t *testing.T) {
	t.Parallel()
	for shows, want := range map[string]string{
		`{Loans ann: {Name: Ann, Reader: Ann}, LateLoans: {Name: Bob, Reader: Ann, Shout: Ann!}, LateLoans ann: ~}`: "",
		`{Books: [{LoanId: ann, Title: A, Pages: 10}, {LoanId: bob, Title: A, Pages: 30}]}`:                         "",
		`{Readers: {Reader: Ann, Loans: 2, First: Ann}, Titles: [{Title: A, Pages: 40}, {Title: B, Pages: 20}]}`:    "",
		`{LateLoans: ~}`:                          "LateLoans has a row for it",
		`{LateLoans ann: {Name: Ann}}`:            "LateLoans has no row for it",
		`{Books: {Title: A, Pages: 20}}`:          `none of 3 rows is {"Pages":20,"Title":"A"}`,
		`{Books: ~}`:                              "Books has a row for it",
		`{Readers: {Reader: Ann, Loans: 3}}`:      "Loans is 2, expected 3",
		`{Books: [{Title: A}, {Title: nowhere}]}`: "none of 3 rows",
	} {
		result, err := compile.Compile(fstest.MapFS{"Loan.yaml": {Data: []byte(shelf + shows + "}\n")}})
		if err != nil {
			t.Fatal(err)
		}
		release, err := model.Load(result.Canonical)
		if err != nil {
			t.Fatal(err)
		}
		failures := example.Run(release, result.Examples)
		switch {
		case want == "" && len(failures) > 0:
			t.Errorf("%s fails: %v", shows, failures)
		case want != "" && (len(failures) != 1 || !strings.Contains(failures[0].Error(), want)):
			t.Errorf("%s: failures %v, want %q", shows, failures, want)
		}
	}
}
