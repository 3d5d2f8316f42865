package main

import (
	"flag"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

func runAPIServer([]string) int { return cli.Run(apiserver.NewAPIServerCommand()) }
func runControllerManager([]string) int {
	return cli.Run(controllermanager.NewControllerManagerCommand())
}
func runKubectl([]string) int { return cli.Run(kubectl.NewDefaultKubectlCommand()) }

// etcdSocket is a file name in etcd's working folder. etcd insists on the form host:port.
const etcdSocket = "clients:0"

// runEtcd serves only on two unix sockets in its working folder: it takes no port, and no other
// user can connect.
func runEtcd(args []string) int {
	flags := flag.NewFlagSet("etcd", flag.ExitOnError)
	dir := flags.String("data-dir", "", "where the data is kept")
	_ = flags.Parse(args)

	config := embed.NewConfig()
	config.Name = "default"
	config.Dir = *dir
	config.LogLevel = "error"
	config.LogOutputs = []string{"stderr"}
	// A test cluster does not outlive a crash of the machine.
	config.UnsafeNoFsync = true
	config.AutoCompactionMode = "periodic"
	config.AutoCompactionRetention = "5m"
	config.QuotaBackendBytes = 4 << 30
	clients := []url.URL{{Scheme: "unix", Host: etcdSocket}}
	peers := []url.URL{{Scheme: "unix", Host: "peers:0"}}
	config.ListenClientUrls, config.AdvertiseClientUrls = clients, clients
	config.ListenPeerUrls, config.AdvertisePeerUrls = peers, peers
	config.InitialCluster = config.InitialClusterFromName(config.Name)

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	server, err := embed.StartEtcd(config)
	if err != nil {
		return fail(err)
	}
	defer server.Close()
	select {
	case <-stop:
		return 0
	case err := <-server.Err():
		return fail(err)
	}
}
