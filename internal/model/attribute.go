package model

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model/expr"
)

// field is an attribute made ready to be read, checked and written.
type field struct {
	*Attribute
	kind     *kind
	fallback any // value of Default, nil when there is none
}

// kind is a Type made ready: its limits parsed, its fields known.
type kind struct {
	*Type
	as       expr.Type
	shape    *expr.Shape // list: of a row; value: of itself
	fields   []*field    // list, value: in the order of shape
	key      int         // list: the field that tells rows apart, -1 for none
	pattern  *regexp.Regexp
	min, max *decimal.Decimal
	most     int    // text: characters; list: rows
	least    int    // list: rows
	currency string // of money given without one
}

// kinds makes kinds and fields of the model's types.
type kinds struct {
	scopes   *Scopes
	currency string
	objects  map[string]*kind
	constant *expr.Env
}

func newKinds(scopes *Scopes, currency string) *kinds {
	return &kinds{scopes, currency, map[string]*kind{}, scopes.Constant()}
}

func (k *kinds) fields(attributes []Attribute) ([]*field, error) {
	fields := make([]*field, len(attributes))
	for i := range attributes {
		f, err := k.field(&attributes[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", attributes[i].Origin, attributes[i].Name, err)
		}
		fields[i] = f
	}
	return fields, nil
}

func (k *kinds) field(a *Attribute) (*field, error) {
	made, err := k.kind(a.Name, &a.Type)
	if err != nil {
		return nil, err
	}
	f := &field{Attribute: a, kind: made}
	if a.Default == "" {
		return f, nil
	}
	program, err := k.constant.Compile(a.Default)
	if err != nil {
		return nil, fmt.Errorf("default: %w", err)
	}
	if !program.Type().AssignableTo(made.as) {
		return nil, fmt.Errorf("default: it is %s, not %s", program.Type(), made.as)
	}
	value, err := program.Eval(expr.Values{})
	f.fallback = made.adopt(value)
	return f, err
}

func (k *kinds) kind(name string, t *Type) (*kind, error) {
	if t.Kind == Object {
		return k.object(t)
	}
	as, err := k.scopes.Type(name, *t)
	if err != nil {
		return nil, err
	}
	made := &kind{Type: t, as: as, shape: as.Shape, key: -1, currency: k.currency, most: expr.MaxText}
	if t.Kind == List {
		return made, k.list(made)
	}
	return made, made.limits()
}

// object makes the kind of a value object once for all attributes that hold it.
func (k *kinds) object(t *Type) (*kind, error) {
	if made, ok := k.objects[t.Value]; ok {
		return made, nil
	}
	as, err := k.scopes.Type(t.Value, *t)
	if err != nil {
		return nil, err
	}
	fields, err := k.fields(k.scopes.values[t.Value].Attributes)
	made := &kind{Type: t, as: as, shape: as.Shape, fields: fields, key: -1}
	k.objects[t.Value] = made
	return made, err
}

func (k *kinds) list(made *kind) (err error) {
	if made.fields, err = k.fields(made.Of); err != nil {
		return err
	}
	made.most = expr.MaxRows
	if made.Max != "" {
		if made.most, err = strconv.Atoi(made.Max); err != nil {
			return fmt.Errorf("max %q is not a number of rows", made.Max)
		}
	}
	if made.Min != "" {
		if made.least, err = strconv.Atoi(made.Min); err != nil {
			return fmt.Errorf("min %q is not a number of rows", made.Min)
		}
	}
	if made.Key != "" {
		if made.key = made.shape.Index(made.Key); made.key < 0 {
			return fmt.Errorf("key %q is no attribute of a row", made.Key)
		}
	}
	return nil
}

func (k *kind) limits() (err error) {
	switch k.Kind {
	case Text:
		return k.textLimits()
	case Int, Decimal, Money:
		if k.min, err = limit(k.Min); err != nil {
			return err
		}
		k.max, err = limit(k.Max)
	case Enum:
		if len(k.Enum) == 0 {
			return fmt.Errorf("an enum without values")
		}
	}
	return err
}

func (k *kind) textLimits() (err error) {
	if k.Max != "" {
		if k.most, err = strconv.Atoi(k.Max); err != nil {
			return fmt.Errorf("max %q is not a number of characters", k.Max)
		}
	}
	if k.Pattern != "" {
		k.pattern, err = regexp.Compile(`^(?:` + k.Pattern + `)$`)
	}
	return err
}

func limit(text string) (*decimal.Decimal, error) {
	if text == "" {
		return nil, nil
	}
	d, err := expr.ParseDecimal(text)
	if err != nil {
		return nil, fmt.Errorf("limit %q %w", text, err)
	}
	return &d, nil
}

// adopt gives a value that an expression made the form that the kind keeps: an int becomes
// a decimal, neutral money takes the model's currency.
func (k *kind) adopt(value any) any {
	if m, ok := value.(expr.Money); ok {
		return m.In(k.currency)
	}
	return expr.Convert(value, k.as.Kind)
}
