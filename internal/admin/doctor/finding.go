package doctor

import "fmt"

// Level says how bad a finding is.
type Level string

// The levels. Only Fail makes a system unsound; Warn wants a person's eye.
const (
	OK   Level = "ok"
	Warn Level = "warn"
	Fail Level = "fail"
)

// Finding is what one check saw.
type Finding struct {
	Subject string `json:"subject"` // "catalog", "store main"
	Check   string `json:"check"`   // stable name, e.g. "row-level security"
	Level   Level  `json:"level"`
	Message string `json:"message"`
	Mend    string `json:"mend,omitempty"` // what to do; empty when ok
}

// Unknown is a check that could not be made.
func Unknown(subject, check string, err error) Finding {
	return Finding{Subject: subject, Check: check, Level: Fail, Message: fmt.Sprintf("cannot be examined: %v", publicCause(err)), Mend: lookAgain}
}

// lookAgain is the mend of what a finding before it explains.
const lookAgain = "mend what is reported above, then look again"

// findings collects what the checks of one subject see.
type findings struct {
	subject string
	check   string
	list    []Finding
}

func (f *findings) ok(format string, args ...any) {
	f.add(OK, "", fmt.Sprintf(format, args...))
}

func (f *findings) warn(mend, format string, args ...any) {
	f.add(Warn, mend, fmt.Sprintf(format, args...))
}

func (f *findings) fail(mend, format string, args ...any) {
	f.add(Fail, mend, fmt.Sprintf(format, args...))
}

func (f *findings) add(level Level, mend, message string) {
	f.list = append(f.list, Finding{Subject: f.subject, Check: f.check, Level: level, Message: message, Mend: mend})
}

// bad counts the findings of the running check that are not ok.
func (f *findings) bad() int {
	n := 0
	for _, finding := range f.list {
		if finding.Check == f.check && finding.Level != OK {
			n++
		}
	}
	return n
}
