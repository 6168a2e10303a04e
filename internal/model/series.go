package model

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// series is the pattern of a number, like "SO-{yyyy}-{#####}".
type series struct {
	prefix string // with its placeholders
	width  int    // digits
}

var (
	seriesForm  = regexp.MustCompile(`^([^#]*)\{(#+)\}$`)
	placeholder = regexp.MustCompile(`\{[^}]*\}`)
)

// parseSeries reads the pattern. The digits come last: what stands before them is the scope
// that the numbers count in.
func parseSeries(pattern string) (series, error) {
	m := seriesForm.FindStringSubmatch(pattern)
	if m == nil {
		return series{}, fmt.Errorf("the series %q has to end in its digits, like {#####}", pattern)
	}
	for _, p := range placeholder.FindAllString(m[1], -1) {
		if p != "{yyyy}" && p != "{yy}" && p != "{mm}" {
			return series{}, fmt.Errorf("the series %q has %s; known are {yyyy}, {yy} and {mm}", pattern, p)
		}
	}
	return series{m[1], len(m[2])}, nil
}

// at returns the text that numbers given at that time begin with.
func (s series) at(now time.Time) string {
	now = now.UTC()
	return strings.NewReplacer("{yyyy}", now.Format("2006"), "{yy}", now.Format("06"), "{mm}", now.Format("01")).Replace(s.prefix)
}

// split returns the text that the number begins with, and its digits as a number; false when the
// text was not made by this series.
func (s series) split(text string) (prefix string, number int64, found bool) {
	length := len(s.at(time.Unix(0, 0))) // placeholders have as many digits at any time
	if len(text) <= length {
		return "", 0, false
	}
	number, err := strconv.ParseInt(text[length:], 10, 64)
	return text[:length], number, err == nil && number > 0
}

// Numbered returns the number that the event, which is current, was given, and of which series;
// false for the many that were given none.
func (r *Release) Numbered(event Stored) (series string, number int64, found bool) {
	t := r.streams[event.StreamType]
	if t == nil || t.Number == nil || t.Number.At != event.Name {
		return "", 0, false
	}
	var attributes map[string]json.RawMessage
	var text string
	if json.Unmarshal(event.Payload, &attributes) != nil || json.Unmarshal(attributes[t.Number.Attribute], &text) != nil {
		return "", 0, false
	}
	return t.number.split(text)
}
