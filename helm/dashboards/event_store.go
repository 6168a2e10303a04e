package main

// eventStore is about storing what commands have decided.
func eventStore() board {
	duration := func(q, name string) query {
		return query{`histogram_quantile(` + q + `, sum by (le, store) (rate(polder_store_append_duration_seconds_bucket{}[$__rate_interval])))`, name + " {{store}}"}
	}
	return board{
		name: "event-store", title: "Event store", about: "How fast commands are stored, why some are not, and who waits for connections.",
		panels: []panel{
			stat("Appends", "Commands per second whose events were stored.", "ops", `sum(rate(polder_store_appends_total{}[$__rate_interval]))`),
			stat("Slowest 1 %", "What the slowest 1 % of appends take at least.", "s",
				`histogram_quantile(0.99, sum by (le) (rate(polder_store_append_duration_seconds_bucket{}[$__rate_interval])))`).judged(0.1, 0.5),
			stat("Oldest append", "Age of the oldest append that has no answer yet. One that hangs shows here first.", "s", `max(polder_store_oldest_append_seconds{})`).judged(1, 5),
			stat("Decided anew", "Share of appends that met a stream which another command had changed meanwhile.", "percentunit",
				`(sum(rate(polder_store_conflicts_total{reason="revision"}[$__rate_interval])) or vector(0)) / sum(rate(polder_store_appends_total{}[$__rate_interval]))`).judged(0.05, 0.1),
			stat("Wait for connections", "Work that waits for a connection to a store at this moment, in all processes.", "short", `sum(polder_pool_waiting{})`).judged(1, 10),
			stat("Stores away", "Stores that did not answer a projector's question.", "short", `sum(max by (store) (polder_projector_store_unreachable{}))`).judged(1, 1),

			series("Appends and events", "Per second and store. An append is what one command has decided; it has one event or more.", "short",
				query{`sum by (store) (rate(polder_store_appends_total{}[$__rate_interval]))`, "appends {{store}}"},
				query{`sum by (store) (rate(polder_store_events_total{}[$__rate_interval]))`, "events {{store}}"}),
			series("Time of an append", "From the call of an append to its answer.", "s", duration("0.5", "p50"), duration("0.95", "p95"), duration("0.99", "p99")),
			series("Appends that were not stored", "Per second, by reason: revision (a stream was changed meanwhile; decided anew), unique, limit and others (refused by a rule of the model), account (suspended or moved), error.", "ops",
				query{`sum by (reason) (rate(polder_store_conflicts_total{}[$__rate_interval]))`, "{{reason}}"}),
			series("Appends stored together", "How many appends share a transaction, on average and at the 95th percentile. It grows with the load.", "short",
				query{`sum(rate(polder_store_group_size_sum{}[$__rate_interval])) / sum(rate(polder_store_group_size_count{}[$__rate_interval]))`, "average"},
				query{`histogram_quantile(0.95, sum by (le) (rate(polder_store_group_size_bucket{}[$__rate_interval])))`, "p95"}),
			series("Repeated commands", "Per second: commands that a client has sent again and that were answered as the first time; and those of them that only the store knew, not the process.", "ops",
				query{`sum(rate(polder_api_repeated_commands_total{}[$__rate_interval]))`, "all"},
				query{`sum by (store) (rate(polder_store_repeated_commands_total{}[$__rate_interval]))`, "not remembered {{store}}"}),
			series("Oldest append in flight", "Age of the oldest append that has no answer yet, by process.", "s",
				query{`max by (pod, store) (polder_store_oldest_append_seconds{})`, "{{pod}} {{store}}"}),
			series("Pools", "Share of the connections that a process may hold which are in use, the fullest of all processes, by role.", "percentunit",
				query{`max by (store, role) (polder_pool_connections{state="in_use"} / on (job, pod, instance, store, role) polder_pool_connections_max{})`, "{{role}} {{store}}"}),
			series("Waiting for a connection", "Work that waits at this moment, by role. Above zero for long: the pool is too small, or its connections hang.", "short",
				query{`sum by (role) (polder_pool_waiting{})`, "{{role}}"}),
			series("Connections by store", "Connections that all processes hold, in use or idle.", "short",
				query{`sum by (store, state) (polder_pool_connections{})`, "{{state}} {{store}}"}),
		},
		details: []panel{
			series("Seals", "Events per second that are sealed, and tries that failed. A seal is made of 10,000 events of an account, so there are none for long.", "short",
				query{`sum by (store) (rate(polder_seal_events_total{}[$__rate_interval]))`, "sealed {{store}}"},
				query{`sum by (store) (rate(polder_seal_failures_total{}[$__rate_interval]))`, "failed {{store}}"}),
			series("Time spent waiting", "How many were waiting for a connection on average; of waits that are over.", "short",
				query{`sum by (role) (rate(polder_pool_wait_seconds_total{}[$__rate_interval]))`, "{{role}}"}),
			series("Waits", "Times per second that work had to wait for a connection.", "ops", query{`sum by (role) (rate(polder_pool_waits_total{}[$__rate_interval]))`, "{{role}}"}),
			series("Stale memory", "Times per second that an account was found at another head than the process remembered: another process writes to it, or it was switched.", "ops",
				query{`sum by (store) (rate(polder_store_stale_memory_total{}[$__rate_interval]))`, "{{store}}"}).wide(half),
			series("Rows of batches", "Rows of command batches per second, by code.", "ops", query{`sum by (code) (rate(polder_api_batch_rows_total{}[$__rate_interval]))`, "{{code}}"}).wide(half),
		},
	}
}
