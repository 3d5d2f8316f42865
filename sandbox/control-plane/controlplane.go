package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// controllers are the ones this product meets besides nodeLifecycle: the signer, the approver, the
// cleaners, and those for namespaces and service accounts.
var controllers = []string{
	"certificatesigningrequest-signing-controller",
	"certificatesigningrequest-approving-controller",
	"certificatesigningrequest-cleaner-controller",
	"serviceaccount-controller",
	"root-ca-certificate-publisher-controller",
	"clusterrole-aggregation-controller",
	"namespace-controller",
	"garbage-collector-controller",
	"bootstrap-signer-controller",
	"token-cleaner-controller",
}

const nodeLifecycle = "node-lifecycle-controller"

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - { level: Request, verbs: [create, update, patch, delete], resources: [{ group: certificates.k8s.io }] }
  - { level: Metadata, verbs: [create, update, patch, delete, deletecollection] }
  - { level: Metadata, verbs: [get, list, watch], resources: [{ group: certificates.k8s.io }, { group: machine.openshift.io }, { group: config.openshift.io }] }
  - { level: None }
`

// options of one cluster, as `up` receives them.
type clusterOptions struct {
	// OpenShift installs its definitions (Machines, ClusterOperators, …) and Cluster API's.
	OpenShift             bool     `json:"openshift"`
	ControllerManager     bool     `json:"controllerManager"`
	NodeLifecycle         bool     `json:"nodeLifecycle"`
	APIServerArgs         []string `json:"apiServerArgs"`
	ControllerManagerArgs []string `json:"controllerManagerArgs"`
	// AuthenticationConfig is a structured AuthenticationConfiguration; empty for none.
	AuthenticationConfig string `json:"authenticationConfig"`
}

// clusterInfo is the answer to callers.
type clusterInfo struct {
	Dir         string            `json:"dir"`
	Server      string            `json:"server"`
	CA          string            `json:"ca"`
	Kubeconfigs map[string]string `json:"kubeconfigs"`
	AuditLog    string            `json:"auditLog"`
	// Reason that no real kubelet can start here; empty when one can.
	NoKubelets string         `json:"noKubelets"`
	Pids       map[string]int `json:"pids"`
	ReadyMs    int64          `json:"readyMs"`
}

type controlPlane struct {
	dir     *workdir
	options clusterOptions
	ca      *authority
	port    int
	// reserved holds the port between restarts of the API server.
	reserved int
	admin    *rest.Config

	mu       sync.Mutex
	etcd     *process
	api      *process
	manager  *process
	machines map[string]*machineProcess
	// Network of light kubelets, and the number of its addresses in use.
	network string
	hosts   int
}

func startControlPlane(ctx context.Context, dir *workdir, options clusterOptions) (*controlPlane, error) {
	c := &controlPlane{dir: dir, options: options, reserved: -1, machines: map[string]*machineProcess{}}
	for _, step := range []func(context.Context) error{
		c.makeKeys, c.reservePort, c.startEtcd, c.startAPIServer, c.writeKubeconfigs,
		c.createObjects, c.startManager, c.writeBootstrapKubeconfig,
	} {
		if err := step(ctx); err != nil {
			return c, err
		}
		if err := ctx.Err(); err != nil {
			return c, err
		}
	}
	return c, nil
}

// reservePort binds a free port without listening on it. The API server shares it
// (--permit-port-sharing); connections only ever reach the one that listens.
func (c *controlPlane) reservePort(context.Context) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	c.reserved = fd
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
		return err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	address, err := unix.Getsockname(fd)
	if err != nil {
		return err
	}
	inet, ok := address.(*unix.SockaddrInet4)
	if !ok {
		return errors.New("not an IPv4 socket")
	}
	c.port = inet.Port
	return nil
}

func (c *controlPlane) server() string { return fmt.Sprintf("https://127.0.0.1:%d", c.port) }

func (c *controlPlane) startEtcd(ctx context.Context) error {
	socket := c.dir.join(etcdSocket)
	etcd, err := start(c.dir.path, "etcd", "etcd", "--data-dir="+c.dir.join("etcd"))
	if err != nil {
		return err
	}
	c.etcd = etcd
	return etcd.await(ctx, 30*time.Second, func() error {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			conn.Close()
		}
		return err
	})
}

func (c *controlPlane) startAPIServer(ctx context.Context) error {
	policy := c.dir.join("audit-policy.yaml")
	if err := os.WriteFile(policy, []byte(auditPolicy), 0o600); err != nil {
		return err
	}
	var authentication []string
	if c.options.AuthenticationConfig != "" {
		file := c.dir.join("authentication.yaml")
		if err := os.WriteFile(file, []byte(c.options.AuthenticationConfig), 0o600); err != nil {
			return err
		}
		authentication = []string{"--authentication-config=" + file}
	}
	ca := c.ca.path("ca.crt")
	api, err := start(c.dir.path, "kube-apiserver", append([]string{
		"kube-apiserver",
		"--etcd-servers=unix://" + c.dir.join(etcdSocket),
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", c.port),
		"--permit-port-sharing",
		"--cert-dir=" + c.dir.join("tmp"),
		"--client-ca-file=" + ca,
		"--tls-cert-file=" + c.ca.path("apiserver.crt"),
		"--tls-private-key-file=" + c.ca.path("apiserver.key"),
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--enable-bootstrap-token-auth",
		"--service-account-key-file=" + c.ca.path("sa.key"),
		"--service-account-signing-key-file=" + c.ca.path("sa.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-cluster-ip-range=10.0.0.0/24",
		// A kubelet is reached at its address, and its certificate is checked: without an approved
		// serving request exec and logs fail with "tls: internal error".
		"--kubelet-preferred-address-types=InternalIP",
		"--kubelet-certificate-authority=" + ca,
		"--kubelet-client-certificate=" + c.ca.path("apiserver-kubelet-client.crt"),
		"--kubelet-client-key=" + c.ca.path("apiserver-kubelet-client.key"),
		"--audit-log-path=" + c.auditLog(),
		"--audit-policy-file=" + policy,
	}, append(authentication, c.options.APIServerArgs...)...)...)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.api = api
	c.mu.Unlock()

	if c.admin == nil {
		c.admin = &rest.Config{
			Host: c.server(),
			TLSClientConfig: rest.TLSClientConfig{
				CAFile: ca, CertFile: c.ca.path("admin.crt"), KeyFile: c.ca.path("admin.key"),
			},
			QPS: -1,
		}
	}
	client, err := kubernetes.NewForConfig(c.admin)
	if err != nil {
		return err
	}
	return api.await(ctx, 60*time.Second, func() error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		return client.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
}

func (c *controlPlane) auditLog() string { return c.dir.join("audit.log") }

func (c *controlPlane) createObjects(ctx context.Context) error {
	if err := createObjects(ctx, c.admin, manifests); err != nil {
		return err
	}
	if !c.options.OpenShift {
		return nil
	}
	if err := createObjects(ctx, c.admin, openshiftManifests); err != nil {
		return err
	}
	// The CA of OpenShift's kubelet serving certificates.
	ca, err := os.ReadFile(c.ca.path("ca.crt"))
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(c.admin)
	if err != nil {
		return err
	}
	bundle := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "csr-controller-ca"},
		Data:       map[string]string{"ca-bundle.crt": string(ca)},
	}
	_, err = client.CoreV1().ConfigMaps("openshift-config-managed").Create(ctx, bundle, metav1.CreateOptions{})
	return err
}

func (c *controlPlane) startManager(context.Context) error {
	if !c.options.ControllerManager {
		return nil
	}
	enabled := controllers
	if c.options.NodeLifecycle {
		enabled = append(enabled, nodeLifecycle)
	}
	manager, err := start(c.dir.path, "kube-controller-manager", append([]string{
		"kube-controller-manager",
		"--kubeconfig=" + c.kubeconfigPath("controller-manager"),
		// Each controller has a service account of its own: RBAC refuses it otherwise.
		"--use-service-account-credentials=true",
		"--leader-elect=false",
		"--secure-port=0",
		"--controllers=" + strings.Join(enabled, ","),
		"--root-ca-file=" + c.ca.path("ca.crt"),
		"--service-account-private-key-file=" + c.ca.path("sa.key"),
		"--cluster-signing-cert-file=" + c.ca.path("ca.crt"),
		"--cluster-signing-key-file=" + c.ca.path("ca.key"),
	}, c.options.ControllerManagerArgs...)...)
	c.mu.Lock()
	c.manager = manager
	c.mu.Unlock()
	return err
}

func (c *controlPlane) info() clusterInfo {
	c.mu.Lock()
	defer c.mu.Unlock()
	info := clusterInfo{
		Dir: c.dir.path, Server: c.server(), CA: c.ca.path("ca.crt"), AuditLog: c.auditLog(),
		Kubeconfigs: map[string]string{}, Pids: map[string]int{"up": os.Getpid()},
	}
	files, _ := filepath.Glob(c.dir.join("kubeconfigs", "*.kubeconfig"))
	for _, file := range files {
		info.Kubeconfigs[strings.TrimSuffix(filepath.Base(file), ".kubeconfig")] = file
	}
	for _, p := range []*process{c.etcd, c.api, c.manager} {
		if p != nil && p.running() {
			info.Pids[p.name] = p.pid()
		}
	}
	for name, m := range c.machines {
		if !m.running() {
			continue
		}
		info.Pids[name] = m.pid()
	}
	if err := canAddress(); err != nil {
		info.NoKubelets = err.Error()
	}
	return info
}

// stop ends everything in order: an API server without etcd never ends.
func (c *controlPlane) stop() error {
	var machines sync.WaitGroup
	c.mu.Lock()
	for _, m := range c.machines {
		machines.Go(m.stop)
	}
	c.mu.Unlock()
	machines.Wait()
	c.manager.stop()
	c.api.stop()
	c.etcd.stop()
	if c.reserved >= 0 {
		_ = syscall.Close(c.reserved)
	}
	return c.dir.remove()
}
