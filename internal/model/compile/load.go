package compile

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

const (
	modelFile     = "model.yaml"
	changesFolder = "changes/" // a file per version; no module can have the name
)

// load reads every YAML file; other files, and folders that begin with a dot, are not of
// the model.
func (c *compiler) load(files fs.FS) error {
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		return c.loadFile(files, name)
	})
	if err == nil && len(c.files) == 0 && len(c.report.Problems) == 0 {
		c.report.Hint(source.Nowhere(modelFile), problem.EmptyModel,
			"write one type per file, such as orders/Order.yaml", "The model has no types")
	}
	return err
}

func (c *compiler) loadFile(files fs.FS, name string) error {
	extension := path.Ext(name)
	if extension != ".yaml" && extension != ".yml" {
		return nil
	}
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("read the model: %w", err)
	}
	if extension == ".yml" {
		c.report.Hint(source.Nowhere(name), problem.FileName, "rename it to "+strings.TrimSuffix(name, "yml")+"yaml",
			"Files of a model end in .yaml")
		return nil
	}
	element := strings.TrimSuffix(path.Base(name), ".yaml")
	node := source.Parse(name, element, text, c.report)
	if node == nil {
		return nil
	}
	decoder := &source.Decoder{Report: c.report}
	if strings.HasPrefix(name, changesFolder) {
		c.changes = append(c.changes, changeFile{strings.TrimPrefix(strings.TrimSuffix(name, ".yaml"), changesFolder), node})
		return nil
	}
	if name == modelFile {
		c.root = node
		decoder.Into(node, &c.model)
		return nil
	}
	c.files = append(c.files, newTyp(name, node, decoder))
	return nil
}
