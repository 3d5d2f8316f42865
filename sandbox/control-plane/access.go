package main

import (
	"context"
	"errors"
	"os"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

const (
	bootstrapNamespace = "openshift-machine-config-operator"
	bootstrapAccount   = "node-bootstrapper"
	// The only bootstrap token, from manifests.yaml.
	kubeadmToken = "abcdef.0123456789abcdef"
)

var people = map[string]identity{
	"admin":    {name: "kubernetes-admin", groups: []string{"system:masters"}},
	"viewer":   {name: "viewer"},
	"approver": {name: "approver"},
	"nobody":   {name: "nobody"},
}

func (c *controlPlane) makeKeys(context.Context) error {
	ca, err := newAuthority(c.dir.join("pki"))
	if err != nil {
		return err
	}
	c.ca = ca
	certificates := map[string]identity{
		"apiserver": {name: "kube-apiserver", hosts: []string{
			"127.0.0.1", "10.0.0.1", "localhost", "kubernetes", "kubernetes.default",
			"kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "api.countersign.test",
			// A machine that runs Pods, and the first address of its Services: see pod-node.ts.
			"198.51.100.1", "203.0.113.1",
		}},
		"apiserver-kubelet-client": {name: "kube-apiserver-kubelet-client", groups: []string{"system:masters"}},
		"controller-manager":       {name: "system:kube-controller-manager"},
	}
	for file, who := range people {
		certificates[file] = who
	}
	for file, who := range certificates {
		if err := ca.issue(file, who); err != nil {
			return err
		}
	}
	return ca.writeServiceAccountKey("sa.key")
}

func (c *controlPlane) kubeconfigPath(user string) string {
	return c.dir.join("kubeconfigs", user+".kubeconfig")
}

func (c *controlPlane) writeKubeconfigs(context.Context) error {
	for user := range people {
		auth, err := c.ca.certificateAuth(user)
		if err != nil {
			return err
		}
		if err := c.writeKubeconfig(user, auth); err != nil {
			return err
		}
	}
	manager, err := c.ca.certificateAuth("controller-manager")
	if err != nil {
		return err
	}
	return errors.Join(
		c.writeKubeconfig("controller-manager", manager),
		c.writeKubeconfig("kubeadm", &clientcmdapi.AuthInfo{Token: kubeadmToken}),
	)
}

func (c *controlPlane) writeKubeconfig(user string, auth *clientcmdapi.AuthInfo) error {
	ca, err := os.ReadFile(c.ca.path("ca.crt"))
	if err != nil {
		return err
	}
	return kubeconfig(c.kubeconfigPath(user), c.server(), ca, user, auth)
}

// writeBootstrapKubeconfig makes OpenShift's identity for new machines: a token of the
// node-bootstrapper service account.
func (c *controlPlane) writeBootstrapKubeconfig(ctx context.Context) error {
	client, err := kubernetes.NewForConfig(c.admin)
	if err != nil {
		return err
	}
	day := int64((24 * time.Hour).Seconds())
	token, err := client.CoreV1().ServiceAccounts(bootstrapNamespace).CreateToken(ctx, bootstrapAccount,
		&authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &day}},
		metav1.CreateOptions{})
	if err != nil {
		return err
	}
	return c.writeKubeconfig("bootstrap", &clientcmdapi.AuthInfo{Token: token.Status.Token})
}

// loadConfig reads a kubeconfig without client-side rate limit.
func loadConfig(path string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	return config, nil
}
