// Package sales gives tests of projections and queries a store with a small sales
// model in it: customers are persons or organisations, orders are placed by customers or
// by a name in free text.
//
// Events are stored as given, without commands: tests need histories that no command
// allows.
package sales
