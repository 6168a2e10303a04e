package change

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model/compile/source"
)

// moveAttribute moves an attribute from one event to another of the same stream: to the last
// one before it, or else to the first one after it.
type moveAttribute struct {
	Attribute source.Word `yaml:"attribute" need:"yes" doc:"The attribute"`
	From      source.Word `yaml:"from" need:"yes" doc:"The event that carried it"`
	To        source.Word `yaml:"to" need:"yes" doc:"The event that carries it now"`
	Type      former      `yaml:"type" doc:"The type that it had; without it the one that it has now"`
	Drop      source.Flag `yaml:"drop" doc:"Where a stream has no such event the value is lost; without that it cannot be rewritten"`
}

func (*moveAttribute) level() level { return ofAttributes }

func (x *moveAttribute) undo(s *step) {
	from, o := s.carrier(x.From)
	to, other := s.carrier(x.To)
	if from == nil || to == nil {
		return
	}
	a, ok := s.takeAttribute(x.To, x.Attribute)
	if x.Type.At != nil {
		was, known := s.former.attribute(x.Attribute.Text, x.Type)
		a, ok = was, ok && known
	}
	if ok {
		s.giveAttribute(x.From, x.Attribute, a)
		o.refuse, other.refuse = s.needed(), s.needed()
	}
}

func (x *moveAttribute) inverse(s *step) way { return s.rewritten(x.From.Text, x.To.Text) }

func (x *moveAttribute) transform(s *step) transform {
	return &attributeMover{x, s.now.events[x.From.Text].stream, map[uuid.UUID]*carriers{}}
}

// attributeMover is a moveAttribute under way.
type attributeMover struct {
	*moveAttribute
	stream  string
	streams map[uuid.UUID]*carriers
}

// carriers are the events of one stream that an attribute moves to, by number.
type carriers struct {
	seen, next int
	waiting    json.RawMessage // a value from before the first of them
	values     map[int]json.RawMessage
}

func (m *attributeMover) at(id uuid.UUID) *carriers {
	c := m.streams[id]
	if c == nil {
		c = &carriers{values: map[int]json.RawMessage{}}
		m.streams[id] = c
	}
	return c
}

func (m *attributeMover) learn(e Event) error {
	if e.StreamType != m.stream || e.Name != m.From.Text && e.Name != m.To.Text {
		return nil
	}
	c := m.at(e.StreamID)
	if e.Name == m.To.Text {
		if c.waiting != nil {
			c.values[c.seen], c.waiting = c.waiting, nil
		}
		c.seen++
		return nil
	}
	fields, err := fieldsIn(e)
	switch value := fields[m.Attribute.Text]; {
	case err != nil || value == nil:
		return err
	case c.seen == 0:
		c.waiting = value
	default:
		c.values[c.seen-1] = value
	}
	return nil
}

func (m *attributeMover) next(e *Event) error {
	if e.StreamType != m.stream || e.Name != m.From.Text && e.Name != m.To.Text {
		return nil
	}
	c := m.at(e.StreamID)
	fields, err := fieldsIn(*e)
	if err != nil {
		return err
	}
	if e.Name == m.From.Text {
		if c.waiting != nil && !m.Drop.Value {
			return fmt.Errorf("%s of %s %s: the stream has no %s that its %s could move to", e.Name, e.StreamType, e.StreamID, m.To.Text, m.Attribute.Text)
		}
		delete(fields, m.Attribute.Text)
	} else {
		if value := c.values[c.next]; value != nil {
			fields[m.Attribute.Text] = value
		}
		c.next++
	}
	e.Payload, err = json.Marshal(fields)
	return err
}
