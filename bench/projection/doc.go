// Package projectionbench measures how events become rows: reading them, building a
// projection from all of them, and following them live.
//
// What is compared runs in one process on one PostgreSQL, in rounds whose parts follow each
// other closely; a ratio is the median of the rounds' ratios. The history is what the ERP
// model's own commands raise, stored as appends store it.
package projectionbench
