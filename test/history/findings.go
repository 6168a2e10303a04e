package history

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Rule is a guarantee that a history can break.
type Rule string

// The rules.
const (
	Lost      Rule = "lost"             // acknowledged, and not stored
	Doubled   Rule = "doubled"          // a command is stored more than once
	Misplaced Rule = "misplaced"        // stored elsewhere than its client was told
	Unasked   Rule = "unasked"          // stored, and nobody has sent it
	Acted     Rule = "refused, and yet" // refused, and stored all the same
	Gap       Rule = "gap"              // sequence numbers are not 1..N
	Revisions Rule = "revisions"        // the revisions of a stream are not 1..n
	Order     Rule = "order"            // acknowledged before the other was sent, and has the higher number
	Backwards Rule = "time goes back"   // an event is older than the one before it
	Unseen    Rule = "unseen"           // an answer is older than was asked for
	Ahead     Rule = "ahead"            // a client was told of a number that no event has
	Foreign   Rule = "foreign"          // a client was shown a stream that is not its account's
	Untold    Rule = "untold"           // who listens was not told of what was acknowledged
)

// Rules are all of them.
func Rules() []Rule {
	return []Rule{Lost, Doubled, Misplaced, Unasked, Acted, Gap, Revisions, Order, Backwards, Unseen, Ahead, Foreign, Untold}
}

// Findings are what was counted in histories, and which rules they broke.
type Findings struct {
	Commands, Acknowledged, Refused, Unknown int
	Repeated                                 int // commands that were sent more than once
	Queries, Rows, Heard                     int
	Events                                   int
	Broken                                   map[Rule]int
	Texts                                    []string // of the first
}

// textsKept is how many broken rules are told in words.
const textsKept = 20

func (f *Findings) breaks(rule Rule, format string, args ...any) {
	if f.Broken == nil {
		f.Broken = map[Rule]int{}
	}
	if f.Broken[rule]++; len(f.Texts) < textsKept {
		f.Texts = append(f.Texts, string(rule)+": "+fmt.Sprintf(format, args...))
	}
}

// Operations is how many were looked at.
func (f *Findings) Operations() int { return f.Commands + f.Queries + f.Rows + f.Heard }

// Add takes in what was found elsewhere; account says where.
func (f *Findings) Add(account string, other *Findings) {
	for to, n := range map[*int]int{
		&f.Commands: other.Commands, &f.Acknowledged: other.Acknowledged, &f.Refused: other.Refused, &f.Unknown: other.Unknown,
		&f.Repeated: other.Repeated, &f.Queries: other.Queries, &f.Rows: other.Rows, &f.Heard: other.Heard, &f.Events: other.Events,
	} {
		*to += n
	}
	if f.Broken == nil {
		f.Broken = map[Rule]int{}
	}
	for rule, n := range other.Broken {
		f.Broken[rule] += n
	}
	for _, text := range other.Texts {
		if len(f.Texts) < textsKept {
			f.Texts = append(f.Texts, account+": "+text)
		}
	}
}

// Err says which rules were broken and how often, nil when none was.
func (f *Findings) Err() error {
	if len(f.Broken) == 0 {
		return nil
	}
	var all []string
	for _, rule := range slices.Sorted(maps.Keys(f.Broken)) {
		all = append(all, fmt.Sprintf("%s: %d", rule, f.Broken[rule]))
	}
	return fmt.Errorf("the history breaks %s\n  %s", strings.Join(all, ", "), strings.Join(f.Texts, "\n  "))
}
