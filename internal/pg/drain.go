package pg

// Drain calls remove, which removes some rows and returns how many, until left finds none. That
// nothing was removed does not say that nothing is left: a process that was killed may leave a
// statement behind that goes on to remove rows, or gives them back, and the next one passes over
// those that it meets on their way out.
func Drain(remove func() (int64, error), left func() (bool, error)) error {
	for {
		removed, err := remove()
		if err != nil {
			return err
		}
		if removed > 0 {
			continue
		}
		if more, err := left(); err != nil || !more {
			return err
		}
	}
}
