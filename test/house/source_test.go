package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// file is a parsed Go file of the product, tests excluded.
type file struct {
	path  string
	lines int
	set   *token.FileSet
	*ast.File
}

// product parses every Go file below the repository's root that is not a test.
func product(t *testing.T) []file {
	t.Helper()
	var files []file
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".." || entry.Name() == "testdata" || entry.Name() == "tools") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		lines := set.Position(parsed.FileEnd).Line
		files = append(files, file{path: rel, lines: lines, set: set, File: parsed})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d files found: this test is blind", len(files))
	}
	return files
}

// functions calls do with every declared function that has a body.
func functions(files []file, do func(file, *ast.FuncDecl)) {
	for _, f := range files {
		for _, decl := range f.Decls {
			if function, ok := decl.(*ast.FuncDecl); ok && function.Body != nil {
				do(f, function)
			}
		}
	}
}

func (f file) line(p token.Pos) int { return f.set.Position(p).Line }

// percentile returns the value that p percent of the sorted numbers do not exceed.
func percentile(numbers []int, p int) int {
	sort.Ints(numbers)
	return numbers[(len(numbers)-1)*p/100]
}
