package main

import (
	"context"
	"encoding/json"
	"net"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

const machineNamespace = "openshift-machine-api"

// machineObject is OpenShift's record of a machine, kept as its machine API does: addresses when
// it is provisioned, nodeRef when the Node is there. Its zero value is a machine without one.
type machineObject struct {
	client dynamic.ResourceInterface
	name   string
}

func newMachineObject(ctx context.Context, m *lightMachine) (*machineObject, error) {
	o := &machineObject{name: m.name}
	if !m.options.machineObjects {
		return o, nil
	}
	client, err := dynamic.NewForConfig(m.options.admin)
	if err != nil {
		return nil, err
	}
	o.client = client.Resource(machineObjects).Namespace(machineNamespace)
	return o, o.create(ctx, m.address)
}

func (o *machineObject) create(ctx context.Context, address net.IP) error {
	_, err := o.client.Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": machineObjects.GroupVersion().String(),
		"kind":       "Machine",
		"metadata": map[string]any{"name": o.name, "labels": map[string]any{
			"machine.openshift.io/cluster-api-machine-role": "worker",
		}},
		"spec": map[string]any{"providerID": "test:///" + o.name},
	}}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return o.status(ctx, map[string]any{
		"phase": "Provisioned",
		"addresses": []any{
			map[string]any{"type": "InternalIP", "address": address.String()},
			map[string]any{"type": "InternalDNS", "address": o.name},
			map[string]any{"type": "Hostname", "address": o.name},
		},
	})
}

func (o *machineObject) joined(ctx context.Context) error {
	if o.client == nil {
		return nil
	}
	return o.status(ctx, map[string]any{
		"phase":   "Running",
		"nodeRef": map[string]any{"kind": "Node", "name": o.name},
	})
}

func (o *machineObject) status(ctx context.Context, status map[string]any) error {
	body, err := json.Marshal(map[string]any{"status": status})
	if err != nil {
		return err
	}
	_, err = o.client.Patch(ctx, o.name, types.MergePatchType, body, metav1.PatchOptions{}, "status")
	return err
}
