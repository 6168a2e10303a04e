package models

import (
	"embed"
	"io/fs"
)

//go:embed erp
var files embed.FS

// ERP returns the files of the ERP model, model.yaml in the root.
func ERP() fs.FS {
	erp, err := fs.Sub(files, "erp")
	if err != nil {
		panic(err) // the folder is embedded in this file
	}
	return erp
}
