package modelbench

import (
	"fmt"
	"slices"
	"strings"
	"testing/fstest"
)

// Generate returns the files of a model of the size; of its next release when next is true.
func Generate(size Size, next bool) fstest.MapFS {
	g := &generator{size: size, next: next, files: fstest.MapFS{}}
	commands, events := spread(size.Commands, size.Types, 1), spread(size.Events, size.Types, 1)
	projections := spread(size.Projections, size.Types, 0)
	g.queries = spread(size.Queries, size.Projections, 1)
	g.file("model.yaml", "name: afas\ncurrency: EUR\nroles: {clerk: Enters what happened, manager: Decides}\n")
	g.file("crm/Address.yaml", "value: Address\nattributes:\n  Street: {type: text, max: 100, optional: true}\n  City: {type: text, max: 60, optional: true}\n")
	for i := range size.Types {
		t := &typ{generator: g, number: i, name: typeName(i), commands: min(commands[i], events[i]), events: events[i], projections: projections[i]}
		module, _ := pick(modules, i)
		g.file(module+"/"+t.name+".yaml", t.text())
	}
	if g.declared != "" {
		g.file("changes/2.0.yaml", g.declared)
	}
	return g.files
}

// generator counts through what all types together have, to change every so many of them.
type generator struct {
	size  Size
	next  bool
	files fstest.MapFS

	event, spare, added, projection, query int
	queries                                []int  // by projection
	declared                               string // of what the next release changes about stored events
}

func (g *generator) file(name, text string) { g.files[name] = &fstest.MapFile{Data: []byte(text)} }

// changes counts on, and reports whether this one is among the wanted number out of all and
// the next release is made.
func (g *generator) changes(counter *int, wanted, all int) bool {
	picked := every{wanted, all}.picks(*counter)
	*counter++
	return picked && g.next
}

// typ writes the file of one aggregate type.
type typ struct {
	*generator
	strings.Builder
	number                        int
	name                          string
	commands, events, projections int

	own    []attribute
	states []string
	lines  bool
	raised map[string]eventText
	order  []string // of raised
}

// eventText is what stands below "events".
type eventText struct {
	to         string
	attributes []string
}

func (t *typ) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

func (t *typ) text() string {
	t.line("%s: %s\nlabel: %s\nattributes:", []string{"entity", "agreement", "activity"}[t.number%3], t.name, t.name)
	t.writeAttributes()
	if t.number%3 == 0 {
		t.line("compute:\n  Worth: \"or(%s, money('0')) * 2\"", t.find("money"))
	}
	if t.number%2 == 0 {
		t.states = []string{"open", "approved", "closed", "archived"}[:min(4, t.commands)]
		t.line("lifecycle: [%s]", strings.Join(t.states, ", "))
	}
	t.writeCommands()
	t.writeEvents()
	t.writeProjections()
	return t.String()
}

// writeAttributes gives large types up to forty attributes and small ones six.
func (t *typ) writeAttributes() {
	all := attributes()
	n := min(len(all), 6+t.events/4)
	for i := range n {
		a := all[(t.number+i)%len(all)]
		t.own = append(t.own, a)
		t.line("  %s: %s", a.name, a.typ)
	}
	if t.find("money") == "" {
		t.own = append(t.own, attribute{"Amount", all[1].typ})
		t.line("  Amount: %s", all[1].typ)
	}
	for _, n := range t.targets() {
		target := typeName(n)
		t.own = append(t.own, attribute{target + "Id", "ref"})
		t.line("  %sId: {type: ref(%s), optional: true}", target, target)
	}
	if t.number%4 == 0 {
		t.own = append(t.own, attribute{"Visiting", "Address"})
		t.line("  Visiting: {type: Address, optional: true}")
	}
	if t.lines = t.number%5 == 0; t.lines {
		t.own = append(t.own, attribute{"Lines", "list"})
		t.line("  Lines:\n    key: LineNo\n    optional: true\n    of: {LineNo: int, Item: {type: text, max: 60}, Number: \"decimal(12,3)\", Each: money}")
	}
	if t.next {
		t.line("  Origin: {type: text, max: 40, optional: true}")
	}
}

// targets are the numbers of the types that this one refers to: large ones, mostly.
func (t *typ) targets() []int {
	var numbers []int
	for _, n := range []int{t.number / 2, t.number / 7} {
		if n != t.number && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// find returns the first own attribute of the type, empty when there is none.
func (t *typ) find(typ string) string {
	for _, a := range t.own {
		if strings.Contains(a.typ, "type: "+typ) {
			return a.name
		}
	}
	return ""
}

// window returns n names of own attributes from i on, round and round.
func (t *typ) window(i, n int) []string {
	var names []string
	for j := range min(n, len(t.own)) {
		names = append(names, t.own[(i*3+j)%len(t.own)].name)
	}
	return names
}
