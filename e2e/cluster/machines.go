package main

import (
	"fmt"
	"os"
)

// machineProcess is a kubelet, real or a crowd of light ones.
type machineProcess struct {
	*process
	address string
}

type machineInfo struct {
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
	Pid     int    `json:"pid"`
}

// startKubelet starts a real kubelet. Started again under the same name it keeps its folder and
// certificates, as a machine does over a reboot; its address may be another one.
func (c *controlPlane) startKubelet(name, bootstrap string) (machineInfo, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.machines[name] != nil {
		return machineInfo{}, fmt.Errorf("%s is running", name)
	}
	dir := c.dir.join("kubelets", name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return machineInfo{}, err
	}
	address, err := takeAddress(c.dir.path)
	if err != nil {
		return machineInfo{}, err
	}
	p, err := start(c.dir.path, "kubelet-"+name, "kubelet", "--dir="+dir, "--name="+name, "--address="+address,
		"--bootstrap-kubeconfig="+c.kubeconfigPath(bootstrap), "--client-ca="+c.ca.path("ca.crt"))
	if err != nil {
		dropAddress(c.dir.path, address)
		return machineInfo{}, err
	}
	c.machines[name] = &machineProcess{process: p, address: address}
	return machineInfo{Name: name, Address: address, Pid: p.pid()}, nil
}

// startLight starts a process of light kubelets; flags as of the `light` command.
func (c *controlPlane) startLight(name string, flags []string) (machineInfo, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.machines[name] != nil {
		return machineInfo{}, fmt.Errorf("%s is running", name)
	}
	args := append([]string{"light", "--admin-kubeconfig=" + c.kubeconfigPath("admin"), "--dir=" + c.dir.join("kubelets", name)}, flags...)
	p, err := start(c.dir.path, name, args...)
	if err != nil {
		return machineInfo{}, err
	}
	c.machines[name] = &machineProcess{process: p}
	return machineInfo{Name: name, Pid: p.pid()}, nil
}

// stopMachine ends a kubelet and gives its address back.
func (c *controlPlane) stopMachine(name string) error {
	c.mu.Lock()
	m := c.machines[name]
	delete(c.machines, name)
	c.mu.Unlock()
	if m == nil {
		return fmt.Errorf("%s is not running", name)
	}
	m.stop()
	if m.address != "" {
		dropAddress(c.dir.path, m.address)
	}
	return nil
}

// restartAPIServer stops it if it runs and starts it on the same port.
func (c *controlPlane) stopAPIServer(kill bool) {
	c.mu.Lock()
	api := c.api
	c.mu.Unlock()
	if kill {
		api.kill()
	} else {
		api.stop()
	}
}
