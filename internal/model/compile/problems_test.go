package compile_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/compile/problem"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Each kind of problem has a model that has it, testdata/problems/<code>.txt, and what is
// said about it, <code>.golden.
func TestProblems(t *testing.T) {
	t.Parallel()
	for _, meaning := range problem.Codes() {
		code := string(meaning.Code)
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			_, err := compile.Compile(problematic(t, meaning.Code))
			var problems compile.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("compiles, or fails otherwise: %v", err)
			}
			if !strings.Contains(err.Error(), "["+code+"]") {
				t.Errorf("the model does not have this problem:\n%v", err)
			}
			golden(t, filepath.Join("testdata", "problems", code+".golden"), err.Error()+"\n")
		})
	}
}

// problematic returns the model of a code. The one that is too large is made here.
func problematic(t *testing.T, code problem.Code) fstest.MapFS {
	t.Helper()
	if code == problem.FileTooLarge {
		return fstest.MapFS{"orders/Order.yaml": {Data: bytes.Repeat([]byte("# much\n"), 200_000)}}
	}
	text, err := os.ReadFile(filepath.Join("testdata", "problems", string(code)+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return archive(string(text))
}

// archive takes a text apart into files, each after a line "-- name --".
func archive(text string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, part := range strings.Split("\n"+text, "\n-- ")[1:] {
		name, body, _ := strings.Cut(part, " --\n")
		files[name] = &fstest.MapFile{Data: []byte(body + "\n")}
	}
	return files
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s says otherwise; go test -update writes it anew\n--- got\n%s--- want\n%s", file, got, want)
	}
}

func TestEveryGoldenHasItsCode(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/problems/*")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, meaning := range problem.Codes() {
		known[string(meaning.Code)] = true
	}
	for _, file := range files {
		if name := filepath.Base(file); !known[strings.TrimSuffix(name, filepath.Ext(name))] {
			t.Errorf("%s is of no code", file)
		}
	}
	if len(known) < 40 {
		t.Errorf("only %d kinds of problems", len(known))
	}
}
