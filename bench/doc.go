// Command bench measures Polder and, where a comparison says more than a number, a baseline
// in the same run on the same machine.
//
//	append    the event store beside pgbench and others (package bench/append)
//	import    Northwind as commands through the API
//	place     PlaceOrderCommand over HTTP, 64 clients
//	notify    from the acknowledgement of a command to the notification of a client
//	start     api and projector with 10,500 accounts: until they serve, and what they cost idle
//	read      all events of one account, beside a plain query of pgx (package bench/projection)
//	build     the order projection from all events of an account, beside upserts
//	seed      the same for a release with a column more, from the rows of the release before
//	wide      small accounts on a model of AFAS's size go to its next release; only when it is named
//	upcast    events of twenty versions ago read, beside the same events of today
//	live      events applied by 1, 10 and 100 projections, and how late under a steady load
//	fanout    a customer of a million orders is renamed: joined, and copied into each order
//	model     a model as large as that of AFAS: compile, load, compare (package bench/model)
//	move      an account of a million events goes to another store under load; only when it is named
//	scale     many projections and accounts, an account that floods, several projectors;
//	          only when it is named, or as make scale
//	drills    upgrade-drill and drill, only when they are named (package bench/drill); drill keeps
//	          a report of its own
//
// Results go to bench/out/latest.json, and as a table to docs/performance.md. With names
// as arguments only those sections run, and the other results stay.
package main
