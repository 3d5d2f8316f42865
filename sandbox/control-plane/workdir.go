package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const dirPrefix = "countersign-cluster-"

// workdir is a cluster's folder. Its owner holds a lock on it, which the kernel drops however the
// owner ends: a folder that can be locked belongs to nobody and is swept by the next cluster.
type workdir struct {
	path string
	lock *os.File
}

func newWorkdir() (*workdir, error) {
	parent := os.TempDir()
	guard, err := lock(parent, true)
	if err != nil {
		return nil, err
	}
	defer guard.Close()
	sweep(parent)
	path, err := os.MkdirTemp(parent, dirPrefix)
	if err != nil {
		return nil, err
	}
	own, err := lock(path, false)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"pki", "logs", "tmp", "kubeconfigs", "kubelets", "addresses"} {
		if err := os.Mkdir(filepath.Join(path, name), 0o700); err != nil {
			return nil, err
		}
	}
	return &workdir{path: path, lock: own}, nil
}

func (w *workdir) join(parts ...string) string {
	return filepath.Join(append([]string{w.path}, parts...)...)
}

// remove removes everything, the addresses first: the folder has their list.
func (w *workdir) remove() error {
	releaseAddresses(w.path)
	err := os.RemoveAll(w.path)
	w.lock.Close()
	return err
}

// sweep removes what killed supervisors left behind. Their children died with them.
func sweep(parent string) {
	entries, _ := os.ReadDir(parent)
	for _, entry := range entries {
		if !entry.IsDir() || !strings.HasPrefix(entry.Name(), dirPrefix) {
			continue
		}
		path := filepath.Join(parent, entry.Name())
		held, err := lock(path, false)
		if err != nil {
			continue
		}
		releaseAddresses(path)
		_ = os.RemoveAll(path)
		held.Close()
	}
}

// lock takes the exclusive lock of a folder; without wait it fails when another process has it.
func lock(path string, wait bool) (*os.File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	how := syscall.LOCK_EX
	if !wait {
		how |= syscall.LOCK_NB
	}
	if err := syscall.Flock(int(file.Fd()), how); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
