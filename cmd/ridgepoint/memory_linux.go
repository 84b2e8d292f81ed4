package main

import (
	"fmt"
	"os"
	"syscall"
)

// addressRoom returns the bytes that a limit of the address space leaves to the heap; ok is false where there is none.
func addressRoom() (room int64, ok bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &limit); err != nil || limit.Cur > 1<<40 {
		return 0, false
	}
	data, err := os.ReadFile("/proc/self/statm")
	var pages int64
	if _, scan := fmt.Sscan(string(data), &pages); err != nil || scan != nil {
		return 0, false
	}
	taken := pages * int64(os.Getpagesize())
	return max(int64(limit.Cur)-taken, 0) + arena, true // the first arena is taken, and empty yet
}
