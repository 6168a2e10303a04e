package compile

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
)

// attribute is a resolved attribute and its place.
type attribute struct {
	model.Attribute
	at       *source.Node
	expected *source.Node // its default, nil without one
	restated bool         // of an input: the command itself gives the default
}

func plain(list []attribute) []model.Attribute {
	out := make([]model.Attribute, len(list))
	for i, a := range list {
		out[i] = a.Attribute
	}
	return out
}

func find(list []attribute, name string) *attribute {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

func namesOf(list []attribute) []string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = a.Name
	}
	return out
}

// origin is the place of a node as the IR keeps it. It depends on the model alone, not on
// where its files were read from, so that the same model has the same digest everywhere.
func (c *compiler) origin(n *source.Node) string {
	return fmt.Sprintf("models/%s/%s:%d", c.modelName(), n.File(), n.Line)
}

func (c *compiler) modelName() string {
	if c.model.Name.Given() {
		return c.model.Name.Text
	}
	return "model"
}

func (c *compiler) currency() string {
	if c.model.Currency.Given() {
		return c.model.Currency.Text
	}
	return "EUR"
}

// resolveValue resolves a value object, and first those it holds.
func (c *compiler) resolveValue(t *typ) {
	if t.resolved || t.resolving {
		return
	}
	t.resolving = true
	t.attributes = c.resolveAttributes(t.Attributes, t.name, nil)
	t.resolving, t.resolved = false, true
	for _, a := range t.attributes {
		if a.Type.Kind == model.List {
			c.report.Hint(a.at, problem.NestedList, "keep the rows in a list of the type itself",
				"A value object holds no lists")
		}
		c.noCustom(a, "A value object")
	}
}

func (c *compiler) resolveStream(t *typ) {
	t.attributes = c.resolveAttributes(t.Attributes, t.name, []string{status, t.idName()})
	t.ir = &model.Stream{
		Name: t.name, Module: t.moduleName(c), Stereotype: t.stereotype, ID: t.idName(), Origin: c.origin(t.at),
		Of: words(t.Of), Lifecycle: words(t.Lifecycle),
	}
	c.resolveNumber(t)
	t.ir.Attributes = plain(t.attributes)
	if t.ID.Given() {
		c.pascal(t.ID, problem.AttributeName, "the id")
	}
	for i, state := range t.Lifecycle {
		if !state.Given() {
			continue
		}
		c.lower(state, "a state")
		if slices.ContainsFunc(t.Lifecycle[:i], func(w source.Word) bool { return w.Text == state.Text }) {
			c.report.At(state.At, problem.EnumDuplicate, "The state %q is already in the list", state.Text)
		}
	}
}

func words(list []source.Word) []string {
	var out []string
	for _, w := range list {
		if w.Given() {
			out = append(out, w.Text)
		}
	}
	return out
}

// moduleName is the folder of the type's file; files beside model.yaml are of a module that
// has the model's name.
func (t *typ) moduleName(c *compiler) string {
	if t.module == "" {
		return c.modelName()
	}
	return t.module
}

// resolveAttributes resolves the attributes of a type or a row.
func (c *compiler) resolveAttributes(list source.Dict[syntax.Attribute], owner string, reserved []string) []attribute {
	var out []attribute
	for _, entry := range list.Entries {
		if !c.pascal(entry.Key, problem.AttributeName, "an attribute") {
			continue
		}
		if slices.Contains(reserved, entry.Key.Text) {
			c.report.Hint(entry.Key.At, problem.ReservedName, "give it another name",
				"%s has its own meaning: every %s has one", entry.Key.Text, owner)
			continue
		}
		if a, ok := c.resolveAttribute(entry.Key, &entry.Value, owner); ok {
			out = append(out, a)
		}
	}
	c.checkCurrencyNames(out)
	c.checkColumnNames(out)
	return out
}

// checkColumnNames reports names that would be one column in a table.
func (c *compiler) checkColumnNames(list []attribute) {
	seen := map[string]string{}
	for _, a := range list {
		column := model.Snake(a.Name)
		if other, ok := seen[column]; ok {
			c.report.Hint(a.at, problem.DuplicateAttribute, "rename one of the two",
				"%s and %s are the same column, %s", a.Name, other, column)
		}
		seen[column] = a.Name
	}
}

// checkCurrencyNames keeps the names free under which the currency of money is kept.
func (c *compiler) checkCurrencyNames(list []attribute) {
	for _, a := range list {
		base, isCurrency := strings.CutSuffix(a.Name, "Currency")
		if money := find(list, base); isCurrency && money != nil && money.Type.Kind == model.Money {
			c.report.Hint(a.at, problem.ReservedName, "money carries its currency; leave this attribute out",
				"%s is the currency of %s", a.Name, base)
		}
	}
}

func (c *compiler) resolveAttribute(name source.Word, a *syntax.Attribute, owner string) (attribute, bool) {
	if !a.Type.Given() && !a.Of.Given() && !a.Key.Given() {
		if a.At != nil && len(c.report.Problems) > 0 && c.reportedIn(a.At) {
			return attribute{}, false
		}
		c.report.Hint(name.At, problem.MissingType, "write a type, such as text or money", "%s has no type", name.Text)
		return attribute{}, false
	}
	t, ok := c.resolveType(a, owner+name.Text)
	if !ok {
		return attribute{}, false
	}
	out := attribute{at: name.At, expected: a.Default.At, Attribute: model.Attribute{
		Name: name.Text, Type: t, Optional: a.Optional.Value, Default: a.Default.Text, Personal: a.Personal.Value,
		Label: a.Label.Text, Help: a.Help.Text, Origin: c.origin(name.At),
	}}
	c.applyOptions(&out.Type, a)
	if t.Kind == model.Custom {
		out.Optional = true // who has none leaves them out
		c.checkCustomName(name)
	} else if name.Text == model.CustomName {
		c.report.Hint(name.At, problem.ReservedName, "give it another name, or write X: custom",
			"%s is what a type calls its custom values", name.Text)
	}
	c.defaulted = append(c.defaulted, out)
	return out, true
}

func (c *compiler) checkCustomName(name source.Word) {
	if name.Text != model.CustomName {
		c.report.Hint(name.At, problem.CustomForm, "write "+model.CustomName+": custom",
			"The custom values of a type are called %s, not %s: so they are in one column everywhere", model.CustomName, name.Text)
	}
}

// noCustom reports custom values where only a type itself has them.
func (c *compiler) noCustom(a attribute, owner string) {
	if a.Type.Kind == model.Custom {
		c.report.Hint(a.at, problem.CustomForm, "write X: custom among the attributes of the type", "%s has no custom values", owner)
	}
}

// reportedIn reports whether there is already a problem at the node: one is enough.
func (c *compiler) reportedIn(n *source.Node) bool {
	path := n.Path()
	return slices.ContainsFunc(c.report.Problems, func(p problem.Problem) bool {
		return p.File == n.File() && strings.HasPrefix(p.Element, path)
	})
}

var simpleKinds = []model.Kind{model.Text, model.Int, model.Money, model.Bool, model.Date, model.Timestamp, model.Custom}

// resolveType resolves the type that the attribute names.
func (c *compiler) resolveType(a *syntax.Attribute, shape string) (model.Type, bool) {
	if !a.Type.Given() {
		return c.listType(a, syntax.TypeCall{Name: "list"}, shape)
	}
	call, ok := syntax.ParseType(a.Type.Text)
	if !ok {
		c.report.Hint(a.Type.At, problem.UnknownType, "write it like text, decimal(12,3) or ref(Customer)",
			"%q is not how a type is written", a.Type.Text)
		return model.Type{}, false
	}
	switch {
	case slices.Contains(simpleKinds, model.Kind(call.Name)):
		return model.Type{Kind: model.Kind(call.Name)}, c.noArguments(a.Type, call)
	case call.Name == "decimal":
		return c.decimalType(a.Type, call)
	case call.Name == "enum":
		return c.enumType(a.Type, call)
	case call.Name == "ref":
		return c.refType(a.Type, call)
	case call.Name == "list":
		return c.listType(a, call, shape)
	}
	return c.valueType(a.Type, call)
}

func (c *compiler) noArguments(at source.Word, call syntax.TypeCall) bool {
	if !call.Call {
		return true
	}
	c.report.Hint(at.At, problem.BadTypeArgument, "write "+call.Name+" alone; max, min and pattern are keys beside type",
		"%s takes nothing in parentheses", call.Name)
	return false
}

const maxPrecision = 38

func (c *compiler) decimalType(at source.Word, call syntax.TypeCall) (model.Type, bool) {
	t := model.Type{Kind: model.Decimal}
	var err1, err2 error
	if len(call.Args) == 2 {
		t.Precision, err1 = strconv.Atoi(call.Args[0])
		t.Scale, err2 = strconv.Atoi(call.Args[1])
	}
	if err1 != nil || err2 != nil || t.Precision < 1 || t.Precision > maxPrecision || t.Scale < 0 || t.Scale > t.Precision {
		c.report.Hint(at.At, problem.BadTypeArgument, "write it like decimal(12,3): 12 digits, 3 of them after the point",
			"A decimal says how many digits it has, at most %d, and how many of them after the point", maxPrecision)
		return t, false
	}
	return t, true
}

func (c *compiler) enumType(at source.Word, call syntax.TypeCall) (model.Type, bool) {
	if len(call.Args) == 0 {
		c.report.Hint(at.At, problem.EnumEmpty, "write it like enum(low, high)", "The enum has no values")
		return model.Type{}, false
	}
	for i, value := range call.Args {
		c.lower(source.Word{Text: value, At: at.At}, "a value of an enum")
		if slices.Contains(call.Args[:i], value) {
			c.report.At(at.At, problem.EnumDuplicate, "The value %q is twice in the enum", value)
		}
	}
	return model.Type{Kind: model.Enum, Enum: call.Args}, true
}

func (c *compiler) refType(at source.Word, call syntax.TypeCall) (model.Type, bool) {
	if len(call.Args) == 0 {
		c.report.Hint(at.At, problem.BadTypeArgument, "write it like ref(Customer)", "The reference does not say to what")
		return model.Type{}, false
	}
	targets := slices.Clone(call.Args)
	slices.Sort(targets)
	targets = slices.Compact(targets)
	ok := true
	for _, target := range targets {
		switch other := c.types[target]; {
		case other == nil:
			c.report.Hint(at.At, problem.UnknownRefTarget, problem.DidYouMean(target, c.streamNames()), "There is no type %q to refer to", target)
			ok = false
		case other.isValue():
			c.report.Hint(at.At, problem.RefToValue, "use the value itself: "+target,
				"%s is a value object: it has no identity to refer to", target)
			ok = false
		}
	}
	return model.Type{Kind: model.Ref, Targets: targets}, ok
}

func (c *compiler) streamNames() []string {
	var names []string
	for _, t := range c.streams {
		names = append(names, t.name)
	}
	return names
}

func (c *compiler) valueNames() []string {
	var names []string
	for _, t := range c.values {
		names = append(names, t.name)
	}
	return names
}

var kindWords = []string{"text", "int", "decimal", "money", "bool", "date", "timestamp", "enum", "ref", "list", "custom"}

// valueType resolves a name that is no kind: it has to be a value object.
func (c *compiler) valueType(at source.Word, call syntax.TypeCall) (model.Type, bool) {
	other := c.types[call.Name]
	switch {
	case other == nil && pascalCase.MatchString(call.Name):
		c.report.Hint(at.At, problem.UnknownValue, problem.DidYouMean(call.Name, c.valueNames()), "There is no value object %q", call.Name)
		return model.Type{}, false
	case other == nil:
		c.report.Hint(at.At, problem.UnknownType, problem.DidYouMean(call.Name, kindWords), "There is no type %q", call.Name)
		return model.Type{}, false
	case !other.isValue():
		c.report.Hint(at.At, problem.UnknownType, "refer to it: ref("+call.Name+")",
			"%s has streams of its own; an attribute cannot hold one", call.Name)
		return model.Type{}, false
	case other.resolving:
		c.report.Hint(at.At, problem.ValueCycle, "a value object cannot hold itself", "The value object %s ends up holding itself", call.Name)
		return model.Type{}, false
	}
	c.resolveValue(other)
	return model.Type{Kind: model.Object, Value: call.Name}, c.noArguments(at, call)
}

// listType resolves a list: of a value object's attributes, or of those written below "of".
func (c *compiler) listType(a *syntax.Attribute, call syntax.TypeCall, shape string) (model.Type, bool) {
	rows, ok := c.rowsOf(a, call, shape)
	if !ok {
		return model.Type{}, false
	}
	for _, row := range rows {
		if row.Type.Kind == model.List {
			c.report.Hint(row.at, problem.NestedList, "make the rows a type of their own", "A row of a list holds no list")
			ok = false
		}
		c.noCustom(row, "A row of a list")
	}
	if !a.Key.Given() && c.reportedIn(a.At) {
		return model.Type{}, false
	}
	if !a.Key.Given() {
		c.report.Hint(a.At, problem.ListWithoutKey, "write \"key: LineId\" and give the rows that attribute",
			"The list does not say which attribute tells its rows apart")
		return model.Type{}, false
	}
	t := model.Type{Kind: model.List, Of: plain(rows), Key: a.Key.Text}
	if i := slices.IndexFunc(t.Of, func(row model.Attribute) bool { return row.Name == t.Key }); i >= 0 && t.Of[i].Type.Kind == model.Int {
		t.Of[i].Optional = true // rows without one are numbered
	}
	return t, c.checkKey(a, rows) && ok
}

func (c *compiler) rowsOf(a *syntax.Attribute, call syntax.TypeCall, shape string) ([]attribute, bool) {
	switch {
	case a.Of.Given() && len(call.Args) == 0:
		return c.resolveAttributes(a.Of, shape, nil), true
	case len(call.Args) == 1 && !a.Of.Given():
		word := source.Word{Text: call.Args[0], At: a.Type.At}
		t, ok := c.valueType(word, syntax.TypeCall{Name: call.Args[0]})
		if !ok {
			return nil, false
		}
		return c.types[t.Value].attributes, true
	}
	c.report.Hint(a.At, problem.BadTypeArgument, "write list(Address) for a value object's attributes, or list with \"of\"",
		"A list says of what, once")
	return nil, false
}

var keyKinds = []model.Kind{model.Text, model.Int, model.Enum, model.Ref}

func (c *compiler) checkKey(a *syntax.Attribute, rows []attribute) bool {
	key := find(rows, a.Key.Text)
	switch {
	case key == nil:
		c.report.Hint(a.Key.At, problem.ListKeyUnknown, problem.DidYouMean(a.Key.Text, namesOf(rows)), "The rows have no attribute %q", a.Key.Text)
		return false
	case !slices.Contains(keyKinds, key.Type.Kind):
		c.report.Hint(a.Key.At, problem.ListKeyUnknown, "use a text, an int, an enum or a reference",
			"%s is %s; that does not tell rows apart", key.Name, key.Type.Kind)
		return false
	}
	return true
}

// applyOptions copies max, min and pattern, where the type has them.
func (c *compiler) applyOptions(t *model.Type, a *syntax.Attribute) {
	if a.Max.Given() && c.mayHave(a.Max.At, "max", t.Kind, model.Text, model.Int, model.Decimal, model.Money) && c.isFigure(a.Max, t.Kind) {
		t.Max = a.Max.Text
	}
	if a.Min.Given() && c.mayHave(a.Min.At, "min", t.Kind, model.Int, model.Decimal, model.Money, model.List) && c.isFigure(a.Min, t.Kind) {
		t.Min = a.Min.Text
	}
	if a.Pattern.Given() && c.mayHave(a.Pattern.At, "pattern", t.Kind, model.Text) {
		if _, err := regexp.Compile(a.Pattern.Text); err != nil {
			c.report.At(a.Pattern.At, problem.TypeOption, "The pattern cannot be read: %v", err)
		}
		t.Pattern = a.Pattern.Text
	}
	if a.Key.Given() && t.Kind != model.List {
		c.mayHave(a.Key.At, "key", t.Kind, model.List)
	}
	if a.Of.Given() && t.Kind != model.List {
		c.mayHave(a.Of.At, "of", t.Kind, model.List)
	}
}

func (c *compiler) mayHave(at *source.Node, option string, kind model.Kind, kinds ...model.Kind) bool {
	if slices.Contains(kinds, kind) {
		return true
	}
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = string(k)
	}
	c.report.Hint(at, problem.TypeOption, option+" is for "+strings.Join(words, ", "), "%s has no %s", kind, option)
	return false
}

func (c *compiler) isFigure(f source.Figure, kind model.Kind) bool {
	d, err := decimal.NewFromString(f.Text)
	whole := kind == model.Text || kind == model.Int || kind == model.List
	if err != nil || whole && !d.IsInteger() || strings.ContainsAny(f.Text, "eE") {
		c.report.Hint(f.At, problem.TypeOption, "write a number, such as 60 or \"0.001\"", "%q is no number for this type", f.Text)
		return false
	}
	return true
}
