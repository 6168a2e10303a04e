// Package releases takes a fleet of accounts to a release of the size of AFAS's, as operators do and
// with the binaries that they have, while clients go on and parts of the platform are killed.
//
// A store of its own holds accounts on a model as large as that of AFAS beside the ERP's orders and
// people. Under load, the fleet is taken part of the way, back behind new events, all the way,
// and for good; the runner, a projector, the api, a backend and PostgreSQL itself are killed with
// SIGKILL on the way. Broken guarantees end it with an error.
package releases
