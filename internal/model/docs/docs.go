package docs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// page is Markdown that is being written.
type page struct {
	strings.Builder
	ir *model.IR
}

// Markdown returns the model as one page: its aggregate types module by module, each with its commands, events, projections and queries.
func Markdown(ir *model.IR) string {
	p := &page{ir: ir}
	p.line("# The model %s", ir.Name)
	modules := map[string][]*model.Stream{}
	var names []string
	for i := range ir.Streams {
		s := &ir.Streams[i]
		if modules[s.Module] == nil {
			names = append(names, s.Module)
		}
		modules[s.Module] = append(modules[s.Module], s)
	}
	slices.Sort(names)
	for _, module := range names {
		p.line("\n## %s", module)
		for _, s := range modules[module] {
			p.stream(s)
		}
	}
	p.values()
	return p.String()
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// row writes a row of a table; what would end a cell is escaped.
func (p *page) row(cells ...string) {
	for i := range cells {
		cells[i] = strings.ReplaceAll(strings.Join(strings.Fields(cells[i]), " "), "|", "\\|")
	}
	p.line("| %s |", strings.Join(cells, " | "))
}

func (p *page) head(titles ...string) {
	p.line("")
	p.row(titles...)
	p.line("|%s", strings.Repeat("---|", len(titles)))
}

func (p *page) stream(s *model.Stream) {
	p.line("\n### %s\n", s.Name)
	what := cmp.Or(s.Stereotype, "aggregate")
	if len(s.Of) > 0 {
		what += " of " + strings.Join(s.Of, ", ")
	}
	p.line("%s, %s. It is named by `%s`.", strings.ToUpper(what[:1])+what[1:], s.Origin, s.ID)
	if len(s.Lifecycle) > 0 {
		p.line("Its life: %s.", strings.Join(s.Lifecycle, ", "))
	}
	if n := s.Number; n != nil {
		p.line("`%s` is numbered `%s` by %s.", n.Attribute, n.Series, n.At)
	}
	for _, u := range s.Uniques {
		p.line("No two of an account have the same %s (%s).", strings.Join(u.Key, " and "), u.Name)
	}
	for _, l := range s.Limits {
		p.line("What is reserved under %s is `%s` at most.", l.Name, l.Max)
	}
	p.attributes("attribute", s.Attributes)
	if len(s.Computes) > 0 {
		p.head("computed", "type", "is")
		for _, c := range s.Computes {
			p.row(c.Name, typeText(&c.Type), "`"+c.Expr+"`")
		}
	}
	p.commands(s)
	p.events(s)
	p.projections(s)
}

func (p *page) attributes(title string, list []model.Attribute) {
	if len(list) == 0 {
		return
	}
	p.head(title, "type", "needed", "meaning")
	p.attributeRows("", list)
}

// attributeRows writes the attributes, and below a list those of its rows.
func (p *page) attributeRows(before string, list []model.Attribute) {
	for i := range list {
		a := &list[i]
		needed := "yes"
		switch {
		case a.Default != "":
			needed = "else `" + a.Default + "`"
		case a.Optional:
			needed = ""
		}
		meaning := a.Help
		if a.Personal {
			meaning = strings.TrimSpace(meaning + " (personal)")
		}
		p.row(before+a.Name, typeText(&a.Type), needed, meaning)
		p.attributeRows(before+a.Name+".", a.Type.Of)
	}
}

func (p *page) commands(s *model.Stream) {
	for i := range s.Commands {
		c := &s.Commands[i]
		p.line("\n#### %s\n", c.Name)
		if c.Help != "" {
			p.line("%s", c.Help)
		}
		switch {
		case c.Creates:
			p.line("Makes one.")
		case len(c.In) > 0:
			p.line("While it is %s.", strings.Join(c.In, " or "))
		}
		if len(c.Allow) > 0 {
			p.line("For the roles %s.", strings.Join(c.Allow, ", "))
		}
		for _, r := range c.Raises {
			when := ""
			if r.When != "" {
				when = ", when `" + r.When + "`"
			}
			p.line("Raises %s%s.", r.Event, when)
		}
		p.attributes("input", c.Input)
		if len(c.Require) > 0 {
			p.head("has to hold", "else")
			for _, r := range c.Require {
				p.row("`"+r.That+"`", r.Else)
			}
		}
	}
}

func (p *page) events(s *model.Stream) {
	if len(s.Events) == 0 {
		return
	}
	p.head("event", "version", "says", "leads to")
	for i := range s.Events {
		e := &s.Events[i]
		names := make([]string, len(e.Attributes))
		for j := range e.Attributes {
			names[j] = e.Attributes[j].Name
		}
		p.row(e.Name, fmt.Sprint(e.Version), strings.Join(names, ", "), e.To)
	}
}

// projections writes those that follow from the stream's events, each with the queries that it answers.
func (p *page) projections(s *model.Stream) {
	for i := range p.ir.Projections {
		r := &p.ir.Projections[i]
		if r.From != s.Name || r.Helper {
			continue
		}
		p.line("\n#### %s\n", r.Name)
		if r.Of != "" {
			p.line("Made of the rows of %s.", r.Of)
		}
		p.line("A row is named by `%s`.", p.ir.KeyName(r))
		for j := range p.ir.Queries {
			if q := &p.ir.Queries[j]; q.From == r.Name {
				p.query(q)
			}
		}
		p.head("column", "type")
		for j := range r.Columns {
			if c := &r.Columns[j]; !c.Silent {
				p.row(c.Name, typeText(&c.Type))
			}
		}
	}
}

func (p *page) query(q *model.Query) {
	text := "`" + q.Name + "` filters by " + cmp.Or(strings.Join(q.Filter, ", "), "nothing") + "; sorts by " + cmp.Or(strings.Join(q.Sort, ", "), "the key")
	if len(q.Allow) > 0 {
		text += "; for the roles " + strings.Join(q.Allow, ", ")
	}
	p.line("%s.", text)
}

func (p *page) values() {
	if len(p.ir.Values) == 0 {
		return
	}
	p.line("\n## Values")
	for i := range p.ir.Values {
		p.line("\n### %s", p.ir.Values[i].Name)
		p.attributes("attribute", p.ir.Values[i].Attributes)
	}
}

// typeText is the type in words, near to how it is written in a model.
func typeText(t *model.Type) string {
	text := string(t.Kind)
	switch t.Kind {
	case model.Decimal:
		if t.Precision > 0 {
			text = fmt.Sprintf("decimal(%d,%d)", t.Precision, t.Scale)
		}
	case model.Enum:
		text = strings.Join(t.Enum, " or ")
	case model.Ref:
		text = "ref(" + strings.Join(t.Targets, ", ") + ")"
	case model.Object:
		text = t.Value
	case model.List:
		text = "list by " + cmp.Or(t.Key, "place")
	}
	if t.Min != "" {
		text += ", from " + t.Min
	}
	if t.Max != "" {
		text += ", to " + t.Max
	}
	if t.Pattern != "" {
		text += ", like `" + t.Pattern + "`"
	}
	return text
}
