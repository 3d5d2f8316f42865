package main

import (
	"context"
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
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

func runAPIServer([]string) int { return cli.Run(apiserver.NewAPIServerCommand()) }
func runControllerManager([]string) int {
	return cli.Run(controllermanager.NewControllerManagerCommand())
}
func runScheduler([]string) int { return cli.Run(scheduler.NewSchedulerCommand()) }
func runProxy([]string) int     { return cli.Run(proxy.NewProxyCommand()) }

// runPodKubelet is the shipped kubelet with the machine's container runtime: it runs Pods.
func runPodKubelet([]string) int { return cli.Run(kubelet.NewKubeletCommand(context.Background())) }
func runKubectl([]string) int    { return cli.Run(kubectl.NewDefaultKubectlCommand()) }

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
