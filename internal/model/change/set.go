package change

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// Set is what one release changes.
type Set struct {
	Version    string
	reverts    string
	at         *source.Node
	origin     string
	operations []declared
}

// declared is an operation with how it was declared.
type declared struct {
	operation
	kind   string
	at     *source.Node
	origin string
	fields map[string]string
}

var versionForm = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)

// ReadSet reads the file of a set; version is the file's name without its ending, and origin
// says where a node stands as the IR keeps it. What is wrong is reported.
func ReadSet(version string, n *source.Node, report *source.Report, origin func(*source.Node) string) *Set {
	set := &Set{Version: version, at: n, origin: origin(n)}
	if !versionForm.MatchString(version) {
		report.Hint(source.Nowhere(n.File()), problem.ChangeVersion, "name it like 2.0.yaml",
			"The file is named after the version that it leads to, in numbers with points between them: %q", version)
	}
	var list []declaration
	(&source.Decoder{Report: report}).Into(n, &list)
	for _, item := range list {
		if op, ok := item.one(report); ok {
			op.origin = origin(op.at)
			set.operations = append(set.operations, op)
		}
	}
	return set
}

// Sort puts the sets in the order of their versions, and reports two of the same.
func Sort(sets []*Set, report *source.Report) {
	slices.SortStableFunc(sets, func(a, b *Set) int { return compareVersions(a.Version, b.Version) })
	for i := 1; i < len(sets); i++ {
		if compareVersions(sets[i-1].Version, sets[i].Version) == 0 {
			report.Hint(sets[i].at, problem.ChangeVersion, "put all changes of a version into one file",
				"%s and %s are the same version", sets[i-1].Version, sets[i].Version)
		}
	}
}

// compareVersions compares number by number; 2 is 2.0.
func compareVersions(a, b string) int {
	return slices.Compare(numbers(a), numbers(b))
}

func numbers(version string) []int {
	var list []int
	for _, part := range strings.Split(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil // reported where it was read
		}
		list = append(list, n)
	}
	for len(list) > 0 && list[len(list)-1] == 0 {
		list = list[:len(list)-1]
	}
	return list
}

// one returns the operation of the item; false when there is none or there are several.
func (x *declaration) one(report *source.Report) (declared, bool) {
	var found []declared
	v := reflect.ValueOf(x).Elem()
	for i := range v.NumField() {
		kind := v.Type().Field(i).Tag.Get("yaml")
		if kind == "" || v.Field(i).IsNil() {
			continue
		}
		if op, ok := v.Field(i).Interface().(operation); ok {
			found = append(found, declared{operation: op, kind: kind, at: x.at, fields: fieldsOf(x.at.Field(kind))})
		}
	}
	if len(found) > 1 {
		report.Hint(x.at, problem.ChangeForm, "begin each operation with a dash of its own", "%s and %s stand in one operation", found[0].kind, found[1].kind)
	}
	if len(found) == 0 && len(x.at.Fields) == 0 && x.at.Kind == source.Map {
		report.Hint(x.at, problem.MissingKey, "write an operation, such as \"add attribute\"", "The operation is missing")
	}
	return append(found, declared{})[0], len(found) == 1
}

// fromIR returns the sets as the IR carries them.
func fromIR(sets []model.ChangeSet) ([]*Set, error) {
	var out []*Set
	for _, from := range sets {
		set := &Set{Version: from.Version, reverts: from.Reverts, origin: from.Origin, at: source.Nowhere(from.Origin)}
		for _, op := range from.Operations {
			restored, err := restore(op)
			if err != nil {
				return nil, fmt.Errorf("changes of %s: %w", from.Version, err)
			}
			set.operations = append(set.operations, restored)
		}
		out = append(out, set)
	}
	return out, nil
}

// restore reads the operation back from how the IR keeps it.
func restore(op model.Operation) (declared, error) {
	report := &source.Report{}
	n := source.Parse(op.Origin, op.Kind, []byte(document(op)), report)
	into := kinds(op.Kind)
	if into == nil {
		return declared{}, fmt.Errorf("there is no operation %q", op.Kind)
	}
	if n == nil {
		return declared{}, errors.Join(errors.New(op.Kind), report.Problems.Err())
	}
	(&source.Decoder{Report: report}).Into(n, into)
	if err := report.Problems.Err(); err != nil {
		return declared{}, fmt.Errorf("%s: %w", op.Kind, err)
	}
	return declared{operation: into, kind: op.Kind, at: n, origin: op.Origin, fields: op.Declared}, nil
}

// ir returns the set as the IR carries it.
func (s *Set) ir() model.ChangeSet {
	set := model.ChangeSet{Version: s.Version, Reverts: s.reverts, Origin: s.origin, Operations: []model.Operation{}}
	for _, op := range s.operations {
		set.Operations = append(set.Operations, model.Operation{Kind: op.kind, Declared: op.fields, Origin: op.origin})
	}
	return set
}
