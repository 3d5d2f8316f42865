package main

import (
	"flag"
	"os"
	"path/filepath"
	"time"

	cadvisorapi "github.com/google/cadvisor/info/v1"
	noop "go.opentelemetry.io/otel/trace/noop"
	genericapiserver "k8s.io/apiserver/pkg/server"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/tools/record"
	"k8s.io/component-base/logs"
	fakecri "k8s.io/cri-client/pkg/fake"
	"k8s.io/kubernetes/cmd/kubelet/app"
	"k8s.io/kubernetes/cmd/kubelet/app/options"
	"k8s.io/kubernetes/pkg/kubelet"
	cadvisor "k8s.io/kubernetes/pkg/kubelet/cadvisor/testing"
	"k8s.io/kubernetes/pkg/kubelet/cm"
	container "k8s.io/kubernetes/pkg/kubelet/container/testing"
	prober "k8s.io/kubernetes/pkg/kubelet/prober/testing"
	"k8s.io/kubernetes/pkg/util/oom"
	"k8s.io/kubernetes/pkg/volume/util/hostutil"
	"k8s.io/kubernetes/pkg/volume/util/subpath"
	"k8s.io/mount-utils"
)

const (
	kubeletPort   = 10250
	osImage       = "Red Hat Enterprise Linux CoreOS 9.6.20261102-0"
	kernelVersion = "5.14.0-570.58.1.el9_6.x86_64"
)

// runKubelet is the real kubelet with nothing to run: its TLS bootstrap, its two certificate
// managers, its registration, heartbeats and server are the shipped code; the container runtime,
// cgroups and mounts are the fakes Kubernetes tests itself with. One process a kubelet: it
// registers process-wide metrics.
func runKubelet(args []string) int {
	flags := flag.NewFlagSet("kubelet", flag.ExitOnError)
	dir := flags.String("dir", "", "folder of its own for everything it writes")
	name := flags.String("name", "", "node name")
	address := flags.String("address", "", "node IP, to listen on; never a loopback address: it would ask for no serving certificate")
	bootstrap := flags.String("bootstrap-kubeconfig", "", "identity for the first request")
	ca := flags.String("client-ca", "", "who may call it")
	wait := flags.Duration("wait", 15*time.Minute, "until a request that nobody signs is replaced")
	serving := flags.Bool("server-tls-bootstrap", true, "ask the cluster for the serving certificate; else the kubelet signs its own")
	_ = flags.Parse(args)
	certificateWaitTimeout = *wait
	logs.InitLogs()
	defer logs.FlushLogs()

	socket := "unix://" + filepath.Join(*dir, "cri.sock")
	if err := fakecri.NewFakeRemoteRuntime().Start(socket); err != nil {
		return fail(err)
	}
	pods := filepath.Join(*dir, "pods.d")
	if err := os.MkdirAll(pods, 0o700); err != nil {
		return fail(err)
	}

	kubeletFlags := options.NewKubeletFlags()
	kubeletFlags.RootDirectory = *dir
	kubeletFlags.HostnameOverride = *name
	kubeletFlags.NodeIP = *address
	kubeletFlags.CertDirectory = filepath.Join(*dir, "pki")
	kubeletFlags.KubeConfig = filepath.Join(*dir, "kubeconfig")
	kubeletFlags.BootstrapKubeconfig = *bootstrap

	config, err := options.NewKubeletConfiguration()
	if err != nil {
		return fail(err)
	}
	config.Address = *address
	config.Port = kubeletPort
	config.ReadOnlyPort = 0
	config.HealthzPort = 0
	config.RotateCertificates = true
	config.ServerTLSBootstrap = *serving
	config.FailCgroupV1 = false
	config.FailSwapOn = false
	config.CgroupsPerQOS = false
	config.EnforceNodeAllocatable = nil
	config.ContainerRuntimeEndpoint = socket
	config.ImageServiceEndpoint = socket
	config.StaticPodPath = pods
	config.PodLogsDir = filepath.Join(*dir, "logs")
	config.VolumePluginDir = filepath.Join(*dir, "plugins")
	config.EnableControllerAttachDetach = false
	config.NodeStatusUpdateFrequency.Duration = 5 * time.Second
	config.Authentication.X509.ClientCAFile = *ca

	ctx := genericapiserver.SetupSignalContext()
	tls, err := app.InitializeTLS(ctx, kubeletFlags, config)
	if err != nil {
		return fail(err)
	}
	deps := &kubelet.Dependencies{
		ProbeManager:      prober.FakeManager{},
		CAdvisorInterface: machineFacts{&cadvisor.Fake{NodeName: *name}},
		OSInterface:       &container.FakeOS{},
		ContainerManager:  cm.NewFakeContainerManager(),
		TLSOptions:        tls,
		OOMAdjuster:       oom.NewFakeOOMAdjuster(),
		Mounter:           &mount.FakeMounter{},
		Subpather:         &subpath.FakeSubpath{},
		HostUtil:          hostutil.NewFakeHostUtil(nil),
		TracerProvider:    noop.NewTracerProvider(),
		Recorder:          &record.FakeRecorder{}, // the real one reads /dev/kmsg
	}
	server := &options.KubeletServer{KubeletFlags: *kubeletFlags, KubeletConfiguration: *config}
	if err := app.Run(ctx, server, deps, utilfeature.DefaultFeatureGate); err != nil {
		return fail(err)
	}
	return 0
}

// machineFacts are those of a current machine; the fake's own are from 2014.
type machineFacts struct{ *cadvisor.Fake }

func (machineFacts) VersionInfo() (*cadvisorapi.VersionInfo, error) {
	return &cadvisorapi.VersionInfo{KernelVersion: kernelVersion, ContainerOsVersion: osImage}, nil
}
