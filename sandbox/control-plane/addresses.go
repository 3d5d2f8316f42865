package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The kubelets' addresses are of TEST-NET-2 (RFC 5737) on the loopback device: never routed, so
// nothing leaves the machine, and no kubelet takes them for loopback.
const addressFormat = "198.51.100.%d"

var errNoAddresses = errors.New("real kubelets need an address of their own: run as root with iproute2 installed, or use light kubelets")

// canAddress returns an error where addresses cannot be added.
func canAddress() error {
	if _, err := exec.LookPath("ip"); err != nil || os.Geteuid() != 0 {
		return errNoAddresses
	}
	return nil
}

// takeAddress adds the first free address and notes it in the cluster's folder. The kernel refuses
// an address that is there, which is what keeps two clusters apart.
func takeAddress(dir string) (string, error) {
	for host := 11; host < 255; host++ {
		address := fmt.Sprintf(addressFormat, host)
		if taken, err := addAddress(dir, address+"/32"); err != nil {
			return "", err
		} else if taken {
			return address, nil
		}
	}
	return "", errors.New("all of 198.51.100.11-254 is taken: stop other clusters")
}

// takeNetwork returns the addresses that light kubelets claim: 16,382 of the range for benchmarks
// (RFC 2544). It puts them on the loopback device, so that a connection to one is refused at once;
// where that fails they are only names.
func takeNetwork(dir string) (string, error) {
	for block := range 8 {
		base := fmt.Sprintf("198.%d.%d", 18+block/4, block%4*64)
		network := base + ".0/18"
		taken, err := addAddress(dir, base+".1/18")
		if errors.Is(err, errNoAddresses) {
			return network, nil
		}
		if taken || err != nil {
			return network, err
		}
	}
	return "", errors.New("all of 198.18.0.0/15 is taken: stop other clusters")
}

// addAddress returns whether the address was free.
func addAddress(dir, address string) (bool, error) {
	if err := canAddress(); err != nil {
		return false, err
	}
	out, err := exec.Command("ip", "address", "add", address, "dev", "lo").CombinedOutput()
	if err == nil {
		note := filepath.Join(dir, "addresses", strings.ReplaceAll(address, "/", "_"))
		return true, os.WriteFile(note, nil, 0o600)
	}
	if bytes.Contains(out, []byte("exists")) || bytes.Contains(out, []byte("assigned")) {
		return false, nil
	}
	return false, fmt.Errorf("%w (%s)", errNoAddresses, bytes.TrimSpace(out))
}

func dropAddress(dir, address string) {
	_ = exec.Command("ip", "address", "del", address, "dev", "lo").Run()
	_ = os.Remove(filepath.Join(dir, "addresses", strings.ReplaceAll(address, "/", "_")))
}

func releaseAddresses(dir string) {
	notes, _ := os.ReadDir(filepath.Join(dir, "addresses"))
	for _, note := range notes {
		dropAddress(dir, strings.ReplaceAll(note.Name(), "_", "/"))
	}
}
