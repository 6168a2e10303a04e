package drill

import (
	"fmt"
	"strconv"
)

// Numbers hands each setting that the environment has to its function; the error names one that
// is no whole number from 1 on.
func Numbers(env func(string) string, settings map[string]func(int)) error {
	for name, set := range settings {
		text := env(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("%s=%s: a whole number from 1 on", name, text)
		}
		set(n)
	}
	return nil
}
