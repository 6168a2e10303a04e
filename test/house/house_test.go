package house_test

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	functionMedian, functionP90, functionMost = 10, 40, 80
	fileP90, fileMost                         = 400, 800
	parametersMost                            = 4 // beside ctx
	methodsMost                               = 4
)

func TestFunctionsAreShort(t *testing.T) {
	var lengths []int
	functions(product(t), func(f file, function *ast.FuncDecl) {
		length := f.line(function.End()) - f.line(function.Pos()) + 1
		lengths = append(lengths, length)
		if length > functionMost {
			t.Errorf("%s:%d: %s has %d lines, the most is %d", f.path, f.line(function.Pos()), function.Name.Name, length, functionMost)
		}
	})
	median, p90 := percentile(lengths, 50), percentile(lengths, 90)
	t.Logf("figure: %d functions: median %d lines, p90 %d, longest %d", len(lengths), median, p90, percentile(lengths, 100))
	if median > functionMedian || p90 > functionP90 {
		t.Errorf("median %d and p90 %d lines, wanted %d and %d at most", median, p90, functionMedian, functionP90)
	}
}

func TestFilesAreShort(t *testing.T) {
	var lengths []int
	for _, f := range product(t) {
		lengths = append(lengths, f.lines)
		if f.lines > fileMost {
			t.Errorf("%s has %d lines, the most is %d", f.path, f.lines, fileMost)
		}
	}
	p90 := percentile(lengths, 90)
	t.Logf("figure: %d files: median %d lines, p90 %d, longest %d", len(lengths), percentile(lengths, 50), p90, percentile(lengths, 100))
	if p90 > fileP90 {
		t.Errorf("p90 %d lines, wanted %d at most", p90, fileP90)
	}
}

func TestParametersAreFew(t *testing.T) {
	functions(product(t), func(f file, function *ast.FuncDecl) {
		if n := parameters(function); n > parametersMost {
			t.Errorf("%s:%d: %s takes %d parameters beside ctx, the most is %d", f.path, f.line(function.Pos()), function.Name.Name, n, parametersMost)
		}
	})
}

// parameters counts beside ctx; variadic arguments go with the parameter before them, as
// the values of a query go with its text.
func parameters(function *ast.FuncDecl) int {
	n := 0
	for _, field := range function.Type.Params.List {
		selector, ok := field.Type.(*ast.SelectorExpr)
		_, variadic := field.Type.(*ast.Ellipsis)
		if ok && selector.Sel.Name == "Context" || variadic {
			continue
		}
		n += max(1, len(field.Names))
	}
	return n
}

func TestInterfacesAreSmall(t *testing.T) {
	for _, f := range product(t) {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if i, ok := n.(*ast.InterfaceType); ok && i.Methods.NumFields() > methodsMost {
				t.Errorf("%s:%d: an interface of %d methods, the most is %d", f.path, f.line(i.Pos()), i.Methods.NumFields(), methodsMost)
			}
			return true
		})
	}
}

func TestPackagesHaveANameAndAPurpose(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range product(t) {
		dir := filepath.Dir(f.path)
		documented[dir] = documented[dir] || f.Doc != nil
		if slices.Contains([]string{"util", "utils", "common", "helpers", "shared", "types", "misc"}, f.Name.Name) {
			t.Errorf("%s: package %s says nothing about what it is for", f.path, f.Name.Name)
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

func TestNothingHappensAtInit(t *testing.T) {
	functions(product(t), func(f file, function *ast.FuncDecl) {
		if function.Name.Name == "init" && function.Recv == nil {
			t.Errorf("%s:%d: init runs before main can decide anything", f.path, f.line(function.Pos()))
		}
	})
}

func TestPackageVariablesAreNeverAssigned(t *testing.T) {
	files := product(t)
	variables := packageVariables(files)
	functions(files, func(f file, function *ast.FuncDecl) {
		ast.Inspect(function.Body, func(n ast.Node) bool {
			for _, target := range assigned(n) {
				name := root(target)
				if name != nil && name.Name != "_" && variables[filepath.Dir(f.path)][name.Name] && (name.Obj == nil || isPackageLevel(f, name.Obj.Pos())) {
					t.Errorf("%s:%d: %s is package state", f.path, f.line(name.Pos()), name.Name)
				}
			}
			return true
		})
	})
}

func packageVariables(files []file) map[string]map[string]bool {
	found := map[string]map[string]bool{}
	for _, f := range files {
		dir := filepath.Dir(f.path)
		if found[dir] == nil {
			found[dir] = map[string]bool{}
		}
		for _, decl := range f.Decls {
			if variables, ok := decl.(*ast.GenDecl); ok && variables.Tok == token.VAR {
				for _, spec := range variables.Specs {
					for _, name := range spec.(*ast.ValueSpec).Names {
						found[dir][name.Name] = true
					}
				}
			}
		}
	}
	return found
}

// assigned returns what a statement writes to.
func assigned(n ast.Node) []ast.Expr {
	switch s := n.(type) {
	case *ast.AssignStmt:
		if s.Tok != token.DEFINE {
			return s.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{s.X}
	}
	return nil
}

// root returns the variable that an expression like v.field[3] starts from.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil
		}
	}
}

func isPackageLevel(f file, declared token.Pos) bool {
	for _, decl := range f.Decls {
		if _, isFunction := decl.(*ast.FuncDecl); isFunction && decl.Pos() <= declared && declared < decl.End() {
			return false
		}
	}
	return true
}

func TestErrorsAreNotToldByText(t *testing.T) {
	for _, f := range product(t) {
		ast.Inspect(f.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !isCall(call, "strings", "Contains") && !isCall(call, "strings", "HasPrefix") {
				return true
			}
			if inner, ok := call.Args[0].(*ast.CallExpr); ok {
				if selector, ok := inner.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == "Error" && len(inner.Args) == 0 {
					t.Errorf("%s:%d: tells an error by its text", f.path, f.line(call.Pos()))
				}
			}
			return true
		})
	}
}

func isCall(call *ast.CallExpr, pkg, name string) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != name {
		return false
	}
	ident, ok := selector.X.(*ast.Ident)
	return ok && strings.EqualFold(ident.Name, pkg)
}
