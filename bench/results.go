package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// result says what a number means, and what is wanted of it.
type result struct {
	name, what string
	atLeast    float64 // zero: no lower bound is wanted
	atMost     float64 // zero: no upper bound is wanted
}

// results are the numbers that have a goal; sections may measure more beside them.
func results() []result { return append(resultsOfBench(), resultsOfScale()...) }

func resultsOfBench() []result {
	return []result{
		{name: "append.256x100.ratio_pgbench64", what: "appends/s, 256 callers, 100 accounts; pgbench single-row inserts, 64 clients = 1", atLeast: 3},
		{name: "append.1024x100.ratio_pgbench64", what: "the same, 1,024 callers", atLeast: 4},
		{name: "append.64x100.ratio_pgbench64", what: "the same, 64 callers", atLeast: 1.4},
		{name: "append.256x100.ratio_unnest100", what: "256 callers; the raw insert of 100 rows at once = 1 (the ceiling)"},
		{name: "append.256x100.ratio_messagedb", what: "256 callers; Message DB under the same work = 1"},
		{name: "append.1x1.latency_ratio", what: "latency of one caller; pgbench, one client = 1", atMost: 2},
		{name: "import.northwind_per_s", what: "Northwind through the API: commands/s"},
		{name: "http.place_64x100_per_s", what: "PlaceOrderCommand/s over HTTP, 64 clients, 100 accounts"},
		{name: "http.place_64x100_p50_ms", what: "its latency, median, ms"},
		{name: "http.place_64x100_p99_ms", what: "its latency, 99th percentile, ms"},
		{name: "http.place_64x1_per_s", what: "PlaceOrderCommand/s over HTTP, 64 clients, 1 account"},
		{name: "http.place_64x1_p50_ms", what: "its latency, median, ms"},
		{name: "http.place_64x1_p99_ms", what: "its latency, 99th percentile, ms"},
		{name: "e2e.notify_p50_ms", what: "command acknowledged to client notified, 500 commands/s, median, ms"},
		{name: "e2e.notify_p99_ms", what: "the same, 99th percentile, ms", atMost: 50},
		{name: "read.1m.events_per_s", what: "1M events of one account read as a build reads them: events/s"},
		{name: "read.1m.ratio_plain", what: "the same; a plain query of pgx for the same rows = 1", atLeast: 0.7},
		{name: "read.1m.pages_ratio_plain", what: "the same in pages of 500, as a live projector reads"},
		{name: "build.1m.events_per_s", what: "order projection built from 1M events: events/s"},
		{name: "build.1m.ratio_row_upsert", what: "the same; upserts with a round trip each, written by hand = 1", atLeast: 20},
		{name: "build.1m.ratio_batched_upsert", what: "the same; 1,000 upserts pipelined = 1", atLeast: 3},
		{name: "build.1m.read_s", what: "of it reading, s"},
		{name: "build.1m.fold_s", what: "of it folding, s"},
		{name: "build.1m.write_s", what: "of it writing, s"},
		{name: "build.1m.prove_s", what: "and the proof by an independent fold, before the rows are live, s"},
		{name: "build.1m.peak_mib", what: "most memory of the building process, MiB"},
		{name: "seed.1m.s", what: "the same for a release with a column more, from the rows before, with its proof: s"},
		{name: "seed.1m.ratio_full", what: "the same; a build from all events, with its proof = 1"},
		{name: "seed.1m.events_ratio_full", what: "events read for it; by the build from all events = 1", atMost: 0.3},
		{name: "rare.1m.s", what: "a projection that 1 % of 1M events are for built and proven, s"},
		{name: "rare.1m.prove_s", what: "of it the proof, s"},
		{name: "rare.1m.ratio_full_read", what: "the whole of it; a read of all events alone, without folding = 1", atMost: 1},
		{name: "rarest.1m.s", what: "one that 1 of 10,000 events is for, s"},
		{name: "rarest.1m.ratio_full_read", what: "the whole of it; a read of all events alone = 1", atMost: 0.2},
		{name: "wide.account_ms", what: "an account of 200 events goes to the next release of a model of AFAS's size, 520 of 1,682 tables, and is contracted: ms", atMost: 1000},
		{name: "wide.table_ratio_commit", what: "of it each of the tables; a transaction that waits for the disk and does nothing = 1", atMost: 3},
		{name: "archive.1m.s", what: "1M events, 90 % of them of archived streams of twenty events each, built and proven, s"},
		{name: "archive.1m.ratio_full", what: "the same; a build from all events, with its proof = 1", atMost: 0.7},
		{name: "archive.1m.events_per_s", what: "to archive them: events/s"},
		{name: "upcast.20.ratio_bulk", what: "events of 20 versions ago read as a build reads them; the same events as they are stored today = 1", atMost: 2},
		{name: "upcast.20.ratio_row", what: "the same, as a live projector reads them, with the rows", atMost: 2},
		{name: "live.1.events_per_s", what: "a backlog applied live, 1 projection reads each event: events/s"},
		{name: "live.10.events_per_s", what: "the same, 10 projections"},
		{name: "live.100.events_per_s", what: "the same, 100 projections"},
		{name: "live.lag_p50_ms", what: "event acknowledged to rows committed, 2,000 events/s over 100 accounts, median, ms"},
		{name: "live.lag_p99_ms", what: "the same, 99th percentile, ms"},
		{name: "fanout.1m.join_rows", what: "a customer of 1,000,000 orders is renamed, orders join its name: rows written"},
		{name: "fanout.1m.join_visible_ms", what: "and until that is visible, ms"},
		{name: "fanout.1m.job_s", what: "the same, orders keep a copy of the name: until all have the new one, s"},
		{name: "fanout.1m.rows_per_s", what: "of it rows/s"},
		{name: "fanout.1m.lag_p99_ms", what: "lag of the account's live cursor meanwhile, at 50 events/s, 99th percentile, ms", atMost: 1000},
		{name: "model.afas.compile_s", what: "a model of 11,000 event types compiled: s", atMost: 10},
		{name: "model.afas.load_s", what: "the same loaded to run, s"},
		{name: "model.afas.compile_next_s", what: "its next release compiled, with the other one in memory, s"},
		{name: "model.afas.diff_s", what: "the two compared, s", atMost: 2},
		{name: "model.afas.changes", what: "changes between the two: 570 event types, 76 new ones, 84 gone, 409 queries, 279 projections, and what follows"},
		{name: "model.afas.tables", what: "tables to build for it"},
		{name: "model.afas.peak_mib", what: "most memory of the process meanwhile, MiB", atMost: 1024},
	}
}

// resultsOfScale are those of sections that run only when they are named, and of what follows them in the table.
func resultsOfScale() []result {
	return []result{
		{name: "crowd.memory_mib", what: "projector with 1,150 projections x 500 accounts, all live: memory, MiB"},
		{name: "crowd.connections", what: "its connections"},
		{name: "crowd.idle_cpu_percent", what: "it, with nothing to do, % of one core", atMost: 2},
		{name: "fair.quiet_p99_ms", what: "lag of 99 accounts at 200 events/s, 99th percentile, ms"},
		{name: "fair.flood_p99_ms", what: "the same while another account has a backlog of 200,000 events, ms"},
		{name: "fair.ratio", what: "the one by the other", atMost: 2},
		{name: "team.1.events_per_s", what: "a backlog of 40 accounts, 1 projector process: events/s"},
		{name: "team.2.events_per_s", what: "the same, 2 projector processes"},
		{name: "team.ratio", what: "the one by the other"},
		{name: "team.network1.events_per_s", what: "1 process, 2 ms from PostgreSQL: events/s"},
		{name: "team.network2.events_per_s", what: "the same, 2 processes"},
		{name: "team.network_ratio", what: "the one by the other", atLeast: 1.2},
		{name: "team.killed.events_per_s", what: "2 processes, one killed half-way, the rows compared: events/s"},
		{name: "move.pause_ms", what: "an account of 1M events goes to another store and back under 50 commands/s: appends waited at most, ms", atMost: 1000},
		{name: "move.most_ms", what: "the slowest command of all meanwhile, ms"},
		{name: "move.command_p99_ms", what: "commands meanwhile, 99th percentile, ms"},
		{name: "move.whole_s", what: "the whole move, with the read models built and proven, s"},
		{name: "drill.accounts", what: "accounts taken to another release, back and there again, under load and kills (make upgrade-drill)"},
		{name: "drill.commands", what: "commands that were acknowledged meanwhile"},
		{name: "drill.kills", what: "parts that were killed with SIGKILL"},
		{name: "drill.failed", what: "requests that failed (goal: none)"},
		{name: "drill.pause_p50_ms", what: "writes of an account wait for its switch, median, ms"},
		{name: "drill.pause_p99_ms", what: "the same, 99th percentile, ms", atMost: 100},
		{name: "drill.tables_built", what: "tables that builds noted, of all accounts"},
		{name: "drill.tables_changed", what: "tables that the release keeps otherwise, of all accounts"},
		{name: "drill.run_s", what: "until all accounts were on the release, kills included, s"},
		{name: "drill.estimate_factor", what: "the plan's estimate against that; the greater by the lesser", atMost: 2},
		{name: "drill.lost", what: "acknowledged commands that are not stored (goal: none)"},
		{name: "drill.doubled", what: "commands that are stored more than once (goal: none)"},
		{name: "drill.unseen", what: "changes that a query from their sequence number on did not show (goal: none)"},
		{name: "drill.rows_wrong", what: "rows that differ from a fresh fold (goal: none)"},
		{name: "start.10500_s", what: "start with 10,500 accounts until api and projector serve, s", atMost: 5},
		{name: "start.api_s", what: "of it the api alone, s"},
		{name: "start.projector_s", what: "of it the projector alone, s"},
		{name: "idle.api_cpu_percent", what: "api, idle with 10,500 accounts, % of one core", atMost: 2},
		{name: "idle.projector_cpu_percent", what: "projector, idle with 10,500 accounts, % of one core", atMost: 2},
	}
}

func (r result) goal() string {
	switch {
	case r.atLeast > 0:
		return "≥ " + figure(r.atLeast)
	case r.atMost > 0:
		return "≤ " + figure(r.atMost)
	}
	return ""
}

func (r result) verdict(value float64) string {
	switch {
	case r.atLeast == 0 && r.atMost == 0:
		return ""
	case r.atLeast > 0 && value < r.atLeast || r.atMost > 0 && value > r.atMost:
		return "missed"
	}
	return "reached"
}

// table lists the numbers with a meaning first, in the order of results, then the others.
func table(numbers map[string]float64) string {
	var text strings.Builder
	text.WriteString("| name | what | goal | measured | |\n|---|---|---|---|---|\n")
	known := map[string]bool{}
	for _, r := range results() {
		known[r.name] = true
		if value, ok := numbers[r.name]; ok {
			fmt.Fprintf(&text, "| `%s` | %s | %s | %s | %s |\n", r.name, r.what, r.goal(), figure(value), r.verdict(value))
		}
	}
	var others []string
	for name := range numbers {
		if !known[name] {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	for _, name := range others {
		fmt.Fprintf(&text, "| `%s` | | | %s | |\n", name, figure(numbers[name]))
	}
	return text.String()
}

// figure prints three significant digits, and whole numbers from a thousand on.
func figure(value float64) string {
	if math.Abs(value) >= 1000 {
		return strconv.FormatFloat(math.Round(value), 'f', 0, 64)
	}
	return strconv.FormatFloat(value, 'g', 3, 64)
}
