package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"unsafe"
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
	return max(int64(limit.Cur)-taken, 0) + heapReserved(), true // what the heap has reserved is empty yet
}

// heapReserved returns the bytes of addresses that the heap has reserved, at least one arena. Go starts the heap at a
// random place in an arena, so that even a small one may straddle two.
func heapReserved() int64 {
	data, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return arena
	}
	inside := uintptr(unsafe.Pointer(&data[0])) // the file as read lies on the heap
	var start, end uintptr                      // of the adjoining maps read so far
	for line := range strings.Lines(string(data)) {
		var from, to uintptr
		if _, err := fmt.Sscanf(line, "%x-%x ", &from, &to); err != nil {
			return arena
		}
		if from != end {
			if start <= inside && inside < end {
				break
			}
			start = from
		}
		end = to
	}
	return max(int64(end-start)/arena*arena, arena)
}
