package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/component-base/version"
)

const leaseNamespace = "kube-node-lease"

// newNode is what a kubelet registers, with as many images as a busy machine holds (a kubelet
// reports 50 at most).
func newNode(name string, address net.IP, ready bool, images int) *corev1.Node {
	now := metav1.Now()
	condition := func(kind corev1.NodeConditionType, status bool, reason, message string) corev1.NodeCondition {
		value := corev1.ConditionFalse
		if status {
			value = corev1.ConditionTrue
		}
		return corev1.NodeCondition{
			Type: kind, Status: value, Reason: reason, Message: message,
			LastHeartbeatTime: now, LastTransitionTime: now,
		}
	}
	readiness := condition(corev1.NodeReady, false, "KubeletNotReady", "container runtime network not ready: NetworkReady=false")
	if ready {
		readiness = condition(corev1.NodeReady, true, "KubeletReady", "kubelet is posting ready status")
	}
	capacity := corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("16"),
		corev1.ResourceMemory:           resource.MustParse("64Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("480Gi"),
		corev1.ResourcePods:             resource.MustParse("250"),
	}
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
		}},
		Status: corev1.NodeStatus{
			Capacity: capacity, Allocatable: capacity,
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: address.String()},
				{Type: corev1.NodeHostName, Address: name},
			},
			Conditions: []corev1.NodeCondition{
				condition(corev1.NodeMemoryPressure, false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
				condition(corev1.NodeDiskPressure, false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
				condition(corev1.NodePIDPressure, false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
				readiness,
			},
			DaemonEndpoints: corev1.NodeDaemonEndpoints{KubeletEndpoint: corev1.DaemonEndpoint{Port: kubeletPort}},
			NodeInfo: corev1.NodeSystemInfo{
				Architecture: "amd64", OperatingSystem: "linux", OSImage: osImage, KernelVersion: kernelVersion,
				ContainerRuntimeVersion: "cri-o://1.36.1", KubeletVersion: version.Get().GitVersion,
				MachineID: name, SystemUUID: name, BootID: name,
			},
		},
	}
	for i := range images {
		node.Status.Images = append(node.Status.Images, corev1.ContainerImage{
			Names: []string{
				fmt.Sprintf("registry.example/platform/component-%02d@sha256:%064x", i, i),
				fmt.Sprintf("registry.example/platform/component-%02d:v4.21.%d", i, i),
			},
			SizeBytes: int64(90_000_000 + i*1_000_000),
		})
	}
	return node
}

// register creates the Node, or takes it over as a kubelet does whose machine has been here
// before, and turns it Ready a little later.
func (m *lightMachine) register(ctx context.Context) error {
	client, err := m.nodeClient()
	if err != nil {
		return err
	}
	_, err = client.CoreV1().Nodes().Create(ctx, newNode(m.name, m.address, false, 5), metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	if m.options.role != "" {
		// A kubelet may not give itself a role.
		admin, err := kubernetes.NewForConfig(m.options.admin)
		if err != nil {
			return err
		}
		label := map[string]any{"metadata": map[string]any{"labels": map[string]string{
			"node-role.kubernetes.io/" + m.options.role: "",
		}}}
		if err := patch(ctx, admin, m.name, label); err != nil {
			return err
		}
	}
	m.renewLease(ctx)
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(m.options.readyAfter):
	}
	return m.reportStatus(ctx)
}

// reportStatus writes the whole status, Ready.
func (m *lightMachine) reportStatus(ctx context.Context) error {
	client, err := m.nodeClient()
	if err != nil {
		return err
	}
	status := newNode(m.name, m.address, true, 5).Status
	return patch(ctx, client, m.name, map[string]any{"status": status}, "status")
}

// patch changes a Node, or one of its subresources.
func patch(ctx context.Context, client kubernetes.Interface, node string, change any, subresource ...string) error {
	body, err := json.Marshal(change)
	if err != nil {
		return err
	}
	_, err = client.CoreV1().Nodes().Patch(ctx, node, types.StrategicMergePatchType, body, metav1.PatchOptions{}, subresource...)
	return err
}

// heartbeats renews the Lease until the end. It reports the status every five minutes, or when the
// cluster has marked the node lost.
func (m *lightMachine) heartbeats(ctx context.Context) {
	tick := time.NewTicker(m.options.heartbeat)
	defer tick.Stop()
	reported := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		lost := !m.renewLease(ctx)
		if lost || time.Since(reported) > 5*time.Minute {
			if m.reportStatus(ctx) == nil {
				reported = time.Now()
			}
		}
	}
}

// renewLease returns whether it renewed in time to leave no gap.
func (m *lightMachine) renewLease(ctx context.Context) bool {
	client, err := m.nodeClient()
	if err != nil {
		return false
	}
	now := metav1.NowMicro()
	seconds := int32(40)
	leases := client.CoordinationV1().Leases(leaseNamespace)
	lease, err := leases.Get(ctx, m.name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		_, err = leases.Create(ctx, &coordinationv1.Lease{
			ObjectMeta: metav1.ObjectMeta{Name: m.name},
			Spec: coordinationv1.LeaseSpec{
				HolderIdentity: &m.name, LeaseDurationSeconds: &seconds, RenewTime: &now,
			},
		}, metav1.CreateOptions{})
		return err == nil
	}
	if err != nil {
		return false
	}
	gap := lease.Spec.RenewTime == nil || now.Sub(lease.Spec.RenewTime.Time) > time.Duration(seconds)*time.Second
	lease.Spec.RenewTime = &now
	_, err = leases.Update(ctx, lease, metav1.UpdateOptions{})
	return err == nil && !gap
}
