package compile

import (
	"path"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
	"github.com/polderhq/polder/internal/model/expr"
)

func newTyp(file string, node *source.Node, decoder *source.Decoder) *typ {
	t := &typ{Type: &syntax.Type{At: node}, file: file, at: node}
	if dir := path.Dir(file); dir != "." {
		t.module = dir
	}
	decoder.Into(node, t.Type)
	return t
}

// declare makes the types known by name, and fills in what their files leave out.
func (c *compiler) declare() {
	c.declareModel()
	for _, t := range c.files {
		if c.declareType(t) {
			c.types[t.name] = t
		}
	}
	for _, name := range sortedKeys(c.types) {
		t := c.types[name]
		if t.isValue() {
			c.values = append(c.values, t)
			continue
		}
		c.streams = append(c.streams, t)
	}
	for _, t := range c.streams {
		c.checkRoleOf(t)
		t.addDefaults()
	}
}

func (c *compiler) declareModel() {
	if c.root == nil {
		return
	}
	if c.model.Name.Given() {
		c.lower(c.model.Name, "a model")
	}
	if code := c.model.Currency; code.Given() && !expr.ValidCurrency(code.Text) {
		c.report.Hint(code.At, problem.CurrencyCode, "use the ISO 4217 code, such as EUR", "%q is no currency code", code.Text)
	}
	for _, role := range c.model.Roles.Entries {
		c.lower(role.Key, "a role")
	}
}

// declareType finds the type's stereotype and name; false when it has none that serves.
func (c *compiler) declareType(t *typ) bool {
	named := t.Stereotypes()
	switch {
	case len(named) == 0:
		c.report.Hint(t.At, problem.MissingStereotype, "begin with a line such as \"entity: "+stem(t.file)+"\"",
			"The file does not say what it describes: entity, role, agreement, activity, workarea or value")
		return false
	case len(named) > 1:
		c.report.Hint(named[1].Name.At, problem.TwoStereotypes, "a type is one thing; keep one of the two",
			"The type is %s and also %s", named[0].Keyword, named[1].Keyword)
		return false
	}
	t.stereotype, t.name, t.at = named[0].Keyword, named[0].Name.Text, named[0].Name.At
	if !c.pascal(named[0].Name, problem.NameForm, "a type") {
		return false
	}
	if other := c.types[t.name]; other != nil {
		c.report.At(t.at, problem.DuplicateType, "The type %s is already described in %s", t.name, other.file)
		return false
	}
	if t.name != stem(t.file) {
		c.report.Hint(t.at, problem.FileName, "rename the file to "+t.name+".yaml, or the type",
			"The file of type %s is called %s", t.name, path.Base(t.file))
	}
	c.checkKeys(t)
	return true
}

func stem(file string) string { return strings.TrimSuffix(path.Base(file), ".yaml") }

// valueKeys are the keys that the file of a value object can have.
var valueKeys = []string{"value", "attributes", "label", "help"}

// checkKeys reports keys that mean nothing for the type's stereotype.
func (c *compiler) checkKeys(t *typ) {
	for _, f := range t.At.Fields {
		switch {
		case t.isValue() && !slices.Contains(valueKeys, f.Key.Text):
			c.report.Hint(f.Key, problem.KeyNotForStereotype, "a value object has attributes only",
				"A value object has no %q", f.Key.Text)
		case f.Key.Text == "of" && t.stereotype != "role":
			c.report.Hint(f.Key, problem.KeyNotForStereotype, "a role says which entities can play it",
				"%q is for a role; this is %s", "of", withArticle(t.stereotype))
		}
	}
}

func withArticle(word string) string {
	if word == "money" || word == "null" || word == "custom" {
		return word
	}
	if strings.ContainsAny(word[:1], "aeiou") {
		return "an " + word
	}
	return "a " + word
}

func (c *compiler) checkRoleOf(t *typ) {
	for _, of := range t.Of {
		other := c.types[of.Text]
		if !of.Given() || t.stereotype != "role" {
			continue
		}
		if other == nil || other.stereotype != "entity" {
			c.report.Hint(of.At, problem.RoleOf, problem.DidYouMean(of.Text, c.entities()), "%q is no entity", of.Text)
		}
	}
}

func (c *compiler) entities() []string {
	var names []string
	for _, t := range c.streams {
		if t.stereotype == "entity" {
			names = append(names, t.name)
		}
	}
	return names
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
