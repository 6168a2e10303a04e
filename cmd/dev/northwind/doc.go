// Package northwind is the demonstration company: the rows of the public Northwind
// database (northwind.sql, unchanged, under the licence beside it), and the commands of
// the ERP model that a clerk would have given to get them.
//
// Every row becomes commands whose ids follow from the row, so loading twice, or on after
// a crash, changes nothing. The source keeps prices as single-precision floats
// (9.80000019); they are rounded to the cents that were meant.
package northwind
