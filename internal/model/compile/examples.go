package compile

// examples is filled in below.
func (c *compiler) examples() {}
