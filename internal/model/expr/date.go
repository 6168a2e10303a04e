package expr

import (
	"errors"
	"strconv"
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
	if d, ok := parseDay(text); ok {
		return d, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() == 0 {
		return Date{}, errNotDate
	}
	return DateOf(t), nil
}

// parseDay reads the days that every month has, without the detours of the general case.
func parseDay(text string) (Date, bool) {
	if len(text) != len(time.DateOnly) || text[4] != '-' || text[7] != '-' {
		return Date{}, false
	}
	year, ok1 := digits(text[:4])
	month, ok2 := digits(text[5:7])
	day, ok3 := digits(text[8:])
	if !ok1 || !ok2 || !ok3 || year == 0 || month < 1 || month > 12 || day < 1 || day > 28 {
		return Date{}, false
	}
	return Date{year, time.Month(month), day}, true
}

func digits(text string) (n int, ok bool) {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int(text[i]-'0')
	}
	return n, true
}

// DateOf returns the day that t falls on, in t's zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// Time returns midnight UTC of the day.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// String returns "2026-11-23".
func (d Date) String() string {
	if d.Year < 1000 || d.Year > 9999 || d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 28 {
		return d.Time().Format(time.DateOnly)
	}
	b := strconv.AppendInt(make([]byte, 0, len(time.DateOnly)), int64(d.Year), 10)
	for _, n := range [...]int{int(d.Month), d.Day} {
		b = append(b, '-', byte('0'+n/10), byte('0'+n%10))
	}
	return string(b)
}

// AddDays returns the day that many days later, or earlier when negative.
func (d Date) AddDays(days int) Date { return DateOf(d.Time().AddDate(0, 0, days)) }

// Compare returns -1, 0 or 1.
func (d Date) Compare(o Date) int { return d.Time().Compare(o.Time()) }

// DaysSince returns how many days d is later than o.
func (d Date) DaysSince(o Date) int {
	return int(d.Time().Sub(o.Time()) / (24 * time.Hour))
}
