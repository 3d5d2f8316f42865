package main

import (
	"context"
	"flag"
	"fmt"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/metadata"
)

// runChurn changes the cluster: a number of events, at a rate or as fast as possible. Every event
// is a change: labels get the event's number, readiness is inverted.
func runChurn(args []string) int {
	flags := flag.NewFlagSet("churn", flag.ExitOnError)
	open := loaderFlags(flags)
	kind := flags.String("kind", "csr-label", "csr-label, node-label, node-ready or csr-create")
	events := flags.Int("events", 1000, "how many")
	rate := flags.Float64("rate", 0, "a second; 0 for a burst")
	_ = flags.Parse(args)
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	l, err := open()
	if err != nil {
		return fail(err)
	}
	// Event numbers continue from run to run, so that a label always changes.
	round := time.Now().UnixMilli()
	event, err := l.event(ctx, *kind, round)
	if err != nil {
		return fail(err)
	}
	began := time.Now()
	var worst atomic.Int64
	err = l.each(ctx, *events, func(ctx context.Context, i int) error {
		if *rate > 0 {
			due := began.Add(time.Duration(float64(i) / *rate * float64(time.Second)))
			select {
			case <-time.After(time.Until(due)):
			case <-ctx.Done():
				return ctx.Err()
			}
			if late := int64(time.Since(due)); late > worst.Load() {
				worst.Store(late)
			}
		}
		return event(ctx, i)
	})
	if err != nil {
		return fail(err)
	}
	seconds := time.Since(began).Seconds()
	return report(map[string]any{
		"kind": *kind, "events": *events, "seconds": seconds, "perSecond": float64(*events) / seconds,
		"startedAt": began.UnixMilli(), "worstLateMs": worst.Load() / int64(time.Millisecond),
	})
}

// event returns the function that causes the i-th event.
func (l *loader) event(ctx context.Context, kind string, round int64) (func(context.Context, int) error, error) {
	label := func(i int) []byte {
		return fmt.Appendf(nil, `{"metadata":{"labels":{"countersign.test/churn":"%d-%d"}}}`, round, i)
	}
	switch kind {
	case "csr-create":
		return func(ctx context.Context, i int) error {
			_, err := l.request(ctx, fmt.Sprintf("churn-%d-%d", round, i), nil, nil)
			return err
		}, nil
	case "csr-label":
		names, err := l.names(ctx, "certificates.k8s.io", "v1", "certificatesigningrequests")
		if err != nil {
			return nil, err
		}
		csrs := l.client.CertificatesV1().CertificateSigningRequests()
		return func(ctx context.Context, i int) error {
			_, err := csrs.Patch(ctx, names[i%len(names)], types.MergePatchType, label(i), metav1.PatchOptions{})
			return err
		}, nil
	case "node-label", "node-ready":
		names, err := l.names(ctx, "", "v1", "nodes")
		if err != nil {
			return nil, err
		}
		nodes := l.client.CoreV1().Nodes()
		if kind == "node-label" {
			return func(ctx context.Context, i int) error {
				_, err := nodes.Patch(ctx, names[i%len(names)], types.MergePatchType, label(i), metav1.PatchOptions{})
				return err
			}, nil
		}
		return func(ctx context.Context, i int) error {
			// The first round over all nodes takes them down, the second up, and so on.
			ready := (i/len(names))%2 == 1
			status := corev1.NodeStatus{Conditions: newNode("", nil, ready, 0).Status.Conditions[3:]}
			return patch(ctx, l.client, names[i%len(names)], map[string]any{
				"status": map[string]any{"conditions": status.Conditions},
			}, "status")
		}, nil
	}
	return nil, fmt.Errorf("unknown kind %q", kind)
}

// names lists objects without their bodies.
func (l *loader) names(ctx context.Context, group, version, resource string) ([]string, error) {
	client, err := metadata.NewForConfig(l.config)
	if err != nil {
		return nil, err
	}
	of := schema.GroupVersionResource{Group: group, Version: version, Resource: resource}
	list, err := client.Resource(of).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	if len(list.Items) == 0 {
		return nil, fmt.Errorf("there are no %s to change", resource)
	}
	names := make([]string, len(list.Items))
	for i, item := range list.Items {
		names[i] = item.Name
	}
	return names, nil
}
