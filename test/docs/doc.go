// Package docs holds documentation to the code it speaks of.
package docs
