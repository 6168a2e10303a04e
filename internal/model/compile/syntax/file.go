package syntax

import "github.com/polderhq/polder/internal/model/compile/source"

// Model is the file model.yaml: what holds for the model as a whole.
type Model struct {
	Name     source.Word              `yaml:"name" need:"yes" doc:"Name of the model in lower case, such as erp"`
	Currency source.Word              `yaml:"currency" need:"yes" doc:"ISO 4217 code of money that is given without a currency"`
	Roles    source.Dict[source.Word] `yaml:"roles" doc:"The roles that keys can have, each with what it is for"`
}

// Type is the file of one type: a stream type or a value object.
type Type struct {
	Entity    source.Word `yaml:"entity" one:"stereotype" doc:"Name of the type: something with universal properties, such as a person"`
	Role      source.Word `yaml:"role" one:"stereotype" doc:"Name of the type: in what capacity the company sees an entity, such as customer"`
	Agreement source.Word `yaml:"agreement" one:"stereotype" doc:"Name of the type: what was agreed with a party, such as an order"`
	Activity  source.Word `yaml:"activity" one:"stereotype" doc:"Name of the type: something that happens, such as a delivery"`
	Workarea  source.Word `yaml:"workarea" one:"stereotype" doc:"Name of the type: a unit of the own organisation"`
	Value     source.Word `yaml:"value" one:"stereotype" doc:"Name of the type: attributes that are set together and have no identity, such as an address"`

	Of          []source.Word           `yaml:"of" doc:"The entities that can play a role"`
	Label       source.Word             `yaml:"label" doc:"Name for people; without it the name in separate words"`
	Help        source.Word             `yaml:"help" doc:"What it is, in a sentence"`
	Plural      source.Word             `yaml:"plural" doc:"Plural of the name, for the default projection and query; without it the name with an s"`
	ID          source.Word             `yaml:"id" doc:"Name of the input that says which stream a command is for; without it the type's name with Id"`
	Attributes  source.Dict[Attribute]  `yaml:"attributes" doc:"What it holds"`
	Compute     source.Dict[Compute]    `yaml:"compute" doc:"What follows from the attributes, by an expression"`
	Lifecycle   []source.Word           `yaml:"lifecycle" doc:"The states it goes through; the first is where it begins"`
	Number      *Number                 `yaml:"number" doc:"The number it gets from a series"`
	Guards      source.Dict[Guard]      `yaml:"guards" doc:"Rules that hold over all streams, exactly, whatever happens at the same time"`
	Commands    source.Dict[Command]    `yaml:"commands" doc:"What it can be told; without it a command to register and one to change"`
	Events      source.Dict[Event]      `yaml:"events" doc:"What can happen to it, as far as it does not follow from the commands"`
	Projections source.Dict[Projection] `yaml:"projections" doc:"Its read models; without it one with every attribute that fits in a column"`
	Queries     source.Dict[Query]      `yaml:"queries" doc:"The questions about it; without it one that lists it"`
	Examples    []Example               `yaml:"examples" doc:"Given, when, then: tests of the model"`

	At *source.Node // the file's root
}

// Stereotype is a keyword that says what a type is, with the name it was given.
type Stereotype struct {
	Keyword string
	Name    source.Word
}

// Stereotypes returns the stereotypes that the file names; a right file names one.
func (t *Type) Stereotypes() []Stereotype {
	var named []Stereotype
	for _, s := range []Stereotype{
		{"entity", t.Entity}, {"role", t.Role}, {"agreement", t.Agreement},
		{"activity", t.Activity}, {"workarea", t.Workarea}, {"value", t.Value},
	} {
		if s.Name.Given() {
			named = append(named, s)
		}
	}
	return named
}
