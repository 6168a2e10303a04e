package releases

import (
	"strings"
	"testing/fstest"

	modelbench "github.com/polderhq/polder/bench/model"
	"github.com/polderhq/polder/test/traffic"
)

// releaseFiles returns the generated model with the ERP's types beside it, or the release after it.
func releaseFiles(next bool) (fstest.MapFS, error) {
	files, err := traffic.ERP()
	if err != nil {
		return nil, err
	}
	for name, file := range modelbench.Generate(modelbench.AFAS(), next) {
		if name != "model.yaml" && name != "crm/Address.yaml" { // the ERP has both
			files[name] = file
		}
	}
	const roles = "roles:\n"
	about := string(files["model.yaml"].Data)
	about = strings.Replace(about, roles, roles+"  clerk: Enters what happened\n  manager: Decides\n", 1)
	files["model.yaml"] = &fstest.MapFile{Data: []byte(about)}
	if next {
		err = traffic.Next(files)
	}
	return files, err
}
