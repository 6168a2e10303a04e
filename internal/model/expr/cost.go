package expr

import (
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
)

// sizes tells CEL's cost estimate how large values can be.
type sizes struct{}

// EstimateSize implements cost.Estimator.
func (sizes) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	switch node.Type().Kind() {
	case types.ListKind:
		return &cost.SizeEstimate{Min: 0, Max: MaxRows}
	case types.StringKind:
		return &cost.SizeEstimate{Min: 0, Max: MaxText}
	}
	return &cost.SizeEstimate{Min: 1, Max: 1}
}

// EstimateCallCost implements cost.Estimator; CEL's own estimates serve.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}
