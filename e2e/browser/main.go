//go:build linux

// Starts a browser that gets no news of this machine's addresses. Tests add and remove kubelets'
// addresses all the time, and Chromium then aborts connections it is making
// (net::ERR_NETWORK_CHANGED). No flag prevents that; without netlink Chromium assumes a constant
// network.
package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// Path of the browser, set by the linker: a caller that starts a browser gives one path only.
var browser string

// Constants of linux/prctl.h and linux/seccomp.h, which package syscall lacks.
const (
	prSetNoNewPrivs = 38
	prSetSeccomp    = 22
	seccompFilter   = 2
	answerAllow     = 0x7fff0000
	answerErrno     = 0x00050000
	// Offsets in struct seccomp_data: the call's number, and the low half of its first argument.
	atNumber   = 0
	atArgument = 16
)

// socket(AF_NETLINK, …) answers EAFNOSUPPORT; every other call is allowed.
var withoutNetlink = []syscall.SockFilter{
	{Code: syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS, K: atNumber},
	{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: syscall.SYS_SOCKET, Jf: 3},
	{Code: syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS, K: atArgument},
	{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: syscall.AF_NETLINK, Jf: 1},
	{Code: syscall.BPF_RET | syscall.BPF_K, K: answerErrno | uint32(syscall.EAFNOSUPPORT)},
	{Code: syscall.BPF_RET | syscall.BPF_K, K: answerAllow},
}

func main() {
	if err := forbidNetlink(); err != nil {
		fmt.Fprintln(os.Stderr, "error: the browser would hear of each new address:", err)
		os.Exit(1)
	}
	err := syscall.Exec(browser, append([]string{browser}, os.Args[1:]...), os.Environ())
	fmt.Fprintln(os.Stderr, "error:", browser, err)
	os.Exit(127)
}

// forbidNetlink applies to this thread, the one that becomes the browser.
func forbidNetlink() error {
	runtime.LockOSThread()
	if err := prctl(prSetNoNewPrivs, 1, 0); err != nil {
		return err
	}
	program := syscall.SockFprog{Len: uint16(len(withoutNetlink)), Filter: &withoutNetlink[0]}
	return prctl(prSetSeccomp, seccompFilter, uintptr(unsafe.Pointer(&program)))
}

func prctl(option, first, second uintptr) error {
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, option, first, second, 0, 0, 0); errno != 0 {
		return errno
	}
	return nil
}
