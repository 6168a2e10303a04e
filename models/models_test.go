package models_test

import (
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/models"
)

func TestERPCompilesAndLoads(t *testing.T) {
	t.Parallel()
	result, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(result.Canonical)
	if err != nil {
		t.Fatal(err)
	}
	if release.Digest() != result.Digest {
		t.Errorf("digest %s, the release says %s", result.Digest, release.Digest())
	}
}
