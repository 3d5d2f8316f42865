package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

//go:embed manifests.yaml
var manifests []byte

//go:embed openshift.yaml
var openshiftManifests []byte

var (
	machineObjects = schema.GroupVersionResource{Group: "machine.openshift.io", Version: "v1beta1", Resource: "machines"}
	definitions    = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

	// resources of the kinds in the manifests; asking the server's discovery would take longer.
	resources = map[string]schema.GroupVersionResource{
		"Namespace":                {Version: "v1", Resource: "namespaces"},
		"ServiceAccount":           {Version: "v1", Resource: "serviceaccounts"},
		"Secret":                   {Version: "v1", Resource: "secrets"},
		"ConfigMap":                {Version: "v1", Resource: "configmaps"},
		"ClusterRole":              {Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterroles"},
		"ClusterRoleBinding":       {Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterrolebindings"},
		"CustomResourceDefinition": definitions,
	}
)

// createObjects creates every document in order and waits until its definitions are served.
func createObjects(ctx context.Context, config *rest.Config, document []byte) error {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	var defined []string
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(document), 4096)
	for {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		resource, known := resources[object.GetKind()]
		if !known {
			return fmt.Errorf("no resource is known for kind %q", object.GetKind())
		}
		into := client.Resource(resource).Namespace(object.GetNamespace())
		_, err := into.Create(ctx, object, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
		if object.GetKind() == "CustomResourceDefinition" {
			defined = append(defined, object.GetName())
		}
	}
	for _, name := range defined {
		if err := established(ctx, client, name); err != nil {
			return err
		}
	}
	return nil
}

func established(ctx context.Context, client dynamic.Interface, name string) error {
	for {
		object, err := client.Resource(definitions).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
		for _, entry := range conditions {
			condition, _ := entry.(map[string]any)
			if condition["type"] == "Established" && condition["status"] == "True" {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not established: %w", name, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
