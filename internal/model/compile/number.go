package compile

import (
	"regexp"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
)

// seriesPattern is a text with {yyyy}, {yy} and {mm}, and at the end the digits: {#####}.
var seriesPattern = regexp.MustCompile(`^(?:[A-Za-z0-9./ _-]|\{yyyy\}|\{yy\}|\{mm\})*\{#{1,18}\}$`)

func (t *typ) numberName() string {
	if t.Number != nil && t.Number.As.Given() {
		return t.Number.As.Text
	}
	return t.name + "Number"
}

// resolveNumber adds the attribute that the type's number is kept in, unless it is declared.
func (c *compiler) resolveNumber(t *typ) {
	n := t.Number
	if n == nil || !n.Series.Given() || !n.At.Given() {
		return
	}
	if !seriesPattern.MatchString(n.Series.Text) {
		c.report.Hint(n.Series.At, problem.NumberSeriesPattern, "write it like SO-{yyyy}-{#####}: the digits come last",
			"%q is not how a series is written", n.Series.Text)
	}
	if n.As.Given() && !c.pascal(n.As, problem.AttributeName, "the number") {
		return
	}
	if !t.raisesEvent(n.At.Text) {
		c.report.Hint(n.At.At, problem.NumberEvent, problem.DidYouMean(n.At.Text, t.eventNames()),
			"No command of %s raises %s, so no number would be given", t.name, n.At.Text)
		return
	}
	name := t.numberName()
	if own := find(t.attributes, name); own == nil {
		t.attributes = append([]attribute{{at: n.Node, Attribute: model.Attribute{
			Name: name, Type: model.Type{Kind: model.Text}, Origin: c.origin(n.Node),
		}}}, t.attributes...)
	} else if own.Type.Kind != model.Text {
		c.report.Hint(own.at, problem.NumberSeriesPattern, "make it a text, or leave it out: the number brings it",
			"%s gets a number such as %s, which is a text", name, n.Series.Text)
	}
	t.ir.Number = &model.Number{
		Attribute: name, Series: n.Series.Text, At: n.At.Text, Gapless: n.Gapless.Value, Origin: c.origin(n.Node),
	}
}

func (t *typ) raisesEvent(name string) bool {
	for _, known := range t.eventNames() {
		if known == name {
			return true
		}
	}
	return false
}

// eventNames returns the events that the type's commands raise, by their syntax alone.
func (t *typ) eventNames() []string {
	var names []string
	for _, cmd := range t.Commands.Entries {
		names = append(names, cmd.Value.Raises.Keys()...)
	}
	return names
}
