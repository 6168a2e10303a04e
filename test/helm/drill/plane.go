package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// plane is the control plane while it runs.
type plane struct {
	dir        string
	programs   string
	kubeconfig string
	config     *rest.Config
	client     *kubernetes.Clientset
	children   []*child
}

// child is a process of the drill.
type child struct {
	command *exec.Cmd
	ended   chan struct{}
	err     error // once it has ended
}

// spawn starts the command on a thread that lives as long: the kernel sends the death signal
// when the thread that started a child ends.
func spawn(command *exec.Cmd) (*child, error) {
	c := &child{command: command, ended: make(chan struct{})}
	if command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	command.SysProcAttr.Setpgid, command.SysProcAttr.Pdeathsig = true, syscall.SIGKILL
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(c.ended)
		err := command.Start()
		started <- err
		if err == nil {
			c.err = command.Wait()
		}
	}()
	return c, <-started
}

// stop asks the process to end, and ends it after the grace.
func (c *child) stop(grace time.Duration) {
	_ = c.command.Process.Signal(syscall.SIGTERM) // may have ended by itself
	select {
	case <-c.ended:
	case <-time.After(grace):
		_ = c.command.Process.Kill()
		<-c.ended
	}
}

// startPlane brings the control plane up and returns when it answers.
func startPlane(ctx context.Context, dir, programs string) (*plane, error) {
	p := &plane{dir: dir, programs: programs, kubeconfig: filepath.Join(dir, "kubeconfig")}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	ports, err := freePorts(3)
	if err != nil {
		return p, err
	}
	token := rand.Text()
	if err := p.writeKeys(token); err != nil {
		return p, err
	}
	etcd := fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	peers := fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	if err := p.start("etcd", "--data-dir", filepath.Join(dir, "etcd"), "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
		"--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", "default="+peers, "--unsafe-no-fsync"); err != nil {
		return p, err
	}
	server := fmt.Sprintf("https://127.0.0.1:%d", ports[2])
	if err := p.start("kube-apiserver", "--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--secure-port", fmt.Sprint(ports[2]),
		"--cert-dir", dir, "--token-auth-file", filepath.Join(dir, "tokens.csv"), "--authorization-mode", "RBAC",
		"--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", filepath.Join(dir, "accounts.key"),
		"--service-account-signing-key-file", filepath.Join(dir, "accounts.key"), "--service-cluster-ip-range", "10.78.0.0/16",
		"--endpoint-reconciler-type", "none"); err != nil {
		return p, err
	}
	if err := p.connect(ctx, server, token); err != nil {
		return p, err
	}
	if err := p.start("kube-controller-manager", "--kubeconfig", p.kubeconfig, "--leader-elect=false", "--secure-port=0",
		"--service-account-private-key-file", filepath.Join(dir, "accounts.key"), "--root-ca-file", filepath.Join(dir, "apiserver.crt")); err != nil {
		return p, err
	}
	return p, p.start("kube-scheduler", "--kubeconfig", p.kubeconfig, "--leader-elect=false", "--secure-port=0")
}

func (p *plane) start(name string, args ...string) error {
	log, err := os.Create(filepath.Join(p.dir, name+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.Command(filepath.Join(p.programs, name), args...)
	command.Stdout, command.Stderr, command.Dir = log, log, p.dir
	started, err := spawn(command)
	if err == nil {
		p.children = append(p.children, started)
	}
	return err
}

// writeKeys makes the key that signs tokens of service accounts, and the operator's own token.
func (p *plane) writeKeys(token string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(filepath.Join(p.dir, "accounts.key"), block, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.dir, "tokens.csv"), []byte(token+",drill,drill,system:masters\n"), 0o600)
}

// connect waits for the API server, and writes how to reach it.
func (p *plane) connect(ctx context.Context, server, token string) error {
	const patience = 2 * time.Minute
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := p.tryConnect(ctx, server, token)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the control plane does not answer: %w", err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (p *plane) tryConnect(ctx context.Context, server, token string) error {
	authority, err := os.ReadFile(filepath.Join(p.dir, "apiserver.crt")) // it signs for itself
	if err != nil {
		return err
	}
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
clusters: [{name: drill, cluster: {server: %q, certificate-authority: %q}}]
users: [{name: drill, user: {token: %q}}]
contexts: [{name: drill, context: {cluster: drill, user: drill, namespace: %s}}]
current-context: drill
`, server, filepath.Join(p.dir, "apiserver.crt"), token, namespace)
	if err := os.WriteFile(p.kubeconfig, []byte(text), 0o600); err != nil {
		return err
	}
	if len(authority) == 0 {
		return fmt.Errorf("its certificate is not written yet")
	}
	if p.config, err = clientcmd.BuildConfigFromFlags("", p.kubeconfig); err != nil {
		return err
	}
	p.config.QPS, p.config.Burst = 200, 400
	if p.client, err = kubernetes.NewForConfig(p.config); err != nil {
		return err
	}
	return p.client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
}

// stop ends the control plane, the store of its objects last.
func (p *plane) stop() {
	for i := len(p.children) - 1; i >= 0; i-- {
		p.children[i].stop(5 * time.Second)
	}
}

func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
