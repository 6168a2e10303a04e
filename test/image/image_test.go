package image_test

import (
	"debug/elf"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// instruction is one line of the Dockerfile, continued lines joined.
type instruction struct{ name, rest string }

// stages reads the Dockerfile: each stage is its instructions, FROM first.
func stages(t *testing.T) [][]instruction {
	t.Helper()
	text, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	var all [][]instruction
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", " ")) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || name == "#" {
			continue
		}
		if name == "FROM" {
			all = append(all, nil)
		}
		last := &all[len(all)-1]
		*last = append(*last, instruction{name, rest})
	}
	if len(all) != 2 {
		t.Fatalf("%d stages, this test knows two", len(all))
	}
	return all
}

// has returns the instructions of the name.
func has(stage []instruction, name string) (found []string) {
	for _, i := range stage {
		if i.name == name {
			found = append(found, i.rest)
		}
	}
	return found
}

func TestTheImageHasNothingButThePrograms(t *testing.T) {
	last := stages(t)[1]
	want := []instruction{
		{"FROM", "scratch"},
		{"COPY", "--from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/"},
		{"COPY", "--from=build /out/ /"},
		{"USER", "65532:65532"},
		{"EXPOSE", "8080 8081"},
		{"CMD", `["/api"]`},
	}
	if !slices.Equal(last, want) {
		t.Errorf("the last stage is\n%v\nwant\n%v", last, want)
	}
	// The chart relies on the user, and says so again where Pod Security looks.
	values, err := os.ReadFile("../../helm/polder/values.yaml")
	if err != nil || !strings.Contains(string(values), "runAsUser: 65532") {
		t.Errorf("the chart runs as another user (%v)", err)
	}
}

func TestTheToolchainIsThatOfTheModule(t *testing.T) {
	module, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := strings.TrimSuffix(strings.TrimPrefix(has(stages(t)[0], "FROM")[0], "golang:"), " AS build")
	if !strings.Contains(string(module), "\ntoolchain go"+version+"\n") {
		t.Errorf("the image is built with Go %s", version)
	}
}

// The commands are run as they stand, but for the places /src and /out.
func TestItsCommandsBuildStaticProgramsThatRunAlone(t *testing.T) {
	root := t.TempDir()
	source, out := filepath.Join(root, "src"), filepath.Join(root, "out")
	copyCheckout(t, source)
	commands := has(stages(t)[0], "RUN")
	if len(commands) != 2 {
		t.Fatalf("%d commands: this test is blind", len(commands))
	}
	for _, line := range commands {
		command := exec.CommandContext(t.Context(), "sh", "-euc", strings.ReplaceAll(line, "/out/", out+"/"))
		command.Dir = source
		if said, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, said)
		}
	}
	for _, program := range []string{"api", "projector", "admin"} {
		file, err := elf.Open(filepath.Join(out, program))
		if err != nil {
			t.Fatal(err)
		}
		libraries, err := file.ImportedLibraries()
		if err != nil || len(libraries) > 0 {
			t.Errorf("%s needs %v (%v)", program, libraries, err)
		}
		file.Close()
		t.Run(program, func(t *testing.T) { runsAlone(t, out, program) })
	}
}

// runsAlone runs the program with the folder as the root, as the image's user.
func runsAlone(t *testing.T, root, program string) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a program another root folder")
	}
	for path := root; path != "/"; path = filepath.Dir(path) {
		if info, err := os.Stat(path); err != nil || info.Mode()&0o001 == 0 && os.Chmod(path, info.Mode()|0o755) != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "/"+program, "--help")
	command.Path, command.Dir, command.Env = "/"+program, "/", []string{}
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	said, err := command.CombinedOutput()
	// api and projector take no arguments, and say what they lack.
	if program == "admin" && (err != nil || !strings.Contains(string(said), "migrate")) ||
		program != "admin" && !strings.Contains(string(said), "POLDER_CATALOG_URL is not set") {
		t.Errorf("%v\n%s", err, said)
	}
}

// copyCheckout copies what `COPY . .` takes of the files that git knows.
func copyCheckout(t *testing.T, to string) {
	t.Helper()
	ignored, err := os.ReadFile("../../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel("../..", path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains(strings.Fields(string(ignored)), "/"+name+"/") || entry.Name() == ".git" {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		}
		if !entry.Type().IsRegular() || entry.Name() == ".git" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}
