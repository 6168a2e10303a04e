package chart

import (
	"context"
	"fmt"
	"io"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/kube/fake"
	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"
)

// Names that a rendered release has.
const (
	Release   = "erp"
	Namespace = "polder"
)

// KubeVersions are those that the chart is held to: the oldest that it takes, and that of the
// control plane of the drill. A helm that is built as a library believes in another one, so
// it is always told.
func KubeVersions() []string { return []string{"v1.29.0", "v1.35.0"} }

// Values are those that an installation of the chart needs at least.
func Values() map[string]any {
	return map[string]any{"database": map[string]any{"existingSecret": "polder-databases"}}
}

// Rendered is what an installation would bring.
type Rendered struct {
	Objects []Object // of the release
	Hooks   []Object
	Notes   string
}

// Render renders the chart in the folder with the values, for the version of Kubernetes.
func Render(ctx context.Context, dir string, values map[string]any, kubeVersion string) (*Rendered, error) {
	loaded, err := Load(dir)
	if err != nil {
		return nil, err
	}
	version, err := common.ParseKubeVersion(kubeVersion)
	if err != nil {
		return nil, err
	}
	install := action.NewInstall(&action.Configuration{
		Releases: storage.Init(driver.NewMemory()), KubeClient: &fake.PrintingKubeClient{Out: io.Discard}, Capabilities: common.DefaultCapabilities.Copy(),
	})
	install.DryRunStrategy = action.DryRunClient
	install.ReleaseName, install.Namespace, install.KubeVersion = Release, Namespace, version
	made, err := install.RunWithContext(ctx, loaded, values)
	if err != nil {
		return nil, err
	}
	return decodeRelease(made.(*release.Release))
}

func decodeRelease(r *release.Release) (*Rendered, error) {
	rendered := &Rendered{Notes: r.Info.Notes}
	var err error
	if rendered.Objects, err = Decode(r.Manifest); err != nil {
		return nil, err
	}
	for _, hook := range r.Hooks {
		objects, err := Decode(hook.Manifest)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", hook.Path, err)
		}
		rendered.Hooks = append(rendered.Hooks, objects...)
	}
	return rendered, nil
}

// All are the objects of the release and its hooks.
func (r *Rendered) All() []Object {
	return append(append([]Object{}, r.Objects...), r.Hooks...)
}

// Load reads the chart in the folder.
func Load(dir string) (*chartv2.Chart, error) { return loader.Load(dir) }
