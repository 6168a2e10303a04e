// Package platform measures the real processes from the outside, over HTTP, as a customer
// would see them. Each measurement brings the platform up in a folder of its own and
// removes it at the end.
package platform
