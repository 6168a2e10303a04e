package example

// Example is a test of the model.
type Example struct{}
