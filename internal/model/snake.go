package model

import (
	"strings"
	"unicode"
)

// Snake returns the name as tables and columns carry it: "CustomerName" is "customer_name",
// "VATCode" is "vat_code".
func Snake(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && startsWord(runes, i) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// startsWord reports whether the capital at i begins a word: it follows a small letter or a
// digit, or is the last of several capitals before a small letter.
func startsWord(runes []rune, i int) bool {
	previous := runes[i-1]
	if previous == '_' {
		return false
	}
	if !unicode.IsUpper(previous) {
		return true
	}
	return i+1 < len(runes) && unicode.IsLower(runes[i+1])
}
