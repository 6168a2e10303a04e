package main

// postgresql is about the servers, as projectors measure them.
func postgresql() board {
	per := func(name string) string {
		return `max by (store) (rate(polder_postgresql_` + name + `{}[$__rate_interval]))`
	}
	now := func(name string) query {
		return query{`max by (store) (polder_postgresql_` + name + `{})`, "{{store}}"}
	}
	return board{
		name: "postgresql", title: "PostgreSQL", about: "What keeps the servers from their work. Projectors measure; while all of them are away, nothing is shown.",
		panels: []panel{
			stat("Longest transaction", "Age of the oldest open transaction. What it has locked waits, and vacuum removes nothing that is younger.", "s",
				`max(polder_postgresql_longest_transaction_seconds{})`).judged(60, 600),
			stat("Blocked sessions", "Sessions that wait for a lock of another.", "short", `sum(max by (store) (polder_postgresql_blocked_sessions{}))`).judged(1, 10),
			stat("Deadlocks, 24 h", "Deadlocks that the server has ended. Polder's own statements cannot be part of one.", "short",
				`sum(max by (store) (increase(polder_postgresql_deadlocks_total{}[24h])))`).judged(1, 10),
			stat("Age of transaction ids", "Transactions since the oldest one that is not frozen. At 2.1 G the server takes no more writes.", "short",
				`max(polder_postgresql_transaction_id_age{})`).judged(500e6, 1.5e9),
			stat("Connections", "Share of the sessions that the server takes at most which this database has.", "percentunit",
				`max(polder_postgresql_connections{} / polder_postgresql_connections_max{})`).judged(0.7, 0.9),
			stat("Size", "Tables and indexes, of all stores.", "bytes",
				`sum(max by (store) (polder_postgresql_table_bytes{})) + sum(max by (store) (polder_postgresql_index_bytes{}))`),

			series("Transactions", "Per second: committed, and rolled back.", "ops",
				query{per("commits_total"), "committed {{store}}"}, query{per("rollbacks_total"), "rolled back {{store}}"}),
			series("Write-ahead log", "Bytes per second; all databases of a server share it.", "Bps", query{per("wal_bytes_total"), "{{store}}"}),
			series("Longest transaction, by store", "Age of the oldest open transaction.", "s", now("longest_transaction_seconds")),
			series("Blocked sessions, by store", "Sessions that wait for a lock of another.", "short", now("blocked_sessions")),
			series("Connections, by store", "Sessions on the database, whoever holds them, and how many the server takes.", "short",
				now("connections"), query{`max by (store) (polder_postgresql_connections_max{})`, "most {{store}}"}),
			series("Found in memory", "Share of blocks that were in the server's own memory.", "percentunit",
				query{per("blocks_hit_total") + ` / (` + per("blocks_hit_total") + ` + ` + per("blocks_read_total") + `)`, "{{store}}"}),
			series("Rows that vacuum has to remove", "Dead rows, over all tables.", "short", now("dead_tuples")),
			series("Size, by store", "Tables without their indexes, and the indexes.", "bytes",
				query{`max by (store) (polder_postgresql_table_bytes{})`, "tables {{store}}"}, query{`max by (store) (polder_postgresql_index_bytes{})`, "indexes {{store}}"}),
			series("Age of transaction ids, by store", "It falls when vacuum freezes; at 200 million PostgreSQL begins to by itself.", "short", now("transaction_id_age")),
			table("Largest tables", "With their indexes; partitions count as their table.", "bytes", map[string]string{"store": "Store", "table": "Table", "Value": "Size"},
				`topk(10, max by (store, table) (polder_postgresql_largest_table_bytes{}))`),
			table("Dead rows", "Rows that vacuum has still to remove, of the largest tables.", "short", map[string]string{"store": "Store", "table": "Table", "Value": "Rows"},
				`topk(10, max by (store, table) (polder_postgresql_most_dead_tuples{}))`),
		},
	}
}
