package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"unsafe"
)

// addressRoom returns the bytes that a limit of the address space leaves to the heap, and those that it would leave to
// one that starts with an arena, which are the same at every start; ok is false where there is no limit.
func addressRoom() (room, steady int64, ok bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &limit); err != nil || limit.Cur > 1<<40 {
		return 0, 0, false
	}
	data, err := os.ReadFile("/proc/self/statm")
	var pages int64
	if _, scan := fmt.Sscan(string(data), &pages); err != nil || scan != nil {
		return 0, 0, false
	}
	left := max(int64(limit.Cur)-pages*int64(os.Getpagesize()), 0)
	reserved, usable := heapReserved()
	return left/arena*arena + usable, (left + reserved) / arena * arena, true // what is reserved is empty yet
}

// heapReserved returns the bytes of addresses that the heap has reserved, in whole arenas, and those from its start on.
// Go starts it at a random place in an arena: what lies before is lost, and even a small heap may straddle two.
func heapReserved() (reserved, usable int64) {
	data, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return arena, 0
	}
	inside := uintptr(unsafe.Pointer(&data[0])) // the file as read lies on the heap
	var start, heap, end uintptr                // of the adjoining maps read so far, and the one inside
	for line := range strings.Lines(string(data)) {
		var from, to uintptr
		if _, err := fmt.Sscanf(line, "%x-%x ", &from, &to); err != nil {
			return arena, 0
		}
		if from != end {
			if heap != 0 {
				break
			}
			start = from
		}
		if end = to; from <= inside && inside < to {
			heap = from
		}
	}
	return max(int64(end-start)/arena*arena, arena), int64(end - heap)
}
