// Package image holds the Dockerfile to what it promises, without a container engine: the
// commands of its build stage are run in a copy of the checkout, and what the last stage
// copies is run in a root folder that has nothing else.
package image
