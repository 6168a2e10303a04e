package tenant_test

import (
	"testing"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tenant"
)

func TestWhatAStateAllows(t *testing.T) {
	t.Parallel()
	const allowed = fault.Kind(-1)
	for state, want := range map[tenant.State]struct{ read, write fault.Kind }{
		tenant.Active:    {allowed, allowed},
		tenant.Suspended: {allowed, fault.Forbidden},
		tenant.Moving:    {allowed, fault.Unavailable},
		tenant.Erased:    {fault.NotFound, fault.NotFound},
	} {
		a := tenant.Account{Name: "acme", State: state}
		for what, got := range map[string]struct {
			err  error
			want fault.Kind
		}{"read": {a.MayRead(), want.read}, "write": {a.MayWrite(), want.write}} {
			if (got.err == nil) != (got.want == allowed) || got.err != nil && !fault.Is(got.err, got.want) {
				t.Errorf("%s: %s gives %v, want %v", state, what, got.err, got.want)
			}
		}
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	all, clerk := tenant.Principal{Roles: []string{"*"}}, tenant.Principal{Roles: []string{"clerk"}}
	if !all.HasRole("anything") || !clerk.HasRole("clerk") || clerk.HasRole("manager") || clerk.HasRole("*") {
		t.Error("roles are mixed up")
	}
}
