package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"flag"
	"fmt"
	"net"
	"os/signal"
	"sync"
	"syscall"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/certificate"
	"k8s.io/component-base/logs"
)

// lightOptions are the same for every machine of one process.
type lightOptions struct {
	bootstrap *rest.Config
	// admin writes what a kubelet may not: role labels and Machine objects.
	admin          *rest.Config
	machineObjects bool
	role           string
	readyAfter     time.Duration
	heartbeat      time.Duration
}

// runLight is a crowd of machines in one process. Each asks for its certificates with the code the
// kubelet itself uses (new key per request, the wait, back-off, rotation), registers its Node and
// sends heartbeats. They listen nowhere and run nothing.
func runLight(args []string) int {
	flags := flag.NewFlagSet("light", flag.ExitOnError)
	bootstrap := flags.String("bootstrap-kubeconfig", "", "identity for the first request")
	admin := flags.String("admin-kubeconfig", "", "identity for role labels and Machine objects")
	count := flags.Int("count", 1, "machines")
	prefix := flags.String("prefix", "light-", "node names are <prefix><number>")
	first := flags.Int("first", 1, "number of the first")
	network := flags.String("network", "198.18.0.0/18", "their addresses, claimed but not listened on")
	skip := flags.Int("skip", 0, "addresses of the network to leave out")
	interval := flags.Duration("interval", 0, "between the start of one machine and the next")
	options := lightOptions{}
	flags.BoolVar(&options.machineObjects, "machine-objects", false, "a machine.openshift.io Machine for each")
	flags.StringVar(&options.role, "role", "worker", "node-role.kubernetes.io/<role>; empty for none")
	flags.DurationVar(&options.readyAfter, "ready-after", 2*time.Second, "from registration to Ready")
	flags.DurationVar(&options.heartbeat, "heartbeat", 10*time.Second, "between Lease renewals")
	wait := flags.Duration("wait", 15*time.Minute, "until a request that nobody signs is replaced")
	_ = flags.Parse(args)
	logs.InitLogs()
	defer logs.FlushLogs()
	certificateWaitTimeout = *wait

	var err error
	if options.bootstrap, err = loadConfig(*bootstrap); err != nil {
		return fail(err)
	}
	if options.admin, err = loadConfig(*admin); err != nil {
		return fail(err)
	}
	addresses, err := hosts(*network, *skip, *count)
	if err != nil {
		return fail(err)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	var machines sync.WaitGroup
	for i, address := range addresses {
		name := fmt.Sprintf("%s%d", *prefix, *first+i)
		machines.Go(func() {
			m := &lightMachine{options: options, name: name, address: address}
			if err := m.run(ctx); err != nil && ctx.Err() == nil {
				_ = fail(fmt.Errorf("%s: %w", name, err))
			}
		})
		select {
		case <-ctx.Done():
		case <-time.After(*interval):
		}
	}
	machines.Wait()
	return 0
}

// hosts lists count addresses of a network, leaving out the first skip and the network's own.
func hosts(network string, skip, count int) ([]net.IP, error) {
	_, block, err := net.ParseCIDR(network)
	if err != nil {
		return nil, err
	}
	base := block.IP.To4()
	if base == nil {
		return nil, fmt.Errorf("%s is not IPv4", network)
	}
	number := uint32(base[0])<<24 | uint32(base[1])<<16 | uint32(base[2])<<8 | uint32(base[3])
	all := make([]net.IP, count)
	for i := range all {
		// The loopback device itself has .1 when it has the network.
		n := number + 2 + uint32(skip) + uint32(i)
		all[i] = net.IPv4(byte(n>>24), byte(n>>16), byte(n>>8), byte(n)).To4()
		if !block.Contains(all[i]) {
			return nil, fmt.Errorf("%s has no room for %d addresses after %d", network, count, skip)
		}
	}
	return all, nil
}

type lightMachine struct {
	options lightOptions
	name    string
	address net.IP

	client *memoryStore
}

func (m *lightMachine) run(ctx context.Context) error {
	object, err := newMachineObject(ctx, m)
	if err != nil {
		return err
	}
	m.client = newMemoryStore()
	client, err := m.manager(ctx, certificatesv1.KubeAPIServerClientKubeletSignerName, m.client,
		certificate.DefaultKubeletClientGetUsages, m.clientset, nil, nil)
	if err != nil {
		return err
	}
	client.Start()
	defer client.Stop()
	select {
	case <-m.client.filled:
	case <-ctx.Done():
		return nil
	}

	if err := m.register(ctx); err != nil {
		return err
	}
	if err := object.joined(ctx); err != nil {
		return err
	}
	// As on a real kubelet, the request names exactly the Node's addresses.
	serving, err := m.manager(ctx, certificatesv1.KubeletServingSignerName, newMemoryStore(),
		certificate.DefaultKubeletServingGetUsages,
		func(*tls.Certificate) (kubernetes.Interface, error) { return m.nodeClient() },
		[]string{m.name}, []net.IP{m.address})
	if err != nil {
		return err
	}
	serving.Start()
	defer serving.Stop()
	m.heartbeats(ctx)
	return nil
}

// clientset asks as the node itself once it has a certificate that still holds, else as the
// bootstrap identity: the rule of the kubelet's own client certificate manager.
func (m *lightMachine) clientset(current *tls.Certificate) (kubernetes.Interface, error) {
	if current == nil {
		return kubernetes.NewForConfig(m.options.bootstrap)
	}
	return m.nodeClient()
}

// nodeClient uses the newest client certificate.
func (m *lightMachine) nodeClient() (kubernetes.Interface, error) {
	config, err := m.client.config(m.options.bootstrap)
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(config)
}

func (m *lightMachine) manager(
	ctx context.Context, signer string, store certificate.Store,
	usages func(any) []certificatesv1.KeyUsage, clientset certificate.ClientsetFunc,
	dnsNames []string, ips []net.IP,
) (certificate.Manager, error) {
	return certificate.NewManager(&certificate.Config{
		ClientsetFn: clientset,
		Template: &x509.CertificateRequest{
			Subject: pkix.Name{
				CommonName:   "system:node:" + m.name,
				Organization: []string{"system:nodes"},
			},
			DNSNames:    dnsNames,
			IPAddresses: ips,
		},
		SignerName:       signer,
		GetUsages:        usages,
		CertificateStore: store,
		Ctx:              &ctx,
	})
}

// memoryStore keeps a machine's newest certificate; filled closes when there is a first.
type memoryStore struct {
	mu       sync.Mutex
	current  *tls.Certificate
	crt, key []byte
	filled   chan struct{}
}

func newMemoryStore() *memoryStore { return &memoryStore{filled: make(chan struct{})} }

func (s *memoryStore) Current() (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		none := certificate.NoCertKeyError("none yet")
		return nil, &none
	}
	return s.current, nil
}

func (s *memoryStore) Update(crt, key []byte) (*tls.Certificate, error) {
	pair, err := tls.X509KeyPair(crt, key)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		close(s.filled)
	}
	s.current, s.crt, s.key = &pair, crt, key
	return &pair, nil
}

// config is a copy of like with this certificate instead of its token.
func (s *memoryStore) config(like *rest.Config) (*rest.Config, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return nil, errors.New("no client certificate yet")
	}
	config := rest.AnonymousClientConfig(like)
	config.CertData, config.KeyData = s.crt, s.key
	config.QPS = -1
	return config, nil
}
