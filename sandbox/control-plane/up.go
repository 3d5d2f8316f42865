package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// order is a line on standard input, answer a line on standard output; the first answer has id 0.
type order struct {
	ID        int      `json:"id"`
	Do        string   `json:"do"`
	Name      string   `json:"name"`
	Bootstrap string   `json:"bootstrap"`
	Count     int      `json:"count"`
	Flags     []string `json:"flags"`
}

type answer struct {
	ID     int    `json:"id"`
	Error  string `json:"error,omitempty"`
	Result any    `json:"result,omitempty"`
}

// runUp starts a cluster, obeys orders, and takes it down when standard input ends, also when the
// caller was killed, and on SIGINT or SIGTERM. If this process is killed, its children die with it,
// and the next cluster removes the folder and the addresses.
func runUp(args []string) int {
	flags := flag.NewFlagSet("up", flag.ExitOnError)
	raw := flags.String("options", "{}", "clusterOptions as JSON")
	_ = flags.Parse(args)
	options := clusterOptions{OpenShift: true, ControllerManager: true, NodeLifecycle: true}
	if err := json.Unmarshal([]byte(*raw), &options); err != nil {
		return fail(err)
	}

	// A write to a caller that has gone must not end this process before the cluster is down.
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer cancel()
	orders := readOrders(cancel)

	began := time.Now()
	dir, err := newWorkdir()
	if err != nil {
		return fail(err)
	}
	cluster, err := startControlPlane(ctx, dir, options)
	var answers sync.Mutex
	encoder := json.NewEncoder(os.Stdout)
	reply := func(a answer) {
		answers.Lock()
		defer answers.Unlock()
		_ = encoder.Encode(a)
	}
	if err != nil {
		reply(answer{Error: err.Error()})
		return fail(errors.Join(err, cluster.stop()))
	}
	info := cluster.info()
	info.ReadyMs = time.Since(began).Milliseconds()
	reply(answer{Result: info})

	var running sync.WaitGroup
	for {
		select {
		case <-ctx.Done():
			// An order that waits for a server gives up with the context.
			running.Wait()
			if err := cluster.stop(); err != nil {
				return fail(err)
			}
			return 0
		case o := <-orders:
			running.Go(func() {
				result, err := cluster.obey(ctx, o)
				if err != nil {
					reply(answer{ID: o.ID, Error: err.Error()})
					return
				}
				reply(answer{ID: o.ID, Result: result})
			})
		}
	}
}

// readOrders reads until standard input ends, then calls end. It drops a malformed line, with a
// message on standard error.
func readOrders(end func()) <-chan order {
	orders := make(chan order)
	go func() {
		defer end()
		lines := bufio.NewScanner(os.Stdin)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var o order
			if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
				fmt.Fprintln(os.Stderr, "not an order:", err)
				continue
			}
			orders <- o
		}
	}()
	return orders
}

func (c *controlPlane) obey(ctx context.Context, o order) (any, error) {
	switch o.Do {
	case "info":
		return c.info(), nil
	case "start-kubelet":
		return c.startKubelet(o.Name, o.Bootstrap, o.Flags)
	case "start-light":
		return c.startLight(o.Name, o.Bootstrap, o.Count, o.Flags)
	case "take-hosts":
		return c.takeHosts(o.Count)
	case "stop-machine":
		return nil, c.stopMachine(o.Name)
	case "kill-apiserver":
		c.stopAPIServer(true)
		return nil, nil
	case "restart-apiserver":
		c.stopAPIServer(false)
		return c.info(), c.startAPIServer(ctx)
	default:
		return nil, fmt.Errorf("unknown order %q", o.Do)
	}
}
