package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

const (
	exitOK          = 0
	exitInterrupted = 130 // as a shell reports SIGINT
)

// exits is the one table of exit codes, by the kind of the error.
var exits = [...]struct {
	kind    fault.Kind
	code    int
	meaning string
}{
	{fault.Internal, 1, "a defect or an unexpected failure"},
	{fault.Invalid, 2, "the command line, a setting or an input file is wrong"},
	{fault.Unauthorized, 3, "the API key is missing, wrong or revoked"},
	{fault.Forbidden, 4, "the login or the key is valid and may not do this"},
	{fault.NotFound, 5, "the named account, key, store or release does not exist"},
	{fault.Conflict, 6, "somebody else's change came first, or the name is taken"},
	{fault.Precondition, 7, "something must be done first; the message says what"},
	{fault.TooLarge, 8, "the input exceeds a limit"},
	{fault.Rejected, 9, "checked and found wanting: problems in a model, failed examples, refused rows, findings of doctor"},
	{fault.Throttled, 10, "the account's budget is used up; try later"},
	{fault.Unavailable, 11, "a database or the API does not answer; try later"},
}

func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	kind := fault.KindOf(pg.Fault(err))
	for _, e := range exits {
		if e.kind == kind {
			return e.code
		}
	}
	return exits[0].code
}

func exitCodeHelp() string {
	var text strings.Builder
	text.WriteString("Exit codes:\n")
	fmt.Fprintf(&text, "  %3d  %-13s %s\n", exitOK, "ok", "done, or nothing was left to do")
	for _, e := range exits {
		fmt.Fprintf(&text, "  %3d  %-13s %s\n", e.code, e.kind, e.meaning)
	}
	fmt.Fprintf(&text, "  %3d  %-13s %s", exitInterrupted, "interrupted", "stopped by a signal; run it again")
	return text.String()
}

// advised is an error with the place it concerns and what to do next.
type advised struct {
	error
	where string
	next  string
}

func (e *advised) Unwrap() error { return e.error }

// advise adds place and next step to err; empty ones say nothing. An advice that err
// carries already is closer to the cause: its place stays, and its step comes first.
func advise(err error, where, next string) error {
	if err == nil {
		return nil
	}
	var inner *advised
	if errors.As(err, &inner) {
		where = firstNonEmpty(inner.where, where)
		if inner.next != "" && next != "" {
			next = inner.next + "; then " + next
		} else {
			next = firstNonEmpty(inner.next, next)
		}
	}
	return &advised{error: err, where: where, next: next}
}

// problem is an error as --output json prints it.
type problem struct {
	Kind     string         `json:"kind"`
	Message  string         `json:"message"`
	Where    string         `json:"where,omitempty"`
	Next     string         `json:"next,omitempty"`
	Details  []fault.Detail `json:"details,omitempty"`
	ExitCode int            `json:"exitCode"`
}

func newProblem(err error) problem {
	p := problem{Kind: fault.KindOf(pg.Fault(err)).String(), Message: sentence(err), ExitCode: exitCode(err)}
	if p.ExitCode == exitInterrupted {
		p.Kind, p.Message = "interrupted", "Interrupted"
	}
	var advice *advised
	if errors.As(err, &advice) {
		p.Where, p.Next = advice.where, advice.next
	}
	var known *fault.Error
	if errors.As(err, &known) {
		p.Details = known.Details
	}
	return p
}

// sentence is what the operator reads of the error: with its cause, unless that is only
// PostgreSQL's wording of what the error says itself.
func sentence(err error) string {
	var known *fault.Error
	if errors.As(err, &known) && (known.Kind == fault.Invalid || known.Kind == fault.Rejected) && pg.Code(known.Cause) != "" {
		return known.Message
	}
	return err.Error()
}

func (a *app) printError(err error) {
	p := newProblem(err)
	if a.flags.output == "json" {
		_ = json.NewEncoder(a.Err).Encode(map[string]problem{"error": p})
		return
	}
	fmt.Fprintln(a.Err, "admin: "+p.Message)
	for _, d := range p.Details {
		fmt.Fprintf(a.Err, "  %s\n", strings.TrimSpace(d.Path+" "+d.Message))
	}
	if p.Where != "" {
		fmt.Fprintln(a.Err, "  where: "+p.Where)
	}
	if p.Next != "" {
		fmt.Fprintln(a.Err, "  next:  "+p.Next)
	}
}
