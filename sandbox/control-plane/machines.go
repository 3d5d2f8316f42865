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
func (c *controlPlane) startKubelet(name, bootstrap string, flags []string) (machineInfo, error) {
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
	p, err := start(c.dir.path, "kubelet-"+name, append([]string{
		"kubelet", "--dir=" + dir, "--name=" + name, "--address=" + address,
		"--bootstrap-kubeconfig=" + c.kubeconfigPath(bootstrap), "--client-ca=" + c.ca.path("ca.crt"),
	}, flags...)...)
	if err != nil {
		dropAddress(c.dir.path, address+"/32")
		return machineInfo{}, err
	}
	c.machines[name] = &machineProcess{process: p, address: address}
	return machineInfo{Name: name, Address: address, Pid: p.pid()}, nil
}

// startLight starts a process of count light kubelets; more flags as of the `light` command.
func (c *controlPlane) startLight(name, bootstrap string, count int, flags []string) (machineInfo, error) {
	network, err := c.takeHosts(count)
	if err != nil {
		return machineInfo{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.machines[name] != nil {
		return machineInfo{}, fmt.Errorf("%s is running", name)
	}
	p, err := start(c.dir.path, name, append([]string{
		"light", fmt.Sprintf("--count=%d", count),
		"--network=" + network.Network, fmt.Sprintf("--skip=%d", network.Skip),
		"--bootstrap-kubeconfig=" + c.kubeconfigPath(bootstrap),
		"--admin-kubeconfig=" + c.kubeconfigPath("admin"),
	}, flags...)...)
	if err != nil {
		return machineInfo{}, err
	}
	c.machines[name] = &machineProcess{process: p}
	return machineInfo{Name: name, Pid: p.pid()}, nil
}

// hostRange is a part of the cluster's network for machines that listen nowhere.
type hostRange struct {
	Network string `json:"network"`
	Skip    int    `json:"skip"`
}

// takeHosts reserves addresses, so that no two machines of a cluster claim the same.
func (c *controlPlane) takeHosts(count int) (hostRange, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.network == "" {
		network, err := takeNetwork(c.dir.path)
		if err != nil {
			return hostRange{}, err
		}
		c.network = network
	}
	taken := hostRange{Network: c.network, Skip: c.hosts}
	c.hosts += count
	return taken, nil
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
		dropAddress(c.dir.path, m.address+"/32")
	}
	return nil
}

// stopAPIServer ends it in order, or with kill as a crash would.
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
