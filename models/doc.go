// Package models carries the models that come with the platform, as they stand in its
// folders: erp, one file per type. They are data; package compile reads them.
package models
