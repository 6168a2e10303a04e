package faults

import (
	"testing"
	"time"

	"github.com/polderhq/polder/test/history"
)

func TestRequestsCountForTheFaultsThatTheyMet(t *testing.T) {
	t.Parallel()
	at := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	cutName, slowName := cut().name, slow().name
	m := &measured{met: map[string]*[2][]float64{}, spans: []span{{cutName, at(10), at(12)}, {slowName, at(30), at(31)}, {cutName, at(31), at(32)}}}
	for _, o := range []history.Operation{
		{Kind: history.Command, Outcome: history.Acknowledged, Sent: at(1), Answered: at(1.1)},     // before any fault
		{Kind: history.Command, Outcome: history.Acknowledged, Sent: at(9), Answered: at(13)},      // during the first
		{Kind: history.Command, Outcome: history.Acknowledged, Sent: at(14.5), Answered: at(14.6)}, // just after it
		{Kind: history.Query, Sent: at(20), Answered: at(20.01)},                                   // between
		{Kind: history.Query, Sent: at(30.5), Answered: at(31.5)},                                  // during two
		{Kind: history.Heard, Sequence: 5},
	} {
		m.take(&o, at(5))
	}
	if len(m.quiet[0]) != 1 || len(m.faulty[0]) != 2 || len(m.faulty[1]) != 2 {
		t.Errorf("quiet %v, under faults %v", m.quiet, m.faulty)
	}
	m.spans = append(m.spans, span{flooding, at(40), at(42)})
	for _, floods := range []bool{true, false} {
		m.floods = floods
		m.take(&history.Operation{Kind: history.Query, Sent: at(41), Answered: at(41.5)}, at(5))
	}
	if met := m.met[flooding]; met == nil || len(met[1]) != 1 {
		t.Error("who floods is a neighbour of its own")
	}
	delete(m.met, flooding)
	m.spans = m.spans[:3]
	all := m.effects()
	if len(all) != 2 || all[0].Fault != cutName || all[0].Times != 2 || all[0].Commands.Requests != 2 || all[0].Commands.Most != 4000 ||
		all[0].Queries.Requests != 1 || all[1].Queries.Requests != 1 || all[1].Commands.Requests != 0 {
		t.Errorf("%+v", all)
	}
	if all[0].Silence != 3 { // from its beginning to the first acknowledgement
		t.Errorf("silence %v", all[0].Silence)
	}
}
