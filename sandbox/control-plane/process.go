package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// patience is how long a child may take to end before it is killed: an API server whose etcd has
// gone never ends by itself.
const patience = 10 * time.Second

// process is one child: this binary again, under one of its other names.
type process struct {
	name string
	log  string
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

var spawn = newSpawner()

// newSpawner starts children from one thread that never ends. Linux ties "die with the parent" to
// the thread that forked, and Go ends threads as it likes.
func newSpawner() func(*exec.Cmd) error {
	type job struct {
		cmd  *exec.Cmd
		done chan error
	}
	jobs := make(chan job)
	var once sync.Once
	return func(cmd *exec.Cmd) error {
		once.Do(func() {
			go func() {
				runtime.LockOSThread()
				for j := range jobs {
					j.done <- j.cmd.Start()
				}
			}()
		})
		j := job{cmd, make(chan error)}
		jobs <- j
		return <-j.done
	}
}

// start runs a command of this binary with its output in logs/<name>.log. The child dies with this
// process, and gets no Ctrl-C: this process stops children in order.
func start(dir, name string, args ...string) (*process, error) {
	path := filepath.Join(dir, "logs", name+".log")
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command("/proc/self/exe", args...) // works also when the file has been replaced
	cmd.Args[0] = "countersign-cluster"
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(os.Environ(), "TMPDIR="+filepath.Join(dir, "tmp"), "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := spawn(cmd); err != nil {
		return nil, err
	}
	p := &process{name: name, log: path, cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// stop signals, waits, then kills. Safe to call twice and on nil.
func (p *process) stop() {
	if p == nil || !p.running() {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(patience):
		p.kill()
	}
}

// kill ends it like a crash.
func (p *process) kill() {
	if p == nil {
		return
	}
	_ = syscall.Kill(-p.pid(), syscall.SIGKILL)
	<-p.done
}

// await polls until ready is true. It fails as soon as the process ends, with the end of its log.
func (p *process) await(ctx context.Context, timeout time.Duration, ready func() error) error {
	deadline := time.Now().Add(timeout)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !p.running() {
			return fmt.Errorf("%s ended: %w\n%s", p.name, errors.Join(p.err), p.tail())
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not ready after %s: %w\n%s", p.name, timeout, err, p.tail())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// tail is the end of its log, for error messages.
func (p *process) tail() string {
	data, _ := os.ReadFile(p.log)
	if i := len(data) - 4000; i > 0 {
		data = data[i:]
	}
	return string(bytes.TrimSpace(data))
}
