// Package generated makes models and histories from a seed, for tests that hold for every
// model: whatever is folded, copied and chained, all ways to the rows lead to the same rows.
//
// A model has three stream types that refer to each other, each with attributes of many
// kinds and a list, and projections of every shape over them. Histories keep to no rules but
// the types of attributes.
package generated
