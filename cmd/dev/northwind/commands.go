package northwind

import "github.com/google/uuid"

// Namespace is the namespace of all ids that follow from Northwind's rows.
var Namespace = uuid.MustParse("6f5ed2a4-6f6c-5c1c-9a5e-4e6f72746877")

// Command is a command of the ERP model.
type Command struct {
	ID   uuid.UUID
	Name string
	Body map[string]any
}

// Commands returns the commands that bring about Northwind's data, in an order in which
// they can be given.
func Commands() ([]Command, error) {
	_, err := tables(source, "customers")
	return nil, err
}
