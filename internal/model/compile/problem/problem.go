package problem

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a model.
type Problem struct {
	File    string `json:"file"` // path in the model's folder
	Line    int    `json:"line"` // from 1; 0 when the problem has no line
	Column  int    `json:"column"`
	Code    Code   `json:"code"`
	Element string `json:"element,omitempty"` // e.g. "Order.commands.PlaceOrderCommand.to"
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"` // a way out; empty when there is none to offer
}

// Error returns the problem as lines for a terminal; editors understand the first.
func (p Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s [%s]", p.File, p.Line, p.Column, p.Message, p.Code)
	if p.Element != "" {
		fmt.Fprintf(&b, "\n  in: %s", p.Element)
	}
	if p.Hint != "" {
		fmt.Fprintf(&b, "\n  hint: %s", p.Hint)
	}
	return b.String()
}

// List is everything that is wrong with a model, by file and line. It is an error.
type List []Problem

// Error returns all problems, one after the other.
func (l List) Error() string {
	texts := make([]string, len(l))
	for i, p := range l {
		texts[i] = p.Error()
	}
	return strings.Join(texts, "\n")
}

// In returns the list with the folder in front of each file, for people who stand elsewhere.
func (l List) In(folder string) List {
	moved := slices.Clone(l)
	for i := range moved {
		moved[i].File = strings.TrimSuffix(folder, "/") + "/" + moved[i].File
	}
	return moved
}

// Err returns the list sorted by place and without repetitions, or nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	sorted := slices.Clone(l)
	slices.SortStableFunc(sorted, compare)
	return slices.Compact(sorted)
}

func compare(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
}
