//go:build linux

// Begins a browser that does not hear of this machine's addresses. Kubelets of the tests add and drop
// some all the time, and at each change Chromium gives up whatever connection it is just making
// (net::ERR_NETWORK_CHANGED): a script of a page is then missing. No flag turns that off. Without the
// kernel's word it takes the network for unchanging.
package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// The browser's path; set by the linker, since what starts a browser can be told one path and no more.
var browser string

// From linux/prctl.h, linux/seccomp.h: package syscall does not have them.
const (
	prSetNoNewPrivs = 38
	prSetSeccomp    = 22
	seccompFilter   = 2
	answerAllow     = 0x7fff0000
	answerErrno     = 0x00050000
	// Where struct seccomp_data has the number of the call and the low half of its first argument.
	atNumber   = 0
	atArgument = 16
)

// socket(AF_NETLINK, …) answers EAFNOSUPPORT, whatever else is asked is done.
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

// forbidNetlink holds for this thread, which is the one that becomes the browser.
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
