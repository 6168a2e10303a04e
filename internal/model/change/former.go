package change

import (
	"slices"
	"strconv"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
)

// former is the type of an attribute as it was, because the model does not say so any more.
// The short form is its type alone, "text".
type former struct {
	Type     source.Word         `yaml:"type" doc:"text, int, decimal(p,s), money, bool, date, timestamp, enum(a, b), ref(Type, ...), list(Value), custom, or the name of a value object"`
	Key      source.Word         `yaml:"key" doc:"Of a list: the attribute that tells rows apart"`
	Of       source.Dict[former] `yaml:"of" doc:"Of a list: the attributes of a row"`
	Optional source.Flag         `yaml:"optional" doc:"It could be absent"`

	At *source.Node
}

// DecodeNode accepts the type alone or the long form.
func (f *former) DecodeNode(d *source.Decoder, n *source.Node) {
	f.At = n
	if n.Kind == source.Map {
		d.Plain(n, f)
		return
	}
	d.Into(n, &f.Type)
}

// Shapes lists what DecodeNode accepts.
func (f *former) Shapes() []any { return []any{source.TextShape{}, source.PlainShape(f)} }

// formers resolves types as they were. A reference may lead to a stream that is gone.
type formers struct {
	report  *source.Report
	values  []model.Value
	streams []string // now and ever
}

func (r *formers) attributes(list source.Dict[former]) []model.Attribute {
	var out []model.Attribute
	for _, entry := range list.Entries {
		if a, ok := r.attribute(entry.Key.Text, entry.Value); ok {
			out = append(out, a)
		}
	}
	return out
}

// attribute resolves the attribute; false when its type is none, which is reported.
func (r *formers) attribute(name string, f former) (model.Attribute, bool) {
	t, ok := r.resolve(f)
	return model.Attribute{Name: name, Type: t, Optional: f.Optional.Value}, ok
}

var simpleKinds = []model.Kind{model.Text, model.Int, model.Money, model.Bool, model.Date, model.Timestamp, model.Custom}

func (r *formers) resolve(f former) (model.Type, bool) {
	if f.Of.Given() {
		return r.list(f, r.attributes(f.Of))
	}
	call, ok := syntax.ParseType(f.Type.Text)
	switch {
	case !f.Type.Given() || !ok:
		return r.noType(f, "write it like text, decimal(12,3) or ref(Customer)")
	case slices.Contains(simpleKinds, model.Kind(call.Name)) && !call.Call:
		return model.Type{Kind: model.Kind(call.Name)}, true
	case call.Name == "decimal" && len(call.Args) == 2:
		precision, err1 := strconv.Atoi(call.Args[0])
		scale, err2 := strconv.Atoi(call.Args[1])
		if err1 == nil && err2 == nil && precision > 0 && scale >= 0 && scale <= precision {
			return model.Type{Kind: model.Decimal, Precision: precision, Scale: scale}, true
		}
	case call.Name == "enum" && len(call.Args) > 0:
		return model.Type{Kind: model.Enum, Enum: call.Args}, true
	case call.Name == "ref" && len(call.Args) > 0:
		return r.ref(f, call.Args)
	case call.Name == "list" && len(call.Args) == 1 && r.value(call.Args[0]) != nil:
		return r.list(f, r.value(call.Args[0]).Attributes)
	case r.value(call.Name) != nil && !call.Call:
		return model.Type{Kind: model.Object, Value: call.Name}, true
	}
	return r.noType(f, problem.DidYouMean(call.Name, r.words()))
}

func (r *formers) noType(f former, hint string) (model.Type, bool) {
	r.report.Hint(f.At, problem.UnknownType, hint, "%q is no type", f.Type.Text)
	return model.Type{}, false
}

func (r *formers) words() []string {
	words := []string{"text", "int", "decimal", "money", "bool", "date", "timestamp", "enum", "ref", "list", "custom"}
	for _, v := range r.values {
		words = append(words, v.Name)
	}
	return words
}

func (r *formers) value(name string) *model.Value {
	i := slices.IndexFunc(r.values, func(v model.Value) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return &r.values[i]
}

func (r *formers) ref(f former, targets []string) (model.Type, bool) {
	targets = slices.Clone(targets)
	slices.Sort(targets)
	for _, target := range targets {
		if !slices.Contains(r.streams, target) {
			r.report.Hint(f.At, problem.UnknownRefTarget, problem.DidYouMean(target, r.streams), "There was no type %q to refer to", target)
			return model.Type{}, false
		}
	}
	return model.Type{Kind: model.Ref, Targets: slices.Compact(targets)}, true
}

func (r *formers) list(f former, rows []model.Attribute) (model.Type, bool) {
	if find(rows, f.Key.Text) == nil {
		r.report.Hint(f.At, problem.ListWithoutKey, "write \"key: LineId\", an attribute of the rows", "The list does not say which attribute told its rows apart")
		return model.Type{}, false
	}
	return model.Type{Kind: model.List, Of: rows, Key: f.Key.Text}, true
}

// typeText writes the attribute's type as a change declares it: the short form where that
// says all, else JSON of the long one.
func typeText(a model.Attribute) string {
	if a.Type.Kind != model.List && !a.Optional {
		return shortText(a.Type)
	}
	return typeJSON(a)
}

func shortText(t model.Type) string {
	switch t.Kind {
	case model.Decimal:
		return "decimal(" + strconv.Itoa(t.Precision) + "," + strconv.Itoa(t.Scale) + ")"
	case model.Enum:
		return "enum(" + strings.Join(t.Enum, ", ") + ")"
	case model.Ref:
		return "ref(" + strings.Join(t.Targets, ", ") + ")"
	case model.Object:
		return t.Value
	}
	return string(t.Kind)
}

func typeJSON(a model.Attribute) string {
	if a.Type.Kind != model.List && !a.Optional {
		return quoted(shortText(a.Type))
	}
	var o object
	if o.add("type", quoted(shortText(a.Type))); a.Type.Kind == model.List {
		o.add("key", quoted(a.Type.Key))
		o.add("of", attributesJSON(a.Type.Of))
	}
	if a.Optional {
		o.add("optional", "true")
	}
	return o.String()
}

func attributesJSON(list []model.Attribute) string {
	var o object
	for _, a := range list {
		o.add(a.Name, typeJSON(a))
	}
	return o.String()
}
