package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// loader writes many objects fast, as admin, in the name of their usual authors.
type loader struct {
	config  *rest.Config
	client  kubernetes.Interface
	workers int
}

// loaderFlags adds the flags of every loading command; call the result after parsing.
func loaderFlags(flags *flag.FlagSet) func() (*loader, error) {
	path := flags.String("kubeconfig", "", "admin")
	workers := flags.Int("workers", 32, "at the same time")
	return func() (*loader, error) {
		config, err := loadConfig(*path)
		if err != nil {
			return nil, err
		}
		config.ContentType = runtime.ContentTypeProtobuf
		config.AcceptContentTypes = runtime.ContentTypeProtobuf
		client, err := kubernetes.NewForConfig(config)
		return &loader{config: config, client: client, workers: *workers}, err
	}
}

// each does work for 0..count-1 on the workers. It returns the first error and starts nothing after
// it.
func (l *loader) each(ctx context.Context, count int, work func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range l.workers {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= count {
					return
				}
				if err := work(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// person is an identity as the API server stamps it on a request.
type person struct {
	user   string
	groups []string
}

func nodePerson(name string) person {
	return person{"system:node:" + name, []string{"system:nodes", "system:authenticated"}}
}

var bootstrapper = person{
	"system:serviceaccount:" + bootstrapNamespace + ":" + bootstrapAccount,
	[]string{"system:serviceaccounts", "system:serviceaccounts:" + bootstrapNamespace, "system:authenticated"},
}

// request files a CSR with a new key for a node, as the kubelet would: by the node-bootstrapper
// for the client certificate, by the node itself for the serving one (with an address).
func (l *loader) request(ctx context.Context, node string, address net.IP, labels map[string]string) (*certificatesv1.CertificateSigningRequest, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: "system:node:" + node, Organization: []string{"system:nodes"}},
	}
	spec := certificatesv1.CertificateSigningRequestSpec{
		SignerName: certificatesv1.KubeAPIServerClientKubeletSignerName,
		Usages:     []certificatesv1.KeyUsage{certificatesv1.UsageDigitalSignature, certificatesv1.UsageClientAuth},
	}
	as := bootstrapper
	if address != nil {
		template.DNSNames, template.IPAddresses = []string{node}, []net.IP{address}
		spec.SignerName = certificatesv1.KubeletServingSignerName
		spec.Usages[1] = certificatesv1.UsageServerAuth
		as = nodePerson(node)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		return nil, err
	}
	spec.Request = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
	csr := &certificatesv1.CertificateSigningRequest{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "csr-", Labels: labels}, Spec: spec,
	}
	created := &certificatesv1.CertificateSigningRequest{}
	err = l.client.CertificatesV1().RESTClient().Post().Resource("certificatesigningrequests").
		VersionedParams(&metav1.CreateOptions{}, scheme.ParameterCodec).
		SetHeader("Impersonate-User", as.user).
		SetHeader("Impersonate-Group", as.groups...).
		Body(csr).Do(ctx).Into(created)
	return created, err
}

// runFill makes a large cluster in seconds: Nodes as kubelets register them, a serving request by
// turns for each of them, and client requests of machines that have no Node yet.
func runFill(args []string) int {
	flags := flag.NewFlagSet("fill", flag.ExitOnError)
	open := loaderFlags(flags)
	nodes := flags.Int("nodes", 0, "Nodes, named <prefix><number>")
	csrs := flags.Int("csrs", 0, "requests: half for serving, half of new machines (all, without Nodes)")
	prefix := flags.String("prefix", "node-", "of the Nodes' names")
	newPrefix := flags.String("new-prefix", "new-", "of the new machines' names")
	images := flags.Int("images", 50, "container images in each Node's status")
	role := flags.String("role", "worker", "of the Nodes")
	machines := flags.Bool("machine-objects", false, "a machine.openshift.io Machine for each new machine")
	network := flags.String("network", "198.18.0.0/18", "of the addresses")
	skip := flags.Int("skip", 0, "addresses of the network to leave out")
	_ = flags.Parse(args)
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	l, err := open()
	if err != nil {
		return fail(err)
	}
	serving := *csrs / 2
	if *nodes == 0 {
		serving = 0
	}
	fresh := *csrs - serving
	addresses, err := hosts(*network, *skip, *nodes+fresh)
	if err != nil {
		return fail(err)
	}
	width := len(fmt.Sprint(max(*nodes, fresh)))
	name := func(prefix string, i int) string { return fmt.Sprintf("%s%0*d", prefix, width, i+1) }

	began := time.Now()
	if err := l.each(ctx, *nodes, func(ctx context.Context, i int) error {
		node := newNode(name(*prefix, i), addresses[i], true, *images)
		node.Labels["node-role.kubernetes.io/"+*role] = ""
		_, err := l.client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
		if apierrors.IsAlreadyExists(err) {
			return nil
		}
		return err
	}); err != nil {
		return fail(err)
	}
	nodesDone := time.Now()
	if *machines {
		if err := l.each(ctx, fresh, func(ctx context.Context, i int) error {
			m := &lightMachine{
				name: name(*newPrefix, i), address: addresses[*nodes+i],
				options: lightOptions{machineObjects: true, admin: jsonOnly(l.config)},
			}
			_, err := newMachineObject(ctx, m)
			return err
		}); err != nil {
			return fail(err)
		}
	}
	if err := l.each(ctx, *csrs, func(ctx context.Context, i int) error {
		if i < serving {
			node := i % *nodes
			_, err := l.request(ctx, name(*prefix, node), addresses[node], nil)
			return err
		}
		_, err := l.request(ctx, name(*newPrefix, i-serving), nil, nil)
		return err
	}); err != nil {
		return fail(err)
	}
	return report(map[string]any{
		"nodes": *nodes, "csrs": *csrs,
		"nodesSeconds": nodesDone.Sub(began).Seconds(), "csrsSeconds": time.Since(nodesDone).Seconds(),
	})
}

// jsonOnly returns a config for custom resources, which have no protobuf form.
func jsonOnly(config *rest.Config) *rest.Config {
	plain := rest.CopyConfig(config)
	plain.ContentType, plain.AcceptContentTypes = "", ""
	return plain
}

// report prints a command's result as one line of JSON.
func report(result any) int {
	line, err := json.Marshal(result)
	if err != nil {
		return fail(err)
	}
	fmt.Fprintln(os.Stdout, strings.TrimSpace(string(line)))
	return 0
}
