package compile

import "github.com/polderhq/polder/internal/model"

// assemble puts the parts together, sorted by name. Lists that may be empty are not null,
// so that the IR says the same in every reader.
func (c *compiler) assemble() *model.IR {
	ir := &model.IR{
		Name: c.modelName(), Currency: c.currency(), Values: c.valuesIR(),
		Streams: []model.Stream{}, Projections: []model.Projection{}, Queries: []model.Query{},
	}
	for _, t := range c.streams {
		ir.Streams = append(ir.Streams, *t.ir)
	}
	for _, name := range sortedKeys(c.projections) {
		ir.Projections = append(ir.Projections, *c.projections[name].ir)
	}
	for _, name := range sortedKeys(c.queries) {
		ir.Queries = append(ir.Queries, *c.queries[name].ir)
	}
	if c.solved != nil {
		ir.Changes, ir.Upcasts = c.solved.Changes, c.solved.Upcasts
	}
	ir.Format = model.FormatOf(ir)
	return ir
}

func (c *compiler) valuesIR() []model.Value {
	values := []model.Value{}
	for _, t := range c.values {
		values = append(values, model.Value{Name: t.name, Attributes: plain(t.attributes), Origin: c.origin(t.at)})
	}
	return values
}
