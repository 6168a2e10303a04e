package main

// upgrades is about accounts on their way to another release, and processes to another version.
func upgrades() board {
	return board{
		name: "upgrades", title: "Upgrades", about: "Which releases accounts run on, how far upgrades are, and which binaries work on which schemas.",
		panels: []panel{
			stat("Under way", "Upgrades that something should be working on: running, or rolling back.", "short", `sum(max by (state) (polder_upgrade_runs{state=~"running|rolling back"}))`),
			stat("Paused or in grace", "Upgrades that wait for an operator: paused, or with all accounts on the release and the way back still open.", "short",
				`sum(max by (state) (polder_upgrade_runs{state=~"paused|grace"}))`),
			stat("Failed accounts", "Accounts whose upgrade has failed. They work on, on the release that they had.", "short",
				`sum(max by (upgrade) (polder_upgrade_accounts{state="failed"})) or vector(0)`).judged(1, 1),
			stat("Idle", "Longest time that nothing has worked on an upgrade that is under way.", "s", `max(polder_upgrade_idle_seconds{}) or vector(0)`).judged(900, 1800),
			stat("Releases in use", "Releases that active accounts run on. More than one for long: an upgrade was not ended.", "short",
				`count(max by (release) (polder_accounts{state="active"}) > 0)`).judged(2, 3),
			stat("Versions of binaries", "Versions of the api and the projector that run. More than one: they are being replaced.", "short",
				`count(count by (version) (polder_build_info{}))`).judged(2, 3),

			series("Accounts by release", "Active accounts by the release that they run on, by the first digits of its digest.", "short",
				query{`max by (release) (polder_accounts{state="active"})`, "{{release}}"}),
			series("Accounts of upgrades", "Accounts of the upgrades that have not ended, by how far they are.", "short",
				query{`sum by (state) (max by (upgrade, state) (polder_upgrade_accounts{}))`, "{{state}}"}),
			series("Events read", "Events per second that the builds of upgrades read.", "short",
				query{`sum by (upgrade) (clamp_min(deriv(max by (upgrade) (polder_upgrade_events_read{})[$__rate_interval:]), 0))`, "{{upgrade}}"}),
			series("Pauses of writers", "Longest time that the appends of an account waited for its switch.", "s",
				query{`max by (upgrade) (polder_upgrade_pause_seconds_max{})`, "{{upgrade}}"}),
			series("Time of an account", "Longest time that one account took, or takes by now.", "s",
				query{`max by (upgrade) (polder_upgrade_account_seconds_max{})`, "{{upgrade}}"}),
			series("Nothing works on it", "Time since anything has worked on an upgrade that is under way. A wave that settles, or waits for a gate, shows here too.", "s",
				query{`max by (upgrade) (polder_upgrade_idle_seconds{})`, "{{upgrade}}"}),

			series("Releases in memory", "Releases that a process has in memory. Those that nobody asks for go after half an hour; more than are in use for long: something holds on to them.", "short",
				query{`max by (job, pod) (polder_releases_loaded{})`, "{{job}} {{pod}}"}),

			table("Upgrades of the last week", "Each with its state, its time, what it has read of how many events, and how long ago an account failed that is failed still. Empty: there were none.", "short",
				map[string]string{"upgrade": "Upgrade", "run": "State", "Value #A": "Seconds", "Value #B": "Events", "Value #C": "Events read", "Value #D": "Rows written", "Value #E": "Failed before (s)"},
				`max by (upgrade, run) (polder_upgrade_run_seconds{})`, `max by (upgrade, run) (polder_upgrade_events{})`, `max by (upgrade, run) (polder_upgrade_events_read{})`,
				`max by (upgrade, run) (polder_upgrade_rows_written{})`, `max by (upgrade, run) (polder_upgrade_last_failure_seconds{})`).wide(full),
			table("Processes", "What runs, and how many of it.", "short", map[string]string{"process": "Process", "version": "Version", "go_version": "Go", "Value": "Processes"},
				`count by (process, version, go_version) (polder_build_info{})`),
			table("Schemas", "Versions of the databases' schemas, and the oldest that binaries may be of which work on them.", "short",
				map[string]string{"schema": "Schema", "store": "Store", "Value #A": "Version", "Value #B": "Takes binaries from"},
				`max by (schema, store) (polder_schema_version{})`, `max by (schema, store) (polder_schema_compatible_down_to{})`),
		},
		details: []panel{
			table("Schemas of binaries", "The versions of schemas that processes were built for. Two: binaries are being replaced.", "short",
				map[string]string{"schema": "Schema", "version": "Version", "Value": "Processes"},
				`count_values by (schema) ("version", polder_schema_version_of_binary{})`),
			table("Accounts by state", "All accounts of the catalog, by state and release.", "short", map[string]string{"state": "State", "release": "Release", "Value": "Accounts"},
				`max by (state, release) (polder_accounts{})`),
		},
	}
}
