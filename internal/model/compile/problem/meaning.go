package problem

import "slices"

// Meaning is a code and the sentence that says what it means.
type Meaning struct {
	Code Code
	Text string
}

// Codes returns all codes with their meanings, in the order of the documentation.
func Codes() []Meaning {
	return slices.Concat(ofFiles(), ofTypes(), ofBehaviour(), ofReading(), ofChanges())
}

func ofFiles() []Meaning {
	return []Meaning{
		{YAMLSyntax, "The file is not YAML"},
		{YAMLFeature, "YAML that the language leaves out: anchors, tags, merge keys, second documents, deep nesting"},
		{FileName, "The file is not named after its type, or does not end in .yaml"},
		{FileTooLarge, "The file is larger than a type can be"},
		{UnknownKey, "The language has no such key at this place"},
		{DuplicateKey, "A key or a name stands twice in one map or list"},
		{MissingKey, "A key that must be there is not"},
		{WrongKind, "A map, list, text, number or truth value stands where another belongs"},
		{UnquotedScalar, "YAML takes it for a number or a truth value, but a text belongs there: quote it"},
		{EmptyModel, "There is no type at all"},
		{MissingStereotype, "The file does not say what it describes"},
		{TwoStereotypes, "The file says twice what it describes"},
		{KeyNotForStereotype, "The key means nothing for this stereotype"},
		{NameForm, "A name is not written as names of its sort are"},
		{AttributeName, "The name of an attribute, input, compute or column is not written like OrderLines"},
		{ReservedName, "The name has a meaning of its own"},
		{CurrencyCode, "The currency is no ISO 4217 code"},
		{DuplicateType, "Two files describe the same type"},
		{DuplicateAttribute, "Two attributes, computes or columns share a name, or would share a column"},
		{DuplicateCommand, "Two types have a command of the name"},
		{DuplicateEvent, "Two types have an event of the name"},
		{DuplicateQuery, "Two types have a query of the name"},
		{DuplicateProjection, "Two types have a projection of the name"},
		{RoleOf, "A role is of something that is no entity"},
	}
}

func ofTypes() []Meaning {
	return []Meaning{
		{MissingType, "The attribute has no type"},
		{UnknownType, "There is no such type"},
		{BadTypeArgument, "What stands in parentheses after the type is wrong"},
		{TypeOption, "max, min, pattern, key or of does not go with the type, or cannot be read"},
		{UnknownRefTarget, "The reference is to a type that does not exist"},
		{RefToValue, "The reference is to a value object, which has no identity"},
		{UnknownValue, "There is no such value object"},
		{ValueCycle, "A value object holds itself"},
		{EnumEmpty, "The enum has no values"},
		{EnumDuplicate, "A value of an enum, or a state, is there twice"},
		{ListWithoutKey, "The list does not say what tells its rows apart"},
		{ListKeyUnknown, "The key of the list is no attribute of its rows, or cannot tell them apart"},
		{NestedList, "A list in a list, or in a value object"},
		{CustomForm, "Custom values stand where only a type's own X can have them, or under another name"},
	}
}

func ofBehaviour() []Meaning {
	return []Meaning{
		{CommandSuffix, "The name of a command does not end in Command"},
		{CommandRaisesNothing, "The command raises no event"},
		{CommandUnreachable, "The command is allowed only in states that nothing leads to"},
		{CommandTargetAmbiguous, "The command raises several events and does not say for which its state, values or guard are"},
		{NothingCreates, "No command makes a new stream of the type"},
		{UnknownInput, "The input is no attribute of the type and has no type of its own"},
		{InputType, "The input has another type than the attribute of the name"},
		{UnknownRole, "The role is not in model.yaml"},
		{UnknownState, "The state is not in the life cycle"},
		{StateUnreachable, "No command leads to the state"},
		{EventSuffix, "The name of an event does not end in Event"},
		{EventNobodyRaises, "The event is described, but no command raises it"},
		{EventAttributeUnknown, "The event carries what neither the type nor a command knows"},
		{EventAttributeUnfilled, "A command raises the event without bringing what it must carry"},
		{EventTargetConflict, "Two commands raise the event and lead to different states"},
		{EventChangesNothing, "The event makes nothing, sets nothing and leads nowhere"},
		{NumberSeriesPattern, "The series of numbers is not written like SO-{yyyy}-{#####}, or its attribute is no text"},
		{NumberEvent, "The number is given at an event that no command of the type raises"},
		{GuardKind, "There is no such kind of guard, or the key does not go with it"},
		{GuardKeyUnknown, "The key of the guard is no attribute, or cannot be a key"},
		{LimitMaxType, "The maximum of a limit is missing, or is no amount"},
		{LimitUnknown, "There is no such limit"},
		{LimitVia, "It is not clear through which reference the limit is meant"},
		{LimitAmount, "The guard does not say what it reserves or gives back"},
	}
}

func ofReading() []Meaning {
	return []Meaning{
		{ExpressionSyntax, "The expression cannot be read"},
		{ExpressionType, "The expression does not fit together, or gives another type than belongs there"},
		{ExpressionUnknownName, "The expression reads what is not there"},
		{ExpressionCost, "The expression could cost too much"},
		{ComputeCycle, "Computes need each other"},
		{DefaultType, "The default has another type than its attribute"},
		{ProjectionColumnUnknown, "The column shows what the type does not have"},
		{JoinPath, "The path does not lead through references to an attribute"},
		{ChainOf, "The projection is to follow from the rows of one that there is not, or of itself"},
		{ChainForm, "each, where and group do not go together so, or say nothing of whose rows"},
		{ChainColumn, "each, where, group, a fold or an expression names what the feeding rows do not keep, or not as it must be"},
		{AmbiguousName, "The feeding row and the element of its list both have the name"},
		{FoldForm, "The column of a group is not counted, added up, the least or the greatest"},
		{ShapeForm, "The shape is unknown, or for what no column is looked up by, or cannot be had here"},
		{SyncForm, "A projection that is written with the events is chained, feeds another or keeps copies"},
		{IndexColumn, "The index is on a column that the projection does not store"},
		{QueryFrom, "It is not clear from which projection the query answers"},
		{FilterColumn, "The filter is no column, or cannot be compared"},
		{SortColumn, "The sort is no column, or cannot be compared"},
		{PageSize, "The page is too small or too large"},
		{ExampleShape, "The example does not say given, when and then in a way that can be run"},
		{ExampleUnknownCommand, "The example gives a command that does not exist"},
		{ExampleUnknownEvent, "The example names an event that the type does not have"},
	}
}

func ofChanges() []Meaning {
	return []Meaning{
		{ChangeVersion, "The file of changes is not named after a version, or two are named after the same"},
		{ChangeForm, "The operation leaves out what it needs, or changes nothing"},
		{ChangeOf, "The operation is about a stream, an event or an attribute that there is not at this point"},
		{ChangeConflict, "Two operations are about the same, or what is new or gone by them is there all the same"},
	}
}
