// One binary that is a whole Kubernetes control plane, its kubelets and the tools to load it.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
)

// Commands by name; each takes its arguments and returns the exit code. Only the chosen one is
// constructed: every Kubernetes command installs the process-wide signal handler, and a second one
// panics.
var commands = map[string]func(args []string) int{
	"etcd":                    runEtcd,
	"kube-apiserver":          runAPIServer,
	"kube-controller-manager": runControllerManager,
	"kube-scheduler":          runScheduler,
	"kube-proxy":              runProxy,
	"kubelet":                 runKubelet,
	"pod-kubelet":             runPodKubelet,
	"kubectl":                 runKubectl,
	"up":                      runUp,
	"light":                   runLight,
	"fill":                    runFill,
	"churn":                   runChurn,
	"put-ceiling":             runPutCeiling,
	"read":                    runRead,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		names := make([]string, 0, len(commands))
		for name := range commands {
			names = append(names, name)
		}
		sort.Strings(names)
		fmt.Fprintf(os.Stderr, "usage: %s %s\n", os.Args[0], strings.Join(names, "|"))
		os.Exit(2)
	}
	// Cobra and kubectl's plugin lookup expect the command's own name first in os.Args.
	os.Args = os.Args[1:]
	os.Exit(commands[os.Args[0]](os.Args[1:]))
}

// fail prints one line and returns the exit code of a failed command.
func fail(err error) int {
	fmt.Fprintln(os.Stderr, "error:", err)
	return 1
}
