package source_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model/compile/source"
)

type thing struct {
	Name  source.Word              `yaml:"name" need:"yes" doc:"its name"`
	Size  source.Figure            `yaml:"size"`
	Count source.Count             `yaml:"count"`
	Done  source.Flag              `yaml:"done"`
	Tags  []source.Word            `yaml:"tags"`
	Parts source.Dict[source.Word] `yaml:"parts"`
	Inner *thing                   `yaml:"inner"`
}

func read(text string) (thing, string) {
	report := &source.Report{}
	var into thing
	if n := source.Parse("thing.yaml", "thing", []byte(text), report); n != nil {
		(&source.Decoder{Report: report}).Into(n, &into)
	}
	var found []string
	for _, p := range report.Problems {
		found = append(found, fmt.Sprintf("%d:%d %s %s", p.Line, p.Column, p.Element, p.Code))
	}
	return into, strings.Join(found, "; ")
}

func TestDecode(t *testing.T) {
	t.Parallel()
	got, problems := read("name: a\nsize: \"0.001\"\ncount: 3\ndone: true\ntags: [x, 'no']\nparts:\n  p: one\n  q: |\n    two\n    three\ninner: {name: b}\n")
	if problems != "" {
		t.Fatal(problems)
	}
	if got.Name.Text != "a" || got.Size.Text != "0.001" || got.Count.Value != 3 || !got.Done.Value {
		t.Errorf("read %+v", got)
	}
	if len(got.Tags) != 2 || got.Tags[1].Text != "no" || got.Parts.Get("q").Text != "two\nthree" || got.Inner.Name.Text != "b" {
		t.Errorf("read %+v", got)
	}
}

func TestDecodeIsStrict(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"name: NO":                          "1:7 thing.name unquoted-scalar",
		"name: off":                         "1:7 thing.name unquoted-scalar",
		"name: 1.10":                        "1:7 thing.name unquoted-scalar",
		"name: \"NO\"":                      "",
		"name: ~":                           "1:1 thing.name wrong-kind",
		"name: [a]":                         "1:7 thing.name wrong-kind",
		"name: a\nsize: 1.5":                "2:7 thing.size unquoted-scalar",
		"name: a\nsize: 15":                 "",
		"name: a\nsize: wide":               "2:7 thing.size wrong-kind",
		"name: a\ncount: \"3\"":             "2:8 thing.count wrong-kind",
		"name: a\ndone: yes":                "2:7 thing.done wrong-kind",
		"name: a\nparts: {on: x}":           "2:9 thing.parts.on unquoted-scalar",
		"name: a\nparts: {1: x}":            "2:9 thing.parts.1 unquoted-scalar",
		"name: a\ninner: {nam: b}":          "2:9 thing.inner.nam unknown-key; 2:9 thing.inner missing-key",
		"name: a\nname: b":                  "2:1 thing.name duplicate-key",
		"name: a\ninner: {<<: {name: b}}":   "2:9 thing.inner yaml-feature; 2:9 thing.inner.<< unknown-key; 2:9 thing.inner missing-key",
		"name: a\ntags:\n  - x\n  - {y: z}": "4:6 thing.tags[1] wrong-kind",
		"- name: a":                         "1:1 thing wrong-kind",
		"":                                  "1:1 thing missing-key",
		"name: a\n---\nname: b":             "3:1 thing yaml-feature",
		"name: [":                           "1:7 thing yaml-syntax",
	} {
		if _, got := read(text); got != want {
			t.Errorf("%q: problems %q, expected %q", text, got, want)
		}
	}
}

func TestDeepFilesAreRefused(t *testing.T) {
	t.Parallel()
	_, got := read("name: " + strings.Repeat("[", 60) + strings.Repeat("]", 60))
	if !strings.Contains(got, "yaml-feature") {
		t.Errorf("problems %q", got)
	}
}
