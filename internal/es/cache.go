package es

// cache keeps the values used last, at most twice its size and at least its size of them.
// It has two generations: when the young one is full it becomes the old one, and what is
// used there moves on. That costs less than a list and needs no clock.
type cache[K comparable, V any] struct {
	size  int
	young map[K]V
	old   map[K]V
}

func newCache[K comparable, V any](size int) cache[K, V] {
	return cache[K, V]{size: size, young: make(map[K]V)}
}

func (c *cache[K, V]) get(key K) (V, bool) {
	if value, ok := c.young[key]; ok {
		return value, true
	}
	value, ok := c.old[key]
	if ok {
		c.put(key, value)
	}
	return value, ok
}

func (c *cache[K, V]) put(key K, value V) {
	if len(c.young) >= c.size {
		c.old, c.young = c.young, make(map[K]V, c.size)
	}
	c.young[key] = value
}

func (c *cache[K, V]) delete(key K) {
	delete(c.young, key)
	delete(c.old, key)
}
