package main

// overview answers two questions: is it healthy, and for whom is it not.
func overview() board {
	const requests = `sum(rate(polder_api_requests_total{route=~"/v1/.*"}[$__rate_interval]))`
	return board{
		name: "overview", title: "Overview", about: "Is it healthy, and for whom is it not. Red numbers on top say what is wrong, the lines since when, the tables for whom.",
		panels: []panel{
			stat("Requests", "Requests to the api per second, answered in any way.", "reqps", requests),
			stat("Failed requests", "Share of requests that were answered with an error of the platform (5xx). The goal is one in a thousand, over 30 days.", "percentunit",
				`(sum(rate(polder_api_requests_total{route=~"/v1/.*", code=~"5.."}[$__rate_interval])) or vector(0)) / `+requests).judged(0.001, 0.0144),
			stat("Read models behind", "Age of the oldest event that is not in the read models, of any account.", "s", `max(polder_projector_lag_seconds{})`).judged(10, 60),
			stat("Parked projections", "Projections of accounts that an event has stopped. Their rows stay as they are until somebody mends them.", "short",
				`sum(max by (store) (polder_projector_parked_projections{}))`).judged(1, 1),
			stat("Wrong rows, 24 h", "Rows that auditors have found not to be what the events say.", "short", `sum(increase(polder_audit_mismatches_total{}[24h]))`).judged(1, 1),
			stat("Silent loops", "Loops of processes that have not gone round for two minutes. Without them figures stand still, and look well.", "short",
				`count(polder_loop_heartbeat_age_seconds{} > 120) or vector(0)`).judged(1, 1),

			series("Requests by route", "Requests per second.", "reqps", query{`sum by (route) (rate(polder_api_requests_total{route=~"/v1/.*"}[$__rate_interval]))`, "{{route}}"}),
			series("Answers that are no success", "Requests per second that were refused (4xx) or failed (5xx), by code.", "reqps",
				query{`sum by (code) (rate(polder_api_requests_total{route=~"/v1/.*", code=~"[45].."}[$__rate_interval]))`, "{{code}}"}),
			series("Time of a request", "Time from a request's header to the end of its answer, of commands and queries: the median, and what the slowest 1 % take at least.", "s",
				query{`histogram_quantile(0.5, sum by (le, route) (rate(polder_api_request_duration_seconds_bucket{route=~"/v1/(commands|queries)"}[$__rate_interval])))`, "p50 {{route}}"},
				query{`histogram_quantile(0.99, sum by (le, route) (rate(polder_api_request_duration_seconds_bucket{route=~"/v1/(commands|queries)"}[$__rate_interval])))`, "p99 {{route}}"}),
			series("Events", "Events per second: stored by commands, and applied to read models.", "short",
				query{`sum(rate(polder_store_events_total{}[$__rate_interval]))`, "stored"},
				query{`sum(rate(polder_projector_events_applied_total{}[$__rate_interval]))`, "applied"}),
			series("Read models behind, by store", "Age of the oldest event that is not in the read models.", "s",
				query{`max by (store) (polder_projector_lag_seconds{})`, "{{store}}"}),
			series("Throttled and connected", "Requests per second beyond their account's budget, and open streams of notifications.", "short",
				query{`sum(rate(polder_api_throttled_total{}[$__rate_interval]))`, "throttled per second"},
				query{`sum(polder_api_sse_clients{})`, "open streams"}),

			table("Accounts that lag most", "The accounts whose read models are furthest behind. Empty: none is.", "s",
				map[string]string{"store": "Store", "account": "Account", "Value": "Behind for"},
				`topk(10, max by (store, account) (polder_projector_account_lag_seconds{}))`),
			table("Parked projections", "Which projections of which accounts an event has stopped, and for how long. Empty: none.", "s",
				map[string]string{"store": "Store", "account": "Account", "projection": "Projection", "Value": "For"},
				`max by (store, account, projection) (polder_projector_account_parked_seconds{})`),
			table("Accounts throttled most", "Requests beyond the account's budget in the last minutes. Empty: none.", "short",
				map[string]string{"account": "Account", "Value": "Requests"},
				`topk(10, sum by (account) (polder_api_account_throttled{}))`),
			table("Accounts with wrong rows", "Rows that auditors have found wrong, since the account exists; those that are mended by now included. Empty: none.", "short",
				map[string]string{"store": "Store", "account": "Account", "Value": "Rows"},
				`max by (store, account) (polder_projector_account_wrong_rows{})`),
		},
		details: []panel{
			series("Requests under way", "Requests that are not answered yet, by process; open streams are among them.", "short",
				query{`sum by (pod) (polder_api_requests_in_flight{})`, "{{pod}}"}).wide(quarter),
			series("Processor", "Cores that each process uses.", "short", query{`rate(process_cpu_seconds_total{}[$__rate_interval])`, "{{pod}}"}).wide(quarter),
			series("Memory", "Memory that each process holds.", "bytes", query{`process_resident_memory_bytes{}`, "{{pod}}"}).wide(quarter),
			series("Age of the catalog's copy", "Time since the catalog last answered each process. Accounts, keys and stores are known as they were then.", "s",
				query{`max by (pod) (polder_directory_age_seconds{})`, "{{pod}}"}).wide(quarter),
		},
	}
}
