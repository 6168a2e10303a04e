package expr

// IsPlain reports whether the expression is evaluated without CEL where that is certain.
func (p *Program) IsPlain() bool { return p.plain != nil }

// Certain evaluates without CEL; false when only CEL can say.
func (p *Program) Certain(scope Scope) bool {
	_, out := p.plain(scope, nil)
	return out != unsure
}

// EvalCEL evaluates by CEL alone.
func (p *Program) EvalCEL(scope Scope) (any, error) { return p.evalCEL(scope) }

// The arithmetic of decimals.
var (
	AddDecimals      = addDecimals
	SubtractDecimals = subtractDecimals
	MultiplyDecimals = multiplyDecimals
	RoundDecimal     = roundDecimal
)
