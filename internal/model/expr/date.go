package expr

import (
	"errors"
	"time"
)

// Date is a day of the calendar, without time or zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

var errNotDate = errors.New(`is not a date, like "2026-11-23"`)

// ParseDate reads "2026-11-23".
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() == 0 {
		return Date{}, errNotDate
	}
	return DateOf(t), nil
}

// DateOf returns the day that t falls on, in t's zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// Time returns midnight UTC of the day.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// String returns "2026-11-23".
func (d Date) String() string { return d.Time().Format(time.DateOnly) }

// AddDays returns the day that many days later, or earlier when negative.
func (d Date) AddDays(days int) Date { return DateOf(d.Time().AddDate(0, 0, days)) }

// Compare returns -1, 0 or 1.
func (d Date) Compare(o Date) int { return d.Time().Compare(o.Time()) }

// DaysSince returns how many days d is later than o.
func (d Date) DaysSince(o Date) int {
	return int(d.Time().Sub(o.Time()) / (24 * time.Hour))
}
