// Package house holds the repository to its house numbers: short functions, short files,
// few parameters, small interfaces, documented packages, no init, no variable state. The
// linter refuses the worst single cases; these tests watch the whole and its tail.
package house
