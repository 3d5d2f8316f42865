package main

import (
	"context"
	"flag"
	"fmt"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

const ceilingLabel = "countersign.test/put-ceiling"

// runPutCeiling measures the fastest approval possible here: PUT /approval of known objects without
// any read. It makes its own requests, and deletes them.
func runPutCeiling(args []string) int {
	flags := flag.NewFlagSet("put-ceiling", flag.ExitOnError)
	open := loaderFlags(flags)
	count := flags.Int("count", 1000, "requests")
	approver := flags.String("approver-kubeconfig", "", "who approves; the admin when empty")
	putters := flags.Int("put-workers", 8, "PUTs at the same time")
	rest := flags.Duration("rest", 0, "between the last request made and the first PUT")
	_ = flags.Parse(args)
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	l, err := open()
	if err != nil {
		return fail(err)
	}
	csrs := make([]*certificatesv1.CertificateSigningRequest, *count)
	err = l.each(ctx, *count, func(ctx context.Context, i int) error {
		created, err := l.request(ctx, fmt.Sprintf("ceiling-%d", i+1), nil, map[string]string{ceilingLabel: ""})
		csrs[i] = created
		return err
	})
	defer func() {
		_ = l.client.CertificatesV1().CertificateSigningRequests().DeleteCollection(
			context.Background(), metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: ceilingLabel})
	}()
	if err != nil {
		return fail(err)
	}

	client := l.client
	if *approver != "" {
		config, err := loadConfig(*approver)
		if err != nil {
			return fail(err)
		}
		if client, err = kubernetes.NewForConfig(config); err != nil {
			return fail(err)
		}
	}
	select {
	case <-ctx.Done():
		return fail(ctx.Err())
	case <-time.After(*rest):
	}
	var mu sync.Mutex
	var took []time.Duration
	put := &loader{client: client, workers: *putters}
	began := time.Now()
	err = put.each(ctx, *count, func(ctx context.Context, i int) error {
		csr := csrs[i]
		csr.Status.Conditions = append(csr.Status.Conditions, certificatesv1.CertificateSigningRequestCondition{
			Type: certificatesv1.CertificateApproved, Status: corev1.ConditionTrue,
			Reason: "PutCeiling", Message: "measured",
		})
		started := time.Now()
		_, err := client.CertificatesV1().CertificateSigningRequests().UpdateApproval(ctx, csr.Name, csr, metav1.UpdateOptions{})
		mu.Lock()
		took = append(took, time.Since(started))
		mu.Unlock()
		return err
	})
	if err != nil {
		return fail(err)
	}
	seconds := time.Since(began).Seconds()
	slices.Sort(took)
	quantile := func(q float64) float64 {
		return float64(took[int(q*float64(len(took)-1))]) / float64(time.Millisecond)
	}
	return report(map[string]any{
		"count": *count, "workers": *putters, "seconds": seconds, "perSecond": float64(*count) / seconds,
		"p50Ms": quantile(0.5), "p99Ms": quantile(0.99),
	})
}
