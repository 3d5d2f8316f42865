package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// authority is the cluster's one CA: it signs the API server, its clients, and what the
// controller-manager issues.
type authority struct {
	dir string
	key *ecdsa.PrivateKey
	crt *x509.Certificate
}

// identity is a subject and, for a server, the names it answers to.
type identity struct {
	name   string
	groups []string
	hosts  []string
}

func newAuthority(dir string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "kubernetes"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().AddDate(10, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	crt, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	a := &authority{dir: dir, key: key, crt: crt}
	if err := writeKey(a.path("ca.key"), key); err != nil {
		return nil, err
	}
	return a, writePEM(a.path("ca.crt"), "CERTIFICATE", der, 0o644)
}

func (a *authority) path(name string) string { return filepath.Join(a.dir, name) }

// issue writes <file>.crt and <file>.key.
func (a *authority) issue(file string, who identity) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: who.name, Organization: who.groups},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(1, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	for _, host := range who.hosts {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.crt, key.Public(), a.key)
	if err != nil {
		return err
	}
	if err := writeKey(a.path(file+".key"), key); err != nil {
		return err
	}
	return writePEM(a.path(file+".crt"), "CERTIFICATE", der, 0o644)
}

// writeServiceAccountKey makes the key that signs tokens. RSA: what every cluster has.
func (a *authority) writeServiceAccountKey(file string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	return writeKey(a.path(file), key)
}

func writeKey(path string, key crypto.Signer) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(path, "PRIVATE KEY", der, 0o600)
}

func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}

// kubeconfig writes one context for one user, everything embedded, so that the file can be copied.
func kubeconfig(path, server string, ca []byte, user string, auth *clientcmdapi.AuthInfo) error {
	config := clientcmdapi.NewConfig()
	config.Clusters["test"] = &clientcmdapi.Cluster{Server: server, CertificateAuthorityData: ca}
	config.AuthInfos[user] = auth
	context := fmt.Sprintf("%s@test", user)
	config.Contexts[context] = &clientcmdapi.Context{Cluster: "test", AuthInfo: user}
	config.CurrentContext = context
	return clientcmd.WriteToFile(*config, path)
}

// certificateAuth reads what issue wrote.
func (a *authority) certificateAuth(file string) (*clientcmdapi.AuthInfo, error) {
	crt, err := os.ReadFile(a.path(file + ".crt"))
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(a.path(file + ".key"))
	if err != nil {
		return nil, err
	}
	return &clientcmdapi.AuthInfo{ClientCertificateData: crt, ClientKeyData: key}, nil
}
