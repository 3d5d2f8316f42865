package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The kubelets' addresses are of TEST-NET-2 (RFC 5737) on the loopback device: never routed, so
// nothing leaves the machine, and no kubelet takes them for loopback.
const addressFormat = "198.51.100.%d"

var errNoAddresses = errors.New("real kubelets need an address of their own: run as root with iproute2 installed, or use light kubelets")

// canAddress says whether addresses can be added here at all.
func canAddress() error {
	if _, err := exec.LookPath("ip"); err != nil || os.Geteuid() != 0 {
		return errNoAddresses
	}
	return nil
}

// takeAddress adds the first free address and notes it in the cluster's folder. The kernel refuses
// an address that is there, which is what keeps two clusters apart.
func takeAddress(dir string) (string, error) {
	if err := canAddress(); err != nil {
		return "", err
	}
	for host := 11; host < 255; host++ {
		address := fmt.Sprintf(addressFormat, host)
		out, err := exec.Command("ip", "address", "add", address+"/32", "dev", "lo").CombinedOutput()
		if err == nil {
			return address, os.WriteFile(filepath.Join(dir, "addresses", address), nil, 0o600)
		}
		if !bytes.Contains(out, []byte("exists")) && !bytes.Contains(out, []byte("assigned")) {
			return "", fmt.Errorf("%w (%s)", errNoAddresses, bytes.TrimSpace(out))
		}
	}
	return "", errors.New("all of 198.51.100.11-254 is taken: stop other clusters")
}

func dropAddress(dir, address string) {
	_ = exec.Command("ip", "address", "del", address+"/32", "dev", "lo").Run()
	_ = os.Remove(filepath.Join(dir, "addresses", address))
}

func releaseAddresses(dir string) {
	notes, _ := os.ReadDir(filepath.Join(dir, "addresses"))
	for _, note := range notes {
		dropAddress(dir, note.Name())
	}
}
